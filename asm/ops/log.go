package ops

import "github.com/seed842bec00/argmax/asm/vec"

// logRows is the loss of rows, of what softmaxRows left: log sum − difference. The
// logarithm is logGeneric of the library for arguments of at least ¾: x = m·2ⁿ, log
// x = n·ln 2 + log(1+f) with f = m − 1 and a polynomial q for log(1+f) = f − ½f² +
// f³·q. A NaN would get lost among the bits; x − x brings it back.
func logRows(m vec.Machine) {
	m.Func("logRows", "func(sums, differences, losses []float32)", "sets losses to log sums − differences, where sums ≥ 1 or NaN.")
	sums, differences, losses, n := m.Ptr("sums_base"), m.Ptr("differences_base"), m.Ptr("losses_base"), m.Int("sums_len")
	c := m.Constants(0.75, 1, 0x1.62e4p-1, -0x1.62e4p-1, 0x1.7f7d1cp-20)
	threeQuarters, one, ln2Short, minusLn2Short, ln2Rest := c[0], c[1], c[2], c[3], c[4]
	q := m.Constants(0x1.46457ep-5, -0x1.7e7318p-4, 0x1.e05e86p-4, -0x1.03fbb2p-3, 0x1.24375cp-3,
		-0x1.55221p-3, 0x1.9999bp-3, -0x1.00005cp-2, 0x1.555556p-2, -0.5)
	ones := m.Constant(1) // a sum of 1 has the logarithm 0
	vec.Stream(m, n, 1, []vec.Ptr{sums, differences, losses}, ones, func(block int) {
		x := m.Load(sums, block)
		fraction, exponent := m.Fraction(x, threeQuarters)
		f := m.SubConst(fraction, one)
		m.Free(fraction)

		p := m.FromConst(q[0])
		for _, c := range q[1:] {
			p = m.MulAddConst(p, f, c)
		}
		// high = fma(n, ln2Short, f); low = f − fma(−n, ln2Short, high), what high
		// lost; low = fma(n, ln2Rest, low).
		high := m.Copy(f)
		m.FMAConst(high, exponent, ln2Short)
		rest := m.Copy(high)
		m.FMAConst(rest, exponent, minusLn2Short)
		m.Sub(rest, f, rest)
		m.FMAConst(rest, exponent, ln2Rest)
		m.Free(exponent)

		m.Mul(f, f, f)
		m.FMA(rest, f, p)
		m.Add(high, high, rest)
		m.Free(f, p, rest)
		m.Sub(x, x, x)
		m.Add(high, high, x)
		m.Free(x)
		d := m.Load(differences, block)
		m.Sub(high, high, d)
		m.Store(high, losses, block)
		m.Free(d, high)
	})
	m.Return()
}
