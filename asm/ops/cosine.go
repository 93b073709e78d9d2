package ops

import "github.com/seed842bec00/argmax/asm/vec"

// dotSquares is what the cosine of two vectors is made of: three sums in the vector
// form, in one pass where the registers hold 3×4 accumulators, in three elsewhere.
// Reduced as four they share their shuffles.
func dotSquares(m vec.Machine, together bool) {
	m.Func("dotSquares", "func(sums *[4]float32, x, y []float32)", "sets sums to x·y, x·x, y·y and 0.")
	to := m.Ptr("sums")
	passes := []pass{
		{[]string{"x", "y"}, [][2]int{{0, 1}}},
		{[]string{"x"}, [][2]int{{0, 0}}},
		{[]string{"y"}, [][2]int{{0, 0}}},
	}
	if together {
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
	acc := make([][accumulators]vec.Block, len(p.products))
	for i := range acc {
		for a := range acc[i] {
			acc[i][a] = m.Zero()
		}
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
		m.Add(a[0], a[0], a[1])
		m.Add(a[2], a[2], a[3])
		m.Add(a[0], a[0], a[2])
		m.Free(a[1:]...)
		totals = append(totals, a[0])
	}
	return totals
}
