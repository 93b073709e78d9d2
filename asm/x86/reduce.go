package x86

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// Patterns of VSHUFPS and VSHUFF64X2: which two quarters of each source.
const (
	low     = 0x44 // 0 1 of x, 0 1 of y
	high    = 0xee // 2 3 of x, 2 3 of y
	even    = 0x88 // 0 2 of x, 0 2 of y
	odd     = 0xdd // 1 3 of x, 1 3 of y
	swap    = 0x4e // 2 3 0 1
	swapOne = 0xb1 // 1 0 3 2
)

// fold combines the 16 lanes into lane 0 of a new register as the arithmetic says:
// i and i+8, then i+4, then i+2, then i+1.
func (m *Machine) fold(v []reg.VecVirtual, combine func(...Op)) reg.VecVirtual {
	y, t := m.foldQuarters(v, combine), m.XMM()
	x := y.AsX()
	m.VPERMILPS(Imm(swap), x, t)
	combine(t, x, x)
	m.VMOVSHDUP(x, t)
	combine(t, x, x)
	return y
}

// foldQuarters combines lanes i and i+8, then i and i+4: the lower four lanes of a new
// register are left.
func (m *Machine) foldQuarters(v []reg.VecVirtual, combine func(...Op)) reg.VecVirtual {
	if m.bits == 128 {
		x, t := m.XMM(), m.XMM()
		combine(v[2], v[0], x)
		combine(v[3], v[1], t)
		combine(t, x, x)
		return x
	}
	y, t := m.foldHalves(v, combine), m.XMM()
	if m.wide() {
		m.VEXTRACTF32X4(Imm(1), y, t) // reaches registers 16 to 31
	} else {
		m.VEXTRACTF128(Imm(1), y, t)
	}
	combine(t, y.AsX(), y.AsX())
	return y
}

// foldHalves combines lanes i and i+8 in a new register: eight lanes are left.
func (m *Machine) foldHalves(v []reg.VecVirtual, combine func(...Op)) reg.VecVirtual {
	y := m.YMM()
	if m.wide() {
		m.VEXTRACTF64X4(Imm(1), v[0], y)
		combine(y, v[0].AsY(), y)
	} else {
		combine(v[1], v[0], y)
	}
	return y
}

func (m *Machine) Reduce(b vec.Block)        { m.reduce(b, m.VADDPS) }
func (m *Machine) ReduceMaxBits(b vec.Block) { m.reduce(b, m.VPMAXUD) }

func (m *Machine) reduce(b vec.Block, combine func(...Op)) {
	m.write(b)[0] = m.fold(m.read(b), combine)
}

func (m *Machine) ReduceMax(b vec.Block, flags []vec.Flag) {
	v, end := m.write(b), m.NewLabel("max")
	v[0] = m.fold(v, m.VMAXPS)
	x, t := v[0].AsX(), m.XMM()
	m.VXORPS(t, t, t)
	m.VADDPS(t, x, x) // −0 + +0 is +0
	all, found := m.flags.Get(flags[0]), m.GP32()
	for _, f := range flags[1:] {
		if m.wide() {
			m.KANDW(m.flags.Get(f), all, all)
		} else {
			m.VORPS(m.flags.Get(f), all, all)
		}
	}
	if m.wide() {
		m.KMOVW(all, found)
		m.XORL(U32(0xffff), found)
	} else {
		m.VMOVMSKPS(all, found)
	}
	m.TESTL(found, found)
	m.JEQ(LabelRef(end))
	m.VBROADCASTSS(m.constant(0x7fc00000), x)
	m.Place(end)
	m.flags.Free(flags...)
}

// Positive adds +0 to a zero only, so that other sums do not wait for it.
func (m *Machine) Positive(b vec.Block) {
	x, zero, other := m.read(b)[0].AsX(), m.XMM(), m.NewLabel("other")
	m.zero(zero)
	m.VUCOMISS(zero, x)
	m.JNE(LabelRef(other))
	m.VADDSS(zero, x, x)
	m.Place(other)
}

