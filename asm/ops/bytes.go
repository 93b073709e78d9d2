package ops

import "github.com/seed842bec00/argmax/asm/vec"

// byteGroup is how many sums there are at a time: of as many rows, which share the
// blocks of x and the shuffles of their reduction, or of one row, whose blocks take
// turns. Four hide the latency of a dot product.
const byteGroup = 4

// byteMachine is what sums over bytes are computed with.
type byteMachine interface {
	vec.Base
	vec.Bytes
}

// rowsOfBytes goes by a list of rows. That costs a load and a multiplication for each,
// and consecutive rows need no kernel of their own. The rows of a group are as far apart
// in the list as there are groups, as those of vectorToRows are.
func rowsOfBytes(term vec.ByteTerm) Emitter {
	return func(m vec.Machine, _ Shape) { byteRows(m, term) }
}

func byteRows(m byteMachine, term vec.ByteTerm) {
	sums := m.ByteSums(term, func(body func(x vec.Ptr)) {
		m.Scope(func() {
			x, n := m.Ptr("x_base"), m.Int("x_len")
			vec.ByteBlocks(m, n, 1, []vec.Ptr{x}, func(int) { body(x) })
		})
	})
	dst, left, index := m.Ptr("dst_base"), m.Int("dst_len"), m.Ptr("index_base")
	several := func(list, to []vec.Ptr, far bool) {
		x, n, count := m.Ptr("x_base"), m.Int("x_len"), len(list)
		rows := m.ScopePtrs(func() (rows []vec.Ptr) {
			base, stride := m.Ptr("rows_base"), m.Int("stride")
			for _, at := range list {
				rows = append(rows, m.RowAt(base, stride, m.LoadInt(at, 0)))
			}
			return rows
		})
		ptrs := append([]vec.Ptr{x}, rows...)
		acc := make([]vec.Sum, byteGroup)
		for i := range acc {
			acc[i] = sums.New()
		}
		vec.ByteBlocks(m, n, byteGroup/count, ptrs, func(block int) {
			if far {
				ahead := m.Int("ahead")
				for _, row := range rows {
					m.PrefetchAhead(row, ahead)
				}
			}
			sums.Add(acc[block:block+count], x, rows, block)
		})
		if count == 1 {
			sums.AddTotalTo(acc, to[0])
		} else {
			sums.AddTo(acc, to)
		}
	}
	next := func() { m.Advance([]vec.Ptr{dst, index}, 1) }
	m.Scope(func() {
		near, end := m.NewLabel("near"), m.NewLabel("end")
		apart := m.Scale(m.Divide(left, byteGroup), 8)
		streams := func(far bool) {
			vec.While(m, left, byteGroup, nil, func() {
				m.Scope(func() { several(m.Rows(index, apart, byteGroup), m.Rows(dst, apart, byteGroup), far) })
				next()
			})
		}
		m.Scope(func() { m.JumpZero(m.Int("ahead"), near) })
		streams(true)
		m.Jump(end)
		m.Place(near)
		streams(false)
		m.Place(end)
		m.Move(dst, apart, byteGroup-1)
		m.Move(index, apart, byteGroup-1)
	})
	vec.While(m, left, 1, nil, func() {
		m.Scope(func() { several([]vec.Ptr{index}, []vec.Ptr{dst}, false) })
		next()
	})
	m.Return()
}

// pairOfBytes is the sum of two vectors. The blocks of a long one take turns; of up to
// four, the last one has an accumulator of its own.
func pairOfBytes(term vec.ByteTerm) Emitter {
	return func(m vec.Machine, _ Shape) {
		x, y, n := m.Ptr("x_base"), m.Ptr("y_base"), m.Int("x_len")
		ptrs := []vec.Ptr{x, y}
		sums := m.ByteSums(term, nil)
		const group = byteGroup * vec.ByteBlock
		take := func(count int) (acc []vec.Sum, add func(a, block int)) {
			for range count {
				acc = append(acc, sums.New())
			}
			return acc, func(a, block int) { sums.Add(acc[a:a+1], x, []vec.Ptr{y}, block) }
		}
		rest := func(add func(a, block int), last int) {
			done := m.NewLabel("done")
			vec.While(m, n, vec.ByteBlock, ptrs, func() { add(0, 0) })
			m.JumpZero(n, done)
			m.Decrease(n, 1)
			m.PartialBytes(n, ptrs, func() { add(last, 0) })
			m.Place(done)
		}
		m.UpTo(n, vec.ByteBlock-1, func() {
			acc, add := take(1)
			m.ShortBytes(n, ptrs, func() { add(0, 0) })
			m.ReturnInt(sums.Total(acc))
		})
		m.UpTo(n, group-1, func() {
			acc, add := take(2)
			rest(add, 1)
			m.ReturnInt(sums.Total(acc))
		})
		acc, add := take(byteGroup)
		vec.While(m, n, group, ptrs, func() {
			for b := range byteGroup {
				add(b, b)
			}
		})
		rest(add, byteGroup-1)
		m.ReturnInt(sums.Total(acc))
	}
}
