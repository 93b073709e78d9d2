package ops

import "github.com/seed842bec00/argmax/asm/vec"

// logarithm is log x as logGeneric of the library defines it: x = m·2ⁿ, log x = n·ln
// 2 + log(1+f) with f = m − 1 and a polynomial q for log(1+f) = f − ½f² + f³·q.
type logarithm struct {
	m exponentMachine

	threeQuarters, one, ln2Short, minusLn2Short, ln2Rest vec.Const
	q                                                    []vec.Const // the highest power first
}

// newLogarithm keeps its constants where constants makes them: Constants or
// MemoryConstants of m.
func newLogarithm(m exponentMachine, constants func(vs ...float32) []vec.Const) *logarithm {
	c := constants(0.75, 1, ln2Short, -ln2Short, ln2Rest)
	return &logarithm{
		m: m, threeQuarters: c[0], one: c[1], ln2Short: c[2], minusLn2Short: c[3], ln2Rest: c[4],
		q: constants(logPolynomial...),
	}
}

// of returns log x for normal x > 0, as a new block.
func (l *logarithm) of(x vec.Block) vec.Block {
	return l.finish(l.m.Frexp(x, l.threeQuarters))
}

func (l *logarithm) finish(fraction, exponent vec.Block) vec.Block {
	m := l.m
	f := m.SubConst(fraction, l.one)
	m.Free(fraction)
	p := m.FromConst(l.q[0])
	for _, c := range l.q[1:] {
		p = m.MulAddConst(p, f, c)
	}
	// high = fma(n, ln2Short, f); low = f − fma(−n, ln2Short, high), what high
	// lost; low = fma(n, ln2Rest, low).
	high := m.Copy(f)
	m.FMAConst(high, exponent, l.ln2Short)
	rest := m.Copy(high)
	m.FMAConst(rest, exponent, l.minusLn2Short)
	m.Sub(rest, f, rest)
	m.FMAConst(rest, exponent, l.ln2Rest)
	m.Free(exponent)
	m.Mul(f, f, f)
	m.FMA(rest, f, p)
	m.Add(high, high, rest)
	m.Free(f, p, rest)
	return high
}

// logRows takes the sums that the losses of rows store: of exponentials, the largest
// of which is 1. Frexp would lose a NaN among the bits; x − x brings it back.
func logRows(m vec.Machine, _ Shape) {
	dst, sums, addends, n := m.Ptr("dst_base"), m.Ptr("sums_base"), m.Ptr("addends_base"), m.Int("sums_len")
	l := newLogarithm(m, m.Constants)
	ones := m.Constant(1) // a sum of 1 has the logarithm 0
	vec.Stream(m, n, 1, []vec.Ptr{dst, sums, addends}, ones, func(block int) {
		x := m.Load(sums, block)
		y := l.of(x)
		m.Sub(x, x, x)
		m.Add(y, y, x)
		m.Free(x)
		m.AddLoad(y, addends, block)
		m.Store(y, dst, block)
		m.Free(y)
	})
	m.Free(ones)
	m.Return()
}

// log takes all x: what is below the normal numbers is scaled by 2²³ before, and
// what has no logarithm, or an infinite one, is set right at the end.
func log(m vec.Machine, _ Shape) {
	dst, x, n := m.Ptr("dst_base"), m.Ptr("x_base"), m.Int("x_len")
	l := newLogarithm(m, m.Constants)
	c := m.Constants(0x1p-126, 0x1p23, 23, 0, infinity, negativeInfinity, nan)
	normal, up, shift, zero, most, least, none := c[0], c[1], c[2], c[3], c[4], c[5], c[6]
	vec.Stream(m, n, 1, []vec.Ptr{dst, x}, vec.Block{}, func(block int) {
		v := m.Load(x, block)
		scaled := m.FromConst(up)
		m.Mul(scaled, scaled, v)
		tiny := m.CompareConst(vec.Less, v, normal)
		y := m.Copy(v)
		m.Blend(y, scaled, tiny)
		m.Free(scaled)
		fraction, exponent := m.Frexp(y, l.threeQuarters)
		m.SubWhere(exponent, shift, tiny)
		m.FreeMask(tiny)
		m.Free(y)
		y = l.finish(fraction, exponent)
		// Where a comparison is true, the logarithm is another.
		replace := func(by vec.Const, where vec.Mask) {
			b := m.FromConst(by)
			m.Blend(y, b, where)
			m.Free(b)
			m.FreeMask(where)
		}
		replace(most, m.CompareConst(vec.Equal, v, most))
		replace(least, m.CompareConst(vec.Equal, v, zero))
		replace(none, m.CompareConst(vec.Less, v, zero))
		replace(none, m.CompareConst(vec.Unordered, v, zero))
		m.Store(y, dst, block)
		m.Free(v, y)
	})
	m.Return()
}
