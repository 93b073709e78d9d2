package ops

import "github.com/seed842bec00/argmax/asm/vec"

// exponential is eˣ for x ≤ 0, as expGeneric of the library defines it: x = n·ln 2
// + r, a polynomial in r, times 2ⁿ.
type exponential struct {
	m vec.Machine

	lowest, log2e, round, ln2High, ln2Low vec.Const
	polynomial                            []vec.Const // the highest power first
	bias, tiny                            vec.Const
}

func newExponential(m vec.Machine) *exponential {
	c := m.Constants(-104, 0x1.715476p+0, 3<<22, -0x1.62e43p-1, 0x1.05c61p-29, 0x1p-64, integer(191))
	one := m.Constants(1)[0]
	return &exponential{
		m: m, lowest: c[0], log2e: c[1], round: c[2], ln2High: c[3], ln2Low: c[4], tiny: c[5], bias: c[6],
		polynomial: append(m.Constants(0x1.6ac74ep-10, 0x1.123dep-7, 0x1.555858p-5, 0x1.55548cp-3, 0x1.fffffcp-2), one, one),
	}
}

// one is the constant 1.
func (e *exponential) one() vec.Const { return e.polynomial[len(e.polynomial)-1] }

// of returns eˣ. x is free afterwards.
func (e *exponential) of(x vec.Block) vec.Block {
	m := e.m
	m.MaxConst(x, x, e.lowest)
	shifted := m.FromConst(e.round)
	m.FMAConst(shifted, x, e.log2e)
	n := m.SubConst(shifted, e.round)
	m.FMAConst(x, n, e.ln2High)
	m.FMAConst(x, n, e.ln2Low)
	m.Free(n) // PowerOfTwo reads it only where it does not need shifted
	p := m.FromConst(e.polynomial[0])
	for _, c := range e.polynomial[1:] {
		p = m.MulAddConst(p, x, c)
	}
	m.PowerOfTwo(p, n, shifted, e.bias, e.tiny)
	m.Free(x, shifted)
	return p
}
