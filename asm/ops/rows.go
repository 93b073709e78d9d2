package ops

import (
	"math"

	"github.com/seed842bec00/argmax/asm/vec"
)

var (
	infinity         = float32(math.Inf(1))
	negativeInfinity = float32(math.Inf(-1))
	nan              = float32(math.NaN())
)

func matrices(m vec.Machine, group int) {
	vectorToRows(m, "scoreRows", "sets dst to the inner products of x and the rows.", group, product)
	vectorToRows(m, "sqDistRows", "sets dst to the squared L2 distances of x and the rows.", group, squaredDifference)
	vectorToRows(m, "l1DistRows", "sets dst to the L1 distances of x and the rows.", group, absoluteDifference)
}

// vectorToRows treats the rows in groups, so that a block of x is loaded once for
// all of a group and their accumulators, one for each row, hide each other's
// latency. What is left goes as one smaller group.
func vectorToRows(m vec.Machine, op, doc string, group int, add term) {
	m.Func(op, "func(dst, x, rows []float32, stride int)", doc)
	dst, left := m.Ptr("dst_base"), m.Int("dst_len")
	base, stride := m.Ptr("rows_base"), m.Scale(m.Int("stride"), 4)
	several := func(count int) {
		m.Scope(func() {
			x, n := m.Ptr("x_base"), m.Int("x_len")
			rows := m.Rows(m.CopyPtr(base), stride, count)
			acc := make([]vec.Block, count)
			for i := range acc {
				acc[i] = m.Zero()
			}
			vec.Stream(m, n, 4, append([]vec.Ptr{x}, rows...), nil, func(block int) {
				v := m.Load(x, block)
				for i, row := range rows {
					add(m, acc[i], v, row, block)
				}
				m.Free(v)
			})
			m.ReduceTo(acc, dst)
		})
	}
	vec.While(m, left, group, []vec.Ptr{dst}, func() {
		several(group)
		m.Move(base, stride, group)
	})
	done := m.NewLabel("done")
	for count := group - 1; count > 0; count-- {
		fewer := m.NewLabel("fewer")
		m.JumpLess(left, count, fewer)
		several(count)
		m.Jump(done)
		m.Place(fewer)
	}
	m.Place(done)
	m.Return()
}
