package x86

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// A mask is a mask register, or, with AVX2, a register for each part of a block,
// whose lanes are all ones or all zeros.
type mask struct {
	k        reg.Register
	parts    []reg.VecVirtual
	all      bool // of a row alone, whose lanes are all valid
	inverted bool // AVX2: the lanes whose bits are zeros
}

// predicates of VCMPPS; none is true of NaN but Unordered.
var predicates = map[vec.Relation]uint8{vec.Equal: 0x00, vec.Less: 0x11, vec.AtMost: 0x12, vec.Greater: 0x1e, vec.Unordered: 0x03}

func (m *Machine) Compare(r vec.Relation, x, y vec.Block) vec.Mask {
	return m.compare(r, x, func(i int) Op { return m.read(y)[i] })
}

func (m *Machine) CompareConst(r vec.Relation, x vec.Block, c vec.Const) vec.Mask {
	return m.compare(r, x, func(int) Op { return m.consts.Get(c) })
}

func (m *Machine) compare(r vec.Relation, x vec.Block, y func(i int) Op) vec.Mask {
	return m.chosen(func(i int, to reg.Register) { m.VCMPPS(U8(predicates[r]), y(i), m.read(x)[i], to) })
}

// chosen returns a mask whose parts set fills.
func (m *Machine) chosen(set func(i int, to reg.Register)) vec.Mask {
	if m.wide() {
		k := m.K()
		set(0, k)
		return m.masks.New(mask{k: k})
	}
	parts := m.parts()
	for i, r := range parts {
		set(i, r)
	}
	return m.masks.New(mask{parts: parts})
}

func (m *Machine) ValidLanes() vec.Mask {
	if m.inRow() {
		return m.masks.New(mask{all: true})
	}
	if m.wide() {
		return m.masks.New(mask{k: m.part.k})
	}
	return m.chosen(func(i int, to reg.Register) { m.VMOVUPS(m.part.lanes.Offset(32*i), to) })
}

func (m *Machine) LaneMask(index vec.Int) vec.Mask {
	at := m.register()
	if m.wide() {
		m.VPBROADCASTD(m.ints.Get(index).As32(), at)
	} else {
		m.VMOVD(m.ints.Get(index).As32(), at.AsX())
		m.VPBROADCASTD(at.AsX(), at)
	}
	return m.lane(at)
}

func (m *Machine) OtherLanes(p vec.Ptr, elem int) vec.Mask {
	index := m.at(p).Offset(8 * elem)
	if m.wide() {
		const notEqual = 4
		if m.indices == nil {
			m.first(func() {
				m.indices = m.register()
				m.VMOVDQU32(m.file.indices(), m.indices)
			})
		}
		k := m.K()
		m.VPCMPD_BCST(U8(notEqual), index, m.indices, m.part.k, k)
		return m.masks.New(mask{k: k})
	}
	at := m.register()
	m.VPBROADCASTD(index, at)
	others := m.lane(at)
	for i, r := range m.masks.Get(others).parts {
		m.VANDNPS(m.part.lanes.Offset(32*i), r, r)
	}
	return others
}

func (m *Machine) NegatedCount(chosen vec.Mask) vec.Block {
	b, n := m.newBlock(m.parts()), m.GP32()
	if x := m.masks.Get(chosen); m.wide() {
		m.KMOVW(x.k, n)
	} else {
		high := m.GP32()
		m.VMOVMSKPS(x.parts[0], n)
		m.VMOVMSKPS(x.parts[1], high)
		m.SHLL(U8(8), high)
		m.ORL(high, n)
	}
	if m.inRow() {
		m.ANDL(m.part.record.Offset(runsDistinct), n)
	}
	m.POPCNTL(n, n)
	m.NEGL(n)
	m.Clear(b) // or the conversion waits for what was in the register
	first := m.read(b)[0].AsX()
	m.VCVTSI2SSL(n, first, first)
	return b
}

// lane compares with the indices of the lanes.
func (m *Machine) lane(at reg.Register) vec.Mask {
	indices := m.file.indices()
	if m.inRow() {
		indices = m.part.record.Offset(runsColumns)
	}
	return m.chosen(func(i int, to reg.Register) { m.VPCMPEQD(indices.Offset(i*m.bits/8), at, to) })
}

func (m *Machine) And(x, y vec.Mask) vec.Mask { return m.combine(m.KANDW, m.VANDPS, x, y) }
func (m *Machine) AndNot(x, y vec.Mask) vec.Mask {
	if m.masks.Get(x).all {
		return m.others(y)
	}
	return m.combine(m.KANDNW, m.VANDNPS, y, x) // the first source is inverted
}

