package ops

import "github.com/seed842bec00/argmax/asm/vec"

// ahead is how many blocks a search looks at before it jumps.
const ahead = 4

// fold makes one block of several: of the numbers in each lane the better one, start
// if all are NaN. A search compares that one alone: a processor that compares one
// block of AVX-512 in a cycle loads two.
func fold(m vec.Memory, x vec.Ptr, blocks int, start vec.Block, better func(acc, x vec.Block)) vec.Block {
	best := m.Copy(start)
	for block := range blocks {
		v := m.Load(x, block)
		better(best, v)
		m.Free(v)
	}
	return best
}

// argMax finds the largest, and then where it is. In one pass, a block would take a
// comparison and two selections that wait for the selections before; in two it takes
// a maximum and, as far as the largest, a comparison. Fewer than 16 numbers, the
// scores of a classifier, are one block that stays in registers.
func argMax(m vec.Machine, _ Shape) {
	x, n := m.Ptr("x_base"), m.Int("x_len")
	total := m.CopyInt(n)
	lowest := m.Constant(negativeInfinity)
	long, found, none, done := m.NewLabel("long"), m.NewLabel("found"), m.NewLabel("none"), m.NewLabel("done")
	// largest is that of the lanes of b, in all lanes, b free. It jumps if that is not
	// above the bound.
	largest := func(b vec.Block) vec.Block {
		packed := m.PackMax([]vec.Block{b})
		m.Free(b)
		most, above := m.BroadcastLane(packed, 0), m.Broadcast("above")
		m.FreePacked(packed)
		low := m.Compare(vec.AtMost, most, above)
		m.Free(above)
		m.JumpAny(low, none)
		m.FreeMask(low)
		return most
	}
	// first subtracts the first of the selected lanes from n: n is then the number of
	// elements from it on.
	first := func(chosen vec.Mask) {
		m.Scope(func() { m.SubInt(n, m.FirstLane(chosen)) })
		m.FreeMask(chosen)
	}
	firstIfAny := func(chosen vec.Mask) {
		some := m.NewLabel("some")
		m.JumpAny(chosen, some)
		m.Jump(none)
		m.Place(some)
		first(chosen)
	}

	m.JumpNotLess(n, vec.Lanes, long)
	vec.Tail(m, n, lowest, func() {
		b, numbers := m.Load(x, 0), m.Copy(lowest)
		m.MaxNumber(numbers, b)
		most := largest(numbers)
		equal, valid := m.Compare(vec.Equal, b, most), m.ValidLanes()
		m.Free(b, most)
		both := m.And(equal, valid)
		m.FreeMask(equal, valid)
		firstIfAny(both)
	})
	m.Jump(done)

	m.Place(long)
	acc := make([]vec.Block, accumulators)
	for i := range acc {
		acc[i] = m.Copy(lowest)
	}
	m.Scope(func() {
		x, n := m.CopyPtr(x), m.CopyInt(n)
		vec.Stream(m, n, ahead, []vec.Ptr{x}, lowest, func(block int) {
			v := m.Load(x, block)
			m.MaxNumber(acc[block%accumulators], v)
			m.Free(v)
		})
	})
	most := largest(join(m, func(dst, _, x vec.Block) { m.MaxNumber(dst, x) }, acc))
	near := m.NewLabel("near")
	vec.While(m, n, ahead*vec.Lanes, []vec.Ptr{x}, func() {
		b := fold(m, x, ahead, lowest, m.MaxNumber)
		some := m.Compare(vec.Equal, b, most)
		m.Free(b)
		m.JumpAny(some, near)
		m.FreeMask(some)
	})
	m.Free(lowest)
	m.Place(near)
	equal := func() vec.Mask {
		v := m.Load(x, 0)
		defer m.Free(v)
		return m.Compare(vec.Equal, v, most)
	}
	vec.While(m, n, vec.Lanes, []vec.Ptr{x}, func() {
		some := equal()
		m.JumpAny(some, found)
		m.FreeMask(some)
	})
	fill := m.Constant(nan) // no comparison is true of it
	vec.Tail(m, n, fill, func() { firstIfAny(equal()) })
	m.Free(fill)
	m.Jump(done)
	m.Place(found)
	first(equal())
	m.Jump(done)
	m.Place(none)
	m.SubInt(n, n)
	m.Place(done)
	m.Free(most)
	m.SubInt(total, n)
	m.ReturnInt(total)
}

