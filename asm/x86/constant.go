package x86

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// Constants are in registers with AVX-512, which has 32, and in memory with AVX2.
func (m *Machine) Constants(vs ...float32) []vec.Const {
	cs := make([]vec.Const, len(vs))
	for i, v := range vs {
		at := m.file.constant(math.Float32bits(v))
		if !m.wide() {
			cs[i] = at
			continue
		}
		r := m.register()
		m.VBROADCASTSS(at, r)
		cs[i] = r
	}
	return cs
}

func (m *Machine) Numbers() vec.Block {
	b, numbers := m.block(), m.file.numbers()
	for i, r := range b {
		m.VCVTDQ2PS(numbers.Offset(i*m.bits/8), r)
	}
	return b
}

func (m *Machine) FromConst(c vec.Const) vec.Block {
	b := m.block()
	for _, r := range b {
		if m.wide() {
			m.VMOVAPS(c.(Op), r)
		} else {
			m.VMOVUPS(c.(Op), r)
		}
	}
	return b
}

func (m *Machine) FMAConst(acc, x vec.Block, c vec.Const) {
	for i, r := range acc.(block) {
		m.VFMADD231PS(c.(Op), x.(block)[i], r)
	}
}

func (m *Machine) MulAddConst(x, y vec.Block, c vec.Const) vec.Block {
	for i, r := range x.(block) {
		m.VFMADD213PS(c.(Op), y.(block)[i], r)
	}
	return x
}

func (m *Machine) SubConst(x vec.Block, c vec.Const) vec.Block {
	d := m.block()
	for i, r := range d {
		m.VSUBPS(c.(Op), x.(block)[i], r)
	}
	return d
}

// MaxConst and MinConst: VMAXPS gives its second source if either is NaN, hence x there.
func (m *Machine) MaxConst(dst, x vec.Block, c vec.Const) {
	for i, r := range dst.(block) {
		m.VMAXPS(x.(block)[i], m.held(c), r)
	}
}

func (m *Machine) MinConst(dst, x vec.Block, c vec.Const) {
	for i, r := range dst.(block) {
		m.VMINPS(x.(block)[i], m.held(c), r)
	}
}

// held is a constant in a register.
func (m *Machine) held(c vec.Const) reg.Register {
	if m.wide() {
		return c.(reg.Register)
	}
	r := m.YMM()
	m.VMOVUPS(c.(Op), r)
	return r
}

func (m *Machine) PowerOfTwo(p, n, shifted vec.Block, bias, tiny vec.Const) {
	for i, r := range p.(block) {
		if m.wide() {
			m.VSCALEFPS(n.(block)[i], r, r)
			continue
		}
		// 2^(n+24) from its exponent, n + 24 + 127, which makes 0 of n = −151: an
		// underflow would take a hundred cycles. What is above it is shifted out.
		power := shifted.(block)[i]
		m.VPADDD(bias.(Op), power, power)
		m.VPSLLD(U8(23), power, power)
		m.VMULPS(power, r, r)
		m.VMULPS(tiny.(Op), r, r)
	}
}

// AnyPowerOfTwo multiplies by 2^⌊n/2⌋ and by the rest.
func (m *Machine) AnyPowerOfTwo(p, n, shifted vec.Block, bias vec.Const) {
	for i, r := range p.(block) {
		if m.wide() {
			m.VSCALEFPS(n.(block)[i], r, r)
			continue
		}
		rest, half := shifted.(block)[i], m.YMM()
		m.VPADDD(bias.(Op), rest, rest) // n + 2·127
		m.VPSRLD(U8(1), rest, half)
		m.VPSUBD(half, rest, rest)
		for _, exponent := range []reg.Register{half, rest} {
			m.VPSLLD(U8(23), exponent, exponent)
			m.VMULPS(exponent, r, r)
		}
	}
}

// Fraction works on the bits, whose exponent ¾ less starts where m is ¾.
func (m *Machine) Fraction(x vec.Block, threeQuarters vec.Const) (fraction, exponent vec.Block) {
	f, e := m.block(), m.block()
	for i, r := range x.(block) {
		m.VPSUBD(threeQuarters.(Op), r, e[i])
		m.VPSRAD(U8(23), e[i], e[i])
		m.VPSLLD(U8(23), e[i], f[i])
		m.VPSUBD(f[i], r, f[i])
		m.VCVTDQ2PS(e[i], e[i])
	}
	return f, e
}
