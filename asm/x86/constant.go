package x86

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

func (m *Machine) Constants(vs ...float32) []vec.Const {
	cs := make([]vec.Const, len(vs))
	for i, v := range vs {
		cs[i] = m.consts.New(m.everywhere(v))
	}
	return cs
}

// everywhere is v in all lanes: in a register with AVX-512, which has 32, in memory with
// AVX2.
func (m *Machine) everywhere(v float32) Op {
	at := m.file.constant(math.Float32bits(v))
	if !m.wide() {
		return at
	}
	r := m.register()
	m.VBROADCASTSS(at, r)
	return r
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

// Ldexp computes denormal results apart: those of a multiplication, or of VSCALEFPS, take
// more than a hundred cycles on Intel.
func (m *Machine) Ldexp(p, exponent vec.Block, bias vec.Const) {
	denormal, done := m.NewLabel("denormal"), m.NewLabel("scaled")
	rs, es := m.write(p), m.write(exponent)
	if m.wide() {
		k := m.K()
		m.VCMPPS_BCST(U8(predicates[vec.AtMost]), m.file.constant(math.Float32bits(-126)), es[0], k)
		m.KORTESTW(k, k)
		m.JNE(LabelRef(denormal))
		m.VSCALEFPS(es[0], rs[0], rs[0])
	} else {
		least := m.YMM()
		m.VPMINSD(es[0], es[1], least)
		m.VPSUBD(m.file.constant(normalExponent), least, least)
		m.VTESTPS(least, least)
		m.JNE(LabelRef(denormal))
		for i, r := range rs {
			m.scale(r, es[i], bias)
		}
	}
	m.Place(done)
	m.apart = append(m.apart, func() {
		m.Place(denormal)
		for i, r := range rs {
			m.scaleAny(r, es[i], bias)
		}
		m.Jump(done)
	})
}

// normalExponent is the bits of n + 1.5·2²³ of the least n whose results are all normal.
const normalExponent = 0x4b400000 - 125

// scale multiplies by 2^⌊n/2⌋ and by the rest. It overwrites the exponent.
func (m *Machine) scale(r, exponent reg.VecVirtual, bias vec.Const) {
	half := m.YMM()
	m.VPADDD(m.consts.Get(bias), exponent, exponent) // n + 2·127
	m.VPSRLD(U8(1), exponent, half)
	m.VPSUBD(half, exponent, exponent)
	for _, e := range []reg.Register{half, exponent} {
		m.VPSLLD(U8(23), e, e)
		m.VMULPS(e, r, r)
	}
}

// scaleAny is Ldexp of numbers some of which are denormal. Where r·2^(n+149), which is
// exact, is below 2²³, the sum of both has it, rounded, in its lowest bits, which are those
// of the result.
func (m *Machine) scaleAny(r, exponent reg.VecVirtual, bias vec.Const) {
	const unit, notLess = 0x4b000000, 0x15 // the bits of 2²³; true of NaN
	v := m.register()
	if m.wide() {
		m.VADDPS_BCST(m.file.constant(math.Float32bits(149)), exponent, v)
		m.VSCALEFPS(v, r, v)
		normal := m.K()
		m.VCMPPS_BCST(U8(notLess), m.file.constant(unit), v, normal)
		m.VADDPS_BCST(m.file.constant(unit), v, v)
		m.VPSUBD_BCST(m.file.constant(unit), v, v)
		m.VSCALEFPS(exponent, r, normal, v)
		m.VMOVAPS(v, r)
		return
	}
	small, below := m.YMM(), m.YMM()
	m.VMOVDQU(m.file.constant(normalExponent), small)
	m.VPCMPGTD(exponent, small, small)
	m.VPADDD(m.file.constant((149+127-0x4b400000)&(1<<32-1)), exponent, v)
	m.VPSLLD(U8(23), v, v)
	m.VMULPS(v, r, v)
	m.VCMPPS(U8(predicates[vec.Less]), m.file.constant(unit), v, below)
	m.VANDPS(below, small, small)
	m.VADDPS(m.file.constant(unit), v, v)
	m.VPSUBD(m.file.constant(unit), v, v)
	m.VANDPS(small, v, v)
	m.VANDNPS(r, small, r)
	m.scale(r, exponent, bias)
	m.VORPS(v, r, r)
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