// others is the lanes but x inside Row; with AVX2 for ZeroMask only.
func (m *Machine) others(x vec.Mask) vec.Mask {
	if m.wide() {
		return m.Not(x)
	}
	return m.masks.New(mask{parts: m.masks.Get(x).parts, inverted: true})
}

func (m *Machine) Not(x vec.Mask) vec.Mask {
	return m.chosen(func(i int, to reg.Register) {
		if m.wide() {
			m.KNOTW(m.masks.Get(x).k, to)
			return
		}
		m.VPCMPEQD(to, to, to)
		m.VXORPS(m.masks.Get(x).parts[i], to, to)
	})
}

func (m *Machine) combine(wide func(k, k1, k2 Op), narrow func(...Op), x, y vec.Mask) vec.Mask {
	a, b := m.masks.Get(x), m.masks.Get(y)
	return m.chosen(func(i int, to reg.Register) {
		if m.wide() {
			wide(b.k, a.k, to)
		} else {
			narrow(b.parts[i], a.parts[i], to)
		}
	})
}

func (m *Machine) ZeroMask(dst, x vec.Block, chosen vec.Mask) {
	for i, r := range m.write(dst) {
		switch s := m.masks.Get(chosen); {
		case m.wide():
			m.VMOVAPS_Z(m.read(x)[i], s.k, r)
		case s.inverted:
			m.VANDNPS(m.read(x)[i], s.parts[i], r)
		default:
			m.VANDPS(s.parts[i], m.read(x)[i], r)
		}
	}
}

func (m *Machine) AddZeroMask(dst, x, y vec.Block, chosen vec.Mask) {
	if !m.wide() {
		m.Add(dst, x, y)
		m.ZeroMask(dst, dst, chosen)
		return
	}
	m.VADDPS_Z(m.read(y)[0], m.read(x)[0], m.masks.Get(chosen).k, m.write(dst)[0])
}

func (m *Machine) LoadBroadcastMasked(p vec.Ptr, elem int, chosen vec.Mask) vec.Block {
	if !m.wide() {
		b := m.LoadBroadcast(p, elem)
		m.ZeroMask(b, b, chosen)
		return b
	}
	parts := m.parts()
	m.VBROADCASTSS_Z(m.mem(p, 0, 0).Offset(4*elem), m.masks.Get(chosen).k, parts[0])
	return m.newBlock(parts)
}

func (m *Machine) Blend(dst, x vec.Block, chosen vec.Mask) {
	for i, r := range m.write(dst) {
		if m.wide() {
			m.VMOVAPS(m.read(x)[i], m.masks.Get(chosen).k, r)
		} else {
			m.VBLENDVPS(m.masks.Get(chosen).parts[i], m.read(x)[i], r, r)
		}
	}
}

func (m *Machine) SubWhere(dst vec.Block, c vec.Const, chosen vec.Mask) {
	for i, r := range m.write(dst) {
		if m.wide() {
			m.VSUBPS(m.consts.Get(c), r, m.masks.Get(chosen).k, r)
			continue
		}
		t := m.YMM()
		m.VANDPS(m.consts.Get(c), m.masks.Get(chosen).parts[i], t)
		m.VSUBPS(t, r, r) // minus +0 is the same
	}
}

// SubOneHot subtracts a row of a table: fewer instructions than a mask takes.
func (m *Machine) SubOneHot(dst vec.Block, lane vec.Int) {
	if m.inRow() {
		selected := m.LaneMask(lane)
		m.SubWhere(dst, m.Constants(1)[0], selected)
		m.FreeMask(selected)
		return
	}
	if m.oneHot == nil {
		m.first(func() {
			m.oneHot = m.GP64()
			m.LEAQ(m.file.oneHot(), m.oneHot)
		})
	}
	at := m.ints.Get(lane)
	m.SHLQ(U8(6), at)
	for i, r := range m.write(dst) {
		m.VSUBPS(Mem{Base: m.oneHot, Index: at, Scale: 1, Disp: i * m.bits / 8}, r, r)
	}
}

func (m *Machine) JumpAny(chosen vec.Mask, l vec.Label) {
	if x := m.masks.Get(chosen); m.wide() {
		m.KORTESTW(x.k, x.k)
	} else {
		t := m.YMM()
		m.VORPS(x.parts[0], x.parts[1], t)
		m.VPTEST(t, t)
	}
	m.JNE(LabelRef(l))
}

func (m *Machine) FreeMask(masks ...vec.Mask) { m.masks.Free(masks...) }