// find lists where elements pass. The loop is for the case that few do; what has to be
// done then stands outside it. worst is what passes last.
func find(atMost bool) Emitter {
	return func(m vec.Machine, _ Shape) {
		if atMost {
			findPassing(m, infinity, m.MinNumber, func(x, bound vec.Block) vec.Mask { return m.Compare(vec.AtMost, x, bound) })
		} else {
			findPassing(m, negativeInfinity, m.MaxNumber, func(x, bound vec.Block) vec.Mask { return m.Compare(vec.AtMost, bound, x) })
		}
	}
}

func findPassing(m vec.Machine, worst float32, better func(acc, x vec.Block), passes func(x, bound vec.Block) vec.Mask) {
	to, x, n, bound := m.Ptr("positions_base"), m.Ptr("x_base"), m.Int("x_len"), m.Broadcast("bound")
	total, count := m.CopyInt(n), m.CopyInt(n)
	m.SubInt(count, n)
	start := m.Constant(worst)
	collect := func(blocks int) {
		m.Scope(func() {
			first := m.CopyInt(total)
			m.SubInt(first, n)
			for block := range blocks {
				if block > 0 {
					m.Decrease(first, -vec.Lanes)
				}
				v := m.Load(x, block)
				chosen := passes(v, bound)
				m.Free(v)
				m.AppendIndices(to, count, first, chosen)
				m.FreeMask(chosen)
			}
		})
	}
	for _, blocks := range []int{ahead, 1} {
		some, next, end := m.NewLabel("some"), m.NewLabel("next"), m.NewLabel("end")
		vec.While(m, n, blocks*vec.Lanes, []vec.Ptr{x}, func() {
			best := fold(m, x, blocks, start, better)
			pass := passes(best, bound)
			m.Free(best)
			m.JumpAny(pass, some)
			m.FreeMask(pass)
			m.Place(next)
		})
		m.Jump(end)
		m.Place(some)
		collect(blocks)
		m.Jump(next)
		m.Place(end)
	}
	fill := m.Constant(nan)
	vec.Tail(m, n, fill, func() { collect(1) })
	m.Free(start, fill, bound)
	m.ReturnInt(count)
}

// findNear lists where the excess of a matrix of integers is at most 0: see FindNear of
// the library.
func findNear(m vec.Machine, _ Shape) {
	to, c, left, row := m.Ptr("positions_base"), m.Ptr("c_base"), m.Int("m"), m.Ptr("rows_base")
	count := m.CopyInt(left)
	m.SubInt(count, left)
	first := m.CopyInt(count)
	vec.While(m, left, 1, nil, func() {
		m.Scope(func() {
			scale, x, y, term := m.LoadBroadcast(row, 0), m.LoadBroadcast(row, 1), m.LoadBroadcast(row, 2), m.LoadBroadcast(row, 3)
			n, columns, at := m.Int("n"), m.Scale(m.Int("n"), 4), m.Ptr("queries_base")
			ptrs := []vec.Ptr{c}
			for range 5 { // factors, offsets, those of x and y, shifts
				ptrs = append(ptrs, m.CopyPtr(at))
				m.Move(at, columns, 1)
			}
			near := func() vec.Mask {
				e := m.Load(ptrs[5], 0)
				m.Add(e, e, term)
				m.FMALoad(e, y, ptrs[4], 0)
				m.FMALoad(e, x, ptrs[3], 0)
				g, v := m.Load(ptrs[2], 0), m.Load(c, 0)
				m.FMALoad(g, v, ptrs[1], 0)
				m.FMA(e, g, scale)
				zero := m.Zero()
				chosen := m.Compare(vec.AtMost, e, zero)
				m.Free(g, v, e, zero)
				return chosen
			}
			some, next, end := m.NewLabel("some"), m.NewLabel("next"), m.NewLabel("end")
			vec.While(m, n, vec.Lanes, ptrs, func() {
				chosen := near()
				m.JumpAny(chosen, some)
				m.FreeMask(chosen)
				m.Place(next)
				m.Decrease(first, -vec.Lanes)
			})
			m.Jump(end)
			m.Place(some)
			chosen := near()
			m.AppendIndices(to, count, first, chosen)
			m.FreeMask(chosen)
			m.Jump(next)
			m.Place(end)
			m.Free(scale, x, y, term)
		})
		m.Advance([]vec.Ptr{row}, 4)
	})
	m.ReturnInt(count)
}
