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
			cs[i] = m.consts.New(at)
			continue
		}
		r := m.register()
		m.VBROADCASTSS(at, r)
		cs[i] = m.consts.New(r)
	}
	return cs
}

func (m *Machine) MemoryConstants(vs ...float32) []vec.Const {
	if !m.wide() {
		return m.Constants(vs...)
	}
	cs := make([]vec.Const, len(vs))
	for i, v := range vs {
		cs[i] = m.consts.New(m.file.wideConstant(math.Float32bits(v)))
	}
	return cs
}

func (m *Machine) LaneIndices() vec.Block {
	parts, indices := m.parts(), m.file.indices()
	for i, r := range parts {
		m.VCVTDQ2PS(indices.Offset(i*m.bits/8), r)
	}
	return m.newBlock(parts)
}

func (m *Machine) FromConst(c vec.Const) vec.Block {
	parts := m.parts()
	for _, r := range parts {
		if from := m.consts.Get(c); IsRegister(from) {
			m.VMOVAPS(from, r)
		} else {
			m.VMOVUPS(from, r)
		}
	}
	return m.newBlock(parts)
}

func (m *Machine) FMAConst(acc, x vec.Block, c vec.Const) {
	for i, r := range m.write(acc) {
		m.VFMADD231PS(m.consts.Get(c), m.read(x)[i], r)
	}
}

func (m *Machine) MulAddConst(x, y vec.Block, c vec.Const) vec.Block {
	parts := m.write(x)
	for i, r := range parts {
		m.VFMADD213PS(m.consts.Get(c), m.read(y)[i], r)
	}
	m.Free(x)
	return m.newBlock(parts)
}

func (m *Machine) SubConst(x vec.Block, c vec.Const) vec.Block {
	parts := m.parts()
	for i, r := range parts {
		m.VSUBPS(m.consts.Get(c), m.read(x)[i], r)
	}
	return m.newBlock(parts)
}

// MaxConst and MinConst: VMAXPS gives its second source if either is NaN, hence x there.
func (m *Machine) MaxConst(dst, x vec.Block, c vec.Const) {
	for i, r := range m.write(dst) {
		m.VMAXPS(m.read(x)[i], m.held(c), r)
	}
}

func (m *Machine) MinConst(dst, x vec.Block, c vec.Const) {
	for i, r := range m.write(dst) {
		m.VMINPS(m.read(x)[i], m.held(c), r)
	}
}

// held is a constant in a register.
func (m *Machine) held(c vec.Const) reg.Register {
	from := m.consts.Get(c)
	if r, ok := from.(reg.Register); ok {
		return r
	}
	r := m.register()
	if from == m.file.constant(0) || from == m.file.wideConstant(0) {
		m.zero(r)
	} else {
		m.VMOVUPS(from, r)
	}
	return r
}

// Exponent: AVX-512 scales by n, AVX2 by its bits.
func (m *Machine) Exponent(n, shifted vec.Block) vec.Block {
	e := m.blocks.Get(shifted)
	if m.wide() {
		e = m.blocks.Get(n)
	}
	m.Free(n, shifted)
	return m.blocks.New(e)
}

func (m *Machine) LdexpNonPositive(p, exponent vec.Block, bias, tiny vec.Const) {
	for i, r := range m.write(p) {
		// 2^(n+24) from its exponent, n + 24 + 127, which makes 0 of n = −151: an
		// underflow would take a hundred cycles, on Intel also that of VSCALEFPS. What is
		// above it is shifted out.
		power := m.write(exponent)[i]
		m.VPADDD(m.consts.Get(bias), power, power)
		m.VPSLLD(U8(23), power, power)
		m.VMULPS(power, r, r)
		m.VMULPS(m.consts.Get(tiny), r, r)
	}
}

// Ldexp multiplies by 2^⌊n/2⌋ and by the rest.
func (m *Machine) Ldexp(p, exponent vec.Block, bias vec.Const) {
	for i, r := range m.write(p) {
		if m.wide() {
			m.VSCALEFPS(m.read(exponent)[i], r, r)
			continue
		}
		rest, half := m.write(exponent)[i], m.YMM()
		m.VPADDD(m.consts.Get(bias), rest, rest) // n + 2·127
		m.VPSRLD(U8(1), rest, half)
		m.VPSUBD(half, rest, rest)
		for _, e := range []reg.Register{half, rest} {
			m.VPSLLD(U8(23), e, e)
			m.VMULPS(e, r, r)
		}
	}
}

// Frexp works on the bits, whose exponent ¾ less starts where m is ¾.
func (m *Machine) Frexp(x vec.Block, threeQuarters vec.Const) (fraction, exponent vec.Block) {
	f, e := m.parts(), m.parts()
	for i := range f {
		r := m.read(x)[i]
		m.VPSUBD(m.consts.Get(threeQuarters), r, e[i])
		m.VPSRAD(U8(23), e[i], e[i])
		m.VPSLLD(U8(23), e[i], f[i])
		m.VPSUBD(f[i], r, f[i])
		m.VCVTDQ2PS(e[i], e[i])
	}
	return m.newBlock(f), m.newBlock(e)
}
