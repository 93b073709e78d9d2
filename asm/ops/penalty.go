package ops

import "github.com/seed842bec00/argmax/asm/vec"

// penalties are the L2 and the L1 penalty of weights, and the step that makes the
// latter small.
func penalties(m vec.Machine) {
	norm(m, "sumSquares", "returns the sum of the squares of x.", func(acc, x vec.Block) { m.FMA(acc, x, x) })
	norm(m, "sumAbs", "returns the sum of the magnitudes of x.", func(acc, x vec.Block) {
		m.Abs(x, x)
		m.Add(acc, acc, x)
	})
	softThreshold(m)
}

func norm(m vec.Machine, op, doc string, add func(acc, x vec.Block)) {
	reduction(m, op, "x", doc, []string{"x"}, func(ptrs []vec.Ptr, acc vec.Block, block int) {
		x := m.Load(ptrs[0], block)
		add(acc, x)
		m.Free(x)
	})
}

// softThreshold has a load and a store for three operations, which bind: with two
// adders one and a half cycles. The order of the operands of Min makes x − (−0) = +0
// of a zero x also if high is +0.
func softThreshold(m vec.Machine) {
	m.Func("softThreshold", "func(x []float32, low, high float32)", "subtracts from x the nearest that lies between low and high.")
	low, high, x, n := m.Splat("low"), m.Splat("high"), m.Ptr("x_base"), m.Int("x_len")
	vec.Stream(m, n, 4, []vec.Ptr{x}, nil, func(block int) {
		v := m.Load(x, block)
		nearest := m.Copy(low)
		m.Max(nearest, nearest, v)
		m.Min(nearest, high, nearest)
		m.Sub(v, v, nearest)
		m.Store(v, x, block)
		m.Free(v, nearest)
	})
	m.Return()
}
