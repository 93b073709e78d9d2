package vec

// While repeats body while n >= step, and after each turn moves ptrs by step
// elements and lowers n by step.
func While(m Machine, n Int, step int, ptrs []Ptr, body func()) {
	loop, end := m.NewLabel("loop"), m.NewLabel("end")
	m.JumpLess(n, step, end)
	m.Place(loop)
	body()
	m.Advance(ptrs, step)
	m.Decrease(n, step)
	m.JumpNotLess(n, step, loop)
	m.Place(end)
}

// Tail runs body once on the n < Lanes elements that are left, if any.
func Tail(m Machine, n Int, fill Block, body func()) {
	end := m.NewLabel("end")
	m.JumpZero(n, end)
	m.Partial(n, fill, body)
	m.Place(end)
}

// Stream covers n elements block by block: unrolled, then single blocks, then
// the tail. body gets the position of its block, from the pointers on. For work
// whose result does not depend on which position a block had.
func Stream(m Machine, n Int, unroll int, ptrs []Ptr, fill Block, body func(block int)) {
	While(m, n, unroll*Lanes, ptrs, func() {
		for b := range unroll {
			body(b)
		}
	})
	if unroll > 1 {
		While(m, n, Lanes, ptrs, func() { body(0) })
	}
	Tail(m, n, fill, func() { body(0) })
}

// Interleave covers n elements so that block b, a partial last one included,
// meets accumulator b mod accumulators. ptrs, n: consumed.
func Interleave(m Machine, n Int, accumulators int, ptrs []Ptr, body func(accumulator, block int)) {
	While(m, n, accumulators*Lanes, ptrs, func() {
		for b := range accumulators {
			body(b, b)
		}
	})
	done := m.NewLabel("done")
	tails := make([]Label, accumulators)
	for a := range tails[1:] {
		tails[a] = m.NewLabel("tail")
		m.JumpLess(n, Lanes, tails[a])
		body(a, 0)
		m.Advance(ptrs, Lanes)
		m.Decrease(n, Lanes)
	}
	last := accumulators - 1
	Tail(m, n, nil, func() { body(last, 0) })
	m.Jump(done)
	for a := range last {
		m.Place(tails[a])
		Tail(m, n, nil, func() { body(a, 0) })
		if a < last-1 {
			m.Jump(done)
		}
	}
	m.Place(done)
}
