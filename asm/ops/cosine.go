package ops

import "github.com/seed842bec00/argmax/asm/vec"

// dotSquares computes what the cosine of two vectors is made of: three sums in the
// vector form, in one pass where the registers hold 3×4 accumulators, in three
// elsewhere. Reduced as four they share their shuffles.
func dotSquares(m vec.Machine, s Shape) {
	to := m.Ptr("sums")
	passes := []pass{
		{[]string{"x", "y"}, [][2]int{{0, 1}}},
		{[]string{"x"}, [][2]int{{0, 0}}},
		{[]string{"y"}, [][2]int{{0, 0}}},
	}
	if s.ThreeSums {
		passes = []pass{{[]string{"x", "y"}, [][2]int{{0, 1}, {0, 0}, {1, 1}}}}
	}
	var totals []vec.Block
	for _, p := range passes {
		m.Scope(func() { totals = append(totals, p.sums(m)...) })
	}
	m.ReduceTo(append(totals, m.Zero()), to)
	m.Return()
}

// pass is inner products among some vectors of the same length.
type pass struct {
	vectors  []string
	products [][2]int
}

// sums are the products before they are reduced.
func (p pass) sums(m vec.Machine) (totals []vec.Block) {
	var ptrs []vec.Ptr
	for _, name := range p.vectors {
		ptrs = append(ptrs, m.Ptr(name+"_base"))
	}
	acc := make([][]vec.Block, len(p.products))
	for i := range acc {
		acc[i] = zeros(m, accumulators)
	}
	vec.Interleave(m, m.Int("x_len"), accumulators, ptrs, func(a, block int) {
		var loaded []vec.Block
		for _, ptr := range ptrs {
			loaded = append(loaded, m.Load(ptr, block))
		}
		for i, factors := range p.products {
			m.FMA(acc[i][a], loaded[factors[0]], loaded[factors[1]])
		}
		m.Free(loaded...)
	})
	for _, a := range acc {
		totals = append(totals, join(m, m.Add, a))
	}
	return totals
}
