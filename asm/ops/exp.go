package ops

import "github.com/seed842bec00/argmax/asm/vec"

// exponentMachine is what exponentials and logarithms are computed with.
type exponentMachine interface {
	vec.Memory
	vec.Arithmetic
	vec.Constants
	vec.Exponents
}

// exponential is eˣ as expGeneric of the library defines it: x = n·ln 2 + r, a
// polynomial in r, times 2ⁿ.
type exponential struct {
	m exponentMachine

	lowest, highest, log2e, round, ln2High, ln2Low vec.Const
	polynomial                                     []vec.Const // the highest power first
	bias, tiny                                     vec.Const
}

// newExponential is for x ≤ 0, as the losses need it.
func newExponential(m exponentMachine) *exponential {
	c := m.Constants(-105, 0x1p-24, integer(151))
	e := &exponential{m: m, lowest: c[0], tiny: c[1], bias: c[2]}
	e.constants()
	return e
}

// newAnyExponential is for all x.
func newAnyExponential(m exponentMachine) *exponential {
	c := m.Constants(expLowest, expHighest, integer((254-0x4b400000)&(1<<32-1)))
	e := &exponential{m: m, lowest: c[0], highest: c[1], bias: c[2]}
	e.constants()
	return e
}

func (e *exponential) constants() {
	c := e.m.Constants(log2e, roundMagic, -ln2High, -ln2Low)
	e.log2e, e.round, e.ln2High, e.ln2Low = c[0], c[1], c[2], c[3]
	one := e.m.Constants(1)[0]
	e.polynomial = append(e.m.Constants(expPolynomial...), one, one)
}

// one is the constant 1.
func (e *exponential) one() vec.Const { return e.polynomial[len(e.polynomial)-1] }

// of returns eˣ. x is free afterwards.
func (e *exponential) of(x vec.Block) vec.Block {
	m := e.m
	m.MaxConst(x, x, e.lowest)
	if vec.Has(e.highest) {
		m.MinConst(x, x, e.highest)
	}
	shifted := m.FromConst(e.round)
	m.FMAConst(shifted, x, e.log2e)
	n := m.SubConst(shifted, e.round)
	m.FMAConst(x, n, e.ln2High)
	m.FMAConst(x, n, e.ln2Low)
	exponent := shifted
	if vec.Has(e.highest) {
		exponent = m.Exponent(n, shifted)
	} else {
		m.Free(n)
	}
	p := m.FromConst(e.polynomial[0])
	for _, c := range e.polynomial[1:] {
		p = m.MulAddConst(p, x, c)
	}
	if vec.Has(e.highest) {
		m.Ldexp(p, exponent, e.bias)
	} else {
		m.LdexpNonPositive(p, exponent, e.bias, e.tiny)
	}
	m.Free(x, exponent)
	return p
}

func exp(m vec.Machine, _ Shape) {
	dst, x, n := m.Ptr("dst_base"), m.Ptr("x_base"), m.Int("x_len")
	e := newAnyExponential(m)
	vec.Stream(m, n, 2, []vec.Ptr{dst, x}, vec.Block{}, func(block int) {
		v := e.of(m.Load(x, block))
		m.Store(v, dst, block)
		m.Free(v)
	})
	m.Return()
}