// ReturnCosine reduces xx and yy together from four lanes on.
func (m *Machine) ReturnCosine(xy, xx, yy vec.Block) {
	quarter := func(b vec.Block) reg.Register { return m.foldQuarters(m.read(b), m.VADDPS).AsX() }
	x, y, d := quarter(xx), quarter(yy), quarter(xy)
	both, t := m.XMM(), m.XMM()
	m.VUNPCKLPS(y, x, both) // i, i+2: x y x y
	m.VUNPCKHPS(y, x, t)
	m.VADDPS(t, both, both)
	m.VMOVHLPS(both, both, t) // i, i+1
	m.VADDPS(t, both, both)
	m.VPERMILPS(Imm(swap), d, t)
	m.VADDPS(t, d, d)
	m.VMOVSHDUP(d, t)
	m.VADDSS(t, d, d)
	squares, distance, none, one := m.XMM(), m.XMM(), m.XMM(), m.XMM()
	m.VCVTPS2PD(both, both)
	m.VCVTPS2PD(d, d)
	m.VUNPCKHPD(both, both, squares)
	m.VMULSD(both, squares, squares)
	m.VMOVSD(m.file.one(), one)
	m.VMOVAPS(one, distance)
	m.VXORPS(none, none, none)
	m.VUCOMISD(none, squares)
	some, end := m.NewLabel("some"), m.NewLabel("end")
	m.JNE(LabelRef(string(some)))
	m.JPC(LabelRef(string(end)))
	m.Place(some)
	m.VSQRTSD(squares, squares, squares)
	m.VDIVSD(squares, d, d)
	m.VSUBSD(d, one, distance)
	m.Place(end)
	m.VCVTSD2SS(distance, distance, distance)
	m.VMOVSS(distance, m.address(m.ReturnIndex(0)))
	m.Free(xy, xx, yy)
	m.Return()
}

// ReduceTo reduces four blocks at a time: each shuffle then serves four sums.
func (m *Machine) ReduceTo(bs []vec.Block, p vec.Ptr) { m.reduceTo(bs, m.VADDPS, vec.Ptr{}, p) }

func (m *Machine) ReduceAddTo(bs []vec.Block, addend, p vec.Ptr) {
	m.reduceTo(bs, m.VADDPS, addend, p)
}

func (m *Machine) ReduceMaxBitsTo(bs []vec.Block, p vec.Ptr) { m.reduceTo(bs, m.VPMAXUD, vec.Ptr{}, p) }

func (m *Machine) reduceTo(bs []vec.Block, combine func(...Op), addend, p vec.Ptr) {
	at := func(p vec.Ptr, i int) Mem { return m.mem(p, 0, 0).Offset(4 * i) }
	m.reduceEach(bs, combine, func(i, count int, results reg.Register) {
		switch {
		case !vec.Has(addend):
		case count == 4:
			m.VADDPS(at(addend, i), results, results)
		case count == 2:
			t := m.XMM()
			m.VMOVSD(at(addend, i), t)
			m.VADDPS(t, results, results)
		default:
			m.VADDSS(at(addend, i), results, results)
		}
		switch count {
		case 4:
			m.VMOVUPS(results, at(p, i))
		case 2:
			m.VMOVLPS(results, at(p, i))
		default:
			m.VMOVSS(results, at(p, i))
		}
	})
}

func (m *Machine) ReduceApart(bs []vec.Block, to []vec.Ptr) { m.reduceApart(bs, m.VADDPS, to) }
func (m *Machine) ReduceMaxBitsApart(bs []vec.Block, to []vec.Ptr) {
	m.reduceApart(bs, m.VPMAXUD, to)
}

func (m *Machine) reduceApart(bs []vec.Block, combine func(...Op), to []vec.Ptr) {
	m.reduceEach(bs, combine, func(i, count int, results reg.Register) {
		m.VMOVSS(results, m.mem(to[i], 0, 0))
		for lane := 1; lane < count; lane++ {
			m.VEXTRACTPS(U8(lane), results, m.mem(to[i+lane], 0, 0))
		}
	})
}

// reduceEach gives store the results from i on, four, two or one in an XMM register, and
// frees bs.
func (m *Machine) reduceEach(bs []vec.Block, combine func(...Op), store func(i, count int, results reg.Register)) {
	i := 0
	for ; i+4 <= len(bs); i += 4 {
		store(i, 4, m.reduceFour(bs[i:i+4], combine))
	}
	for ; i+2 <= len(bs) && !m.wide(); i += 2 {
		store(i, 2, m.reduceTwo(bs[i], bs[i+1], combine))
	}
	for ; i < len(bs); i++ {
		store(i, 1, m.fold(m.read(bs[i]), combine).AsX())
	}
	m.Free(bs...)
}

