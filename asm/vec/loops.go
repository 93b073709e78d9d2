package vec

// Loops is what the loops below are made of.
type Loops interface {
	Jumps
	Decrease(n Int, k int)
	CountDown(n Int, k int, l Label)
	CountUp(n Int, k int, l Label)
	Advance(ptrs []Ptr, elems int)
}

// Tails is a loop that ends in a partial block.
type Tails interface {
	Loops
	Partial(n Int, fill Block, body func())
}

// While repeats body while n ≥ step, each time advancing ptrs by step elements and
// decreasing n by step.
func While(m Loops, n Int, step int, ptrs []Ptr, body func()) {
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
func Tail(m Tails, n Int, fill Block, body func()) {
	end := m.NewLabel("end")
	m.JumpZero(n, end)
	m.Partial(n, fill, body)
	m.Place(end)
}

// rounds is While for a body that does not ask for n, with one comparison less in each
// round, and a jump to done if nothing is left: the lengths of embeddings are whole rounds.
func rounds(m Loops, n Int, step int, ptrs []Ptr, done Label, body func()) {
	loop, rest := m.NewLabel("round"), m.NewLabel("rest")
	m.JumpLess(n, step, rest)
	m.Decrease(n, step)
	m.Place(loop)
	body()
	m.Advance(ptrs, step)
	m.CountDown(n, step, loop)
	m.CountUp(n, step, done)
	m.Place(rest)
}

// Stream covers n elements block by block: unrolled, then single blocks, then
// the tail. body is given the position of its block after the pointers; its result
// must not depend on that position. Stream overwrites n and ptrs.
func Stream(m Tails, n Int, unroll int, ptrs []Ptr, fill Block, body func(block int)) {
	done := m.NewLabel("done")
	rounds(m, n, unroll*Lanes, ptrs, done, func() {
		for b := range unroll {
			body(b)
		}
	})
	if unroll > 1 {
		While(m, n, Lanes, ptrs, func() { body(0) })
	}
	Tail(m, n, fill, func() { body(0) })
	m.Place(done)
}

// Single covers n ≤ Lanes elements, which are one block, or none: after zero, then.
func Single(m Tails, n Int, zero, body func()) {
	whole, end := m.NewLabel("whole"), m.NewLabel("end")
	m.JumpNotLess(n, Lanes, whole)
	zero()
	Tail(m, n, Block{}, body)
	m.Jump(end)
	m.Place(whole)
	body()
	m.Place(end)
}

// Interleave covers n elements so that block b, a partial last one included, goes
// to accumulator b mod accumulators. If there is a block for each, these go to first
// instead of body; otherwise zero comes before. It overwrites n and ptrs.
func Interleave(m Tails, n Int, accumulators int, ptrs []Ptr, zero func(), first, body func(accumulator, block int)) {
	enough, few, done := m.NewLabel("enough"), m.NewLabel("few"), m.NewLabel("done")
	m.JumpNotLess(n, accumulators*Lanes, enough)
	zero()
	m.Jump(few)
	m.Place(enough)
	for b := range accumulators {
		first(b, b)
	}
	m.Advance(ptrs, accumulators*Lanes)
	m.Decrease(n, accumulators*Lanes)
	m.JumpZero(n, done)
	m.Place(few)
	rounds(m, n, accumulators*Lanes, ptrs, done, func() {
		for b := range accumulators {
			body(b, b)
		}
	})
	tails := make([]Label, accumulators)
	for a := range tails[1:] {
		tails[a] = m.NewLabel("tail")
		m.JumpLess(n, Lanes, tails[a])
		body(a, 0)
		m.Advance(ptrs, Lanes)
		m.Decrease(n, Lanes)
	}
	last := accumulators - 1
	Tail(m, n, Block{}, func() { body(last, 0) })
	m.Jump(done)
	for a := range last {
		m.Place(tails[a])
		Tail(m, n, Block{}, func() { body(a, 0) })
		if a < last-1 {
			m.Jump(done)
		}
	}
	m.Place(done)
}
