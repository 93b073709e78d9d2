package ops

import "github.com/seed842bec00/argmax/asm/vec"

// cosineDist computes three sums in the vector form, in one pass where the registers hold
// the accumulators of them all, and of more than four blocks 3×4 accumulators of a part of the blocks; in three
// passes elsewhere. The signs of zeros do not matter to the distance: the first products
// are not added to +0.
func cosineDist(m vec.Machine, s Shape) {
	n := m.Int("x_len")
	m.Short(n, vec.Lanes, func() {
		p := both()
		p.pointers(m)
		sums := made(m, len(p.products))
		vec.Single(m, n, func() { zero(m, sums) }, func() { p.first(m, sums, 0) })
		m.ReturnCosine(sums[0], sums[1], sums[2])
	})
	if s.ThreeSums {
		m.Short(n, accumulators*vec.Lanes, func() { both().few(m, n) })
	}
	totals := made(m, 3)
	if s.ThreeSums {
		m.Parts(totals, func(sums []vec.Block) { both().sums(m, sums) })
	} else {
		for i, p := range []*pass{
			{vectors: []string{"x", "y"}, products: [][2]int{{0, 1}}},
			{vectors: []string{"x"}, products: [][2]int{{0, 0}}},
			{vectors: []string{"y"}, products: [][2]int{{0, 0}}},
		} {
			m.Parts(totals[i:i+1], func(sums []vec.Block) { p.sums(m, sums) })
		}
	}
	m.ReturnCosine(totals[0], totals[1], totals[2])
}

// both is x·y, x·x and y·y.
func both() *pass {
	return &pass{vectors: []string{"x", "y"}, products: [][2]int{{0, 1}, {0, 0}, {1, 1}}}
}

// pass is inner products among some vectors of the same length.
type pass struct {
	vectors  []string
	products [][2]int
	ptrs     []vec.Ptr
}

func (p *pass) pointers(m vec.Arguments) {
	p.ptrs = nil
	for _, name := range p.vectors {
		p.ptrs = append(p.ptrs, m.Ptr(name+"_base"))
	}
}

// each combines a block of each product with an accumulator.
func (p *pass) each(m vectorMachine, acc []vec.Block, block int, combine func(acc, x, y vec.Block)) {
	var loaded []vec.Block
	for _, ptr := range p.ptrs {
		loaded = append(loaded, m.Load(ptr, block))
	}
	for i, factors := range p.products {
		combine(acc[i], loaded[factors[0]], loaded[factors[1]])
	}
	m.Free(loaded...)
}

// first sets accumulators to the products of a block, add adds them, fused.
func (p *pass) first(m vectorMachine, acc []vec.Block, block int) { p.each(m, acc, block, m.Mul) }
func (p *pass) add(m vectorMachine, acc []vec.Block, block int)   { p.each(m, acc, block, m.FMA) }

// addRounded adds the products of both, rounded as those of first are. It holds one block
// of them at a time, besides one loaded.
func (p *pass) addRounded(m vectorMachine, acc []vec.Block, block int) {
	x := m.Load(p.ptrs[0], block)
	xy := m.MulLoad(x, p.ptrs[1], block)
	m.Add(acc[0], acc[0], xy)
	m.Mul(x, x, x)
	m.Add(acc[1], acc[1], x)
	m.Free(x, xy)
	y := m.Load(p.ptrs[1], block)
	m.Mul(y, y, y)
	m.Add(acc[2], acc[2], y)
	m.Free(y)
}

// few is the distance of two to four blocks. An accumulator gets one block, so the second
// is added to the first at once, and the fourth to the third.
func (p *pass) few(m vec.Machine, n vec.Int) {
	p.pointers(m)
	a, b := made(m, len(p.products)), made(m, len(p.products))
	// next does a block, and jumps if it was the last one.
	next := func(acc []vec.Block, block int, do func(m vectorMachine, acc []vec.Block, block int), last vec.Label) {
		whole := m.NewLabel("whole")
		m.JumpNotLess(n, (block+1)*vec.Lanes, whole)
		m.Decrease(n, block*vec.Lanes)
		vec.Tail(m, n, vec.Block{}, func() { do(m, acc, block) })
		m.Jump(last)
		m.Place(whole)
		do(m, acc, block)
	}
	two, four := m.NewLabel("two"), m.NewLabel("four")
	p.first(m, a, 0)
	next(a, 1, p.addRounded, two)
	m.JumpLess(n, 2*vec.Lanes+1, two)
	next(b, 2, p.first, four)
	next(b, 3, p.addRounded, four)
	m.Place(four)
	for i := range a {
		m.Add(a[i], a[i], b[i])
	}
	m.Place(two)
	m.Free(b...)
	m.ReturnCosine(a[0], a[1], a[2])
}

// sums makes the sums, before they are reduced.
func (p *pass) sums(m vec.Machine, sums []vec.Block) {
	acc := [accumulators][]vec.Block{sums}
	for i := range acc[1:] {
		acc[i+1] = made(m, len(sums))
	}
	m.Scope(func() {
		p.pointers(m)
		vec.Interleave(m, m.Int("x_len"), accumulators, p.ptrs,
			func() {
				for _, a := range acc {
					zero(m, a)
				}
			},
			func(a, block int) { p.first(m, acc[a], block) },
			func(a, block int) { p.add(m, acc[a], block) })
	})
	for i := range sums {
		join(m, m.Add, []vec.Block{acc[0][i], acc[1][i], acc[2][i], acc[3][i]})
	}
}