// reduceFour is the results of four blocks in an XMM register.
func (m *Machine) reduceFour(bs []vec.Block, combine func(...Op)) reg.Register {
	if m.wide() {
		return m.compress(m.quarters(bs, combine))
	}
	return m.inOrder(m.halves(bs, combine))
}

// quarters returns the result of each of four blocks in all lanes of its quarter, of a
// third without a fourth in those of both.
func (m *Machine) quarters(bs []vec.Block, combine func(...Op)) reg.VecVirtual {
	// pair combines the quarters of x and y that the patterns choose.
	pair := func(x, y reg.Register, first, second uint8) reg.VecVirtual {
		s, t := m.ZMM(), m.ZMM()
		m.VSHUFF64X2(U8(first), y, x, s)
		m.VSHUFF64X2(U8(second), y, x, t)
		combine(t, s, s)
		return s
	}
	ab := pair(m.read(bs[0])[0], m.read(bs[1])[0], low, high) // i, i+8: a in the lower half, b in the upper
	c, cd := m.read(bs[2])[0], m.ZMM()
	if len(bs) == 4 {
		cd = pair(c, m.read(bs[3])[0], low, high)
	} else {
		m.VSHUFF64X2(U8(swap), c, c, cd)
		combine(c, cd, cd)
	}
	all := pair(ab, cd, even, odd) // i, i+4: a, b, c, d, four lanes each
	t := m.ZMM()
	for _, step := range []uint8{swap, swapOne} { // i, i+2, then i, i+1
		m.VPERMILPS(U8(step), all, t)
		combine(t, all, all)
	}
	return all
}

// compress takes one lane of each quarter.
func (m *Machine) compress(quarters reg.VecVirtual) reg.Register {
	if m.firsts == nil {
		m.first(func() {
			g := m.GP32()
			m.firsts = m.K()
			m.MOVL(U32(0x1111), g)
			m.KMOVW(g, m.firsts)
		})
	}
	z := m.ZMM()
	m.VCOMPRESSPS_Z(quarters, m.firsts, z)
	return z.AsX()
}

// foldPair combines lanes i and i+8, then i and i+4: of a in the lower half of a register,
// of b in the upper.
func (m *Machine) foldPair(a, b vec.Block, combine func(...Op)) reg.VecVirtual {
	x, y := m.foldHalves(m.read(a), combine), m.foldHalves(m.read(b), combine)
	s, t := m.YMM(), m.YMM()
	m.VPERM2F128(U8(0x20), y, x, s)
	m.VPERM2F128(U8(0x31), y, x, t)
	combine(t, s, s)
	return s
}

// reduceTwo is the results of two blocks in an XMM register.
func (m *Machine) reduceTwo(a, b vec.Block, combine func(...Op)) reg.Register {
	s, t := m.foldPair(a, b, combine), m.YMM()
	for _, step := range []uint8{swap, swapOne} { // i, i+2, then i, i+1
		m.VPERMILPS(U8(step), s, t)
		combine(t, s, s)
	}
	x := m.XMM()
	m.VEXTRACTF128(Imm(1), s, x)
	m.VUNPCKLPS(x, s.AsX(), x)
	return x
}

// halves returns the results of blocks a, b, c, d as a a c c, b b d d; without d it is c.
func (m *Machine) halves(bs []vec.Block, combine func(...Op)) reg.VecVirtual {
	ab, cd := m.foldPair(bs[0], bs[1], combine), m.foldPair(bs[2], bs[len(bs)-1], combine)
	s, t := m.YMM(), m.YMM()
	m.VSHUFPS(U8(low), cd, ab, s) // i, i+2: a a c c, b b d d
	m.VSHUFPS(U8(high), cd, ab, t)
	combine(t, s, s)
	m.VSHUFPS(U8(swapOne), s, s, t) // i, i+1
	combine(t, s, s)
	return s
}

// inOrder makes of a a c c, b b d d an XMM register a b c d.
func (m *Machine) inOrder(halves reg.VecVirtual) reg.Register {
	upper, ab, cd := m.XMM(), m.XMM(), m.XMM()
	m.VEXTRACTF128(Imm(1), halves, upper)
	m.VUNPCKLPS(upper, halves.AsX(), ab)
	m.VUNPCKHPS(upper, halves.AsX(), cd)
	m.VMOVLHPS(cd, ab, ab)
	return ab
}
