package ops

import (
	"slices"

	"github.com/seed842bec00/argmax/asm/vec"
)

// distanceTile computes the distances of several rows of x and several of y, in the row
// form: an accumulator for each pair. A block of x is held in a register while those of
// y meet it, which come from the first-level cache: one load for the two to three
// operations of a pair. The accumulators hide each other's latency.
type distanceTile struct {
	term    term
	largest bool // the term keeps the largest and adds nothing
}

func (d distanceTile) emit(m vec.Machine, s Shape) {
	acc := make([][]vec.Block, s.DistRows)
	for i := range acc {
		for range s.DistCols {
			acc[i] = append(acc[i], m.Zero())
		}
	}
	m.Scope(func() {
		n := m.Int("k")
		xs := m.Rows(m.Ptr("x_base"), inBytes(m, "ldx", vec.Float32), s.DistRows)
		ys := m.Rows(m.Ptr("y_base"), inBytes(m, "ldy", vec.Float32), s.DistCols)
		vec.Stream(m, n, 1, slices.Concat(xs, ys), vec.Block{}, func(block int) {
			for i, row := range acc {
				x := m.Load(xs[i], block)
				for j, a := range row {
					d.term(m, a, x, ys[j], block)
				}
				m.Free(x)
			}
		})
	})
	dst, ldd := m.Ptr("dst_base"), inBytes(m, "ldd", vec.Float32)
	for _, row := range acc {
		if d.largest {
			m.ReduceMaxBitsTo(row, dst)
		} else {
			m.ReduceTo(row, dst)
		}
		m.Move(dst, ldd, 1)
	}
	m.Return()
}

func distanceShape(s Shape) (rows, cols int) { return s.DistRows, s.DistCols }
