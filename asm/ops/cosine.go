package ops

import "github.com/seed842bec00/argmax/asm/vec"

// cosineDist computes three sums in the vector form, in one pass where the registers hold
// 3×4 accumulators of a part of the blocks, in three elsewhere. See reduce about a single
// block.
func cosineDist(m vec.Machine, s Shape) {
	var totals []vec.Block
	several, joined := m.NewLabel("several"), m.NewLabel("joined")
	m.Scope(func() {
		n := m.Int("x_len")
		m.JumpNotLess(n, vec.Lanes+1, several)
		p, zero := both(), m.Zero()
		totals = zeros(m, len(p.products))
		p.pointers(m)
		vec.Single(m, n, func() { p.add(m, totals, 0) })
		for _, t := range totals {
			m.Add(t, t, zero)
		}
		m.Free(zero)
	})
	m.Jump(joined)
	m.Place(several)
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
	m.Place(joined)
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

// add adds a block to an accumulator of each product.
func (p *pass) add(m vectorMachine, acc []vec.Block, block int) {
	var loaded []vec.Block
	for _, ptr := range p.ptrs {
		loaded = append(loaded, m.Load(ptr, block))
	}
	for i, factors := range p.products {
		m.FMA(acc[i], loaded[factors[0]], loaded[factors[1]])
	}
	m.Free(loaded...)
}

// sums makes the sums, before they are reduced, of blocks of zeros.
func (p *pass) sums(m vec.Machine, sums []vec.Block) {
	acc := [accumulators][]vec.Block{sums}
	for i := range acc[1:] {
		acc[i+1] = zeros(m, len(sums))
	}
	m.Scope(func() {
		p.pointers(m)
		vec.Interleave(m, m.Int("x_len"), accumulators, p.ptrs, func(a, block int) { p.add(m, acc[a], block) })
	})
	for i := range sums {
		join(m, m.Add, []vec.Block{acc[0][i], acc[1][i], acc[2][i], acc[3][i]})
	}
}
