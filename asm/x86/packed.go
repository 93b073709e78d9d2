package x86

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// packed is the result of one block in lane 0, or of four: a, b, c, d in the
// quarters of a ZMM register, or as a a c c, b b d d in a YMM register.
type packed struct {
	r     reg.VecVirtual
	count int
}

func (m *Machine) PackSum(bs []vec.Block) vec.Packed {
	if !m.inRow() {
		return m.pack(bs, m.VADDPS)
	}
	r := m.foldRuns(m.read(bs[0]))
	if m.wide() {
		r = r.AsZ().(reg.VecVirtual)
	}
	return m.packs.New(packed{r, 1})
}

func (m *Machine) PackMax(bs []vec.Block) vec.Packed { return m.pack(bs, m.VMAXPS) }

func (m *Machine) pack(bs []vec.Block, combine func(...Op)) vec.Packed {
	var r reg.VecVirtual
	switch {
	case len(bs) == 1 && m.wide(): // as wide as the constants
		r = m.fold(m.read(bs[0]), combine).AsZ().(reg.VecVirtual)
	case len(bs) == 1:
		r = m.fold(m.read(bs[0]), combine)
	case m.wide():
		r = m.quarters(bs, combine)
	default:
		r = m.halves(bs, combine)
	}
	return m.packs.New(packed{r, len(bs)})
}

func (m *Machine) BroadcastLane(p vec.Packed, i int) vec.Block {
	from, r := m.packs.Get(p), m.register()
	switch {
	case from.count == 1:
		m.VBROADCASTSS(from.r.AsX(), r)
	case m.wide():
		m.VSHUFF32X4(U8(i*0x55), from.r, from.r, r)
	default:
		m.VPERMILPS(U8(i/2*0xaa), from.r, r) // a or c in the lower half, b or d in the upper
		m.VPERM2F128(U8(i%2*0x11), r, r, r)
	}
	return m.shared(r)
}

func (m *Machine) AddPacked(p vec.Packed, c vec.Const) {
	r := m.packs.Get(p).r
	m.VADDPS(m.consts.Get(c), r, r)
}

func (m *Machine) Reciprocal(p vec.Packed, one vec.Const) {
	r := m.packs.Get(p).r
	m.VDIVPS(r, m.held(one), r)
}

func (m *Machine) StorePacked(p vec.Packed, to vec.Ptr, elem int) {
	at := m.mem(to, 0, 0).Offset(4 * elem)
	switch from := m.packs.Get(p); {
	case from.count == 1:
		m.VMOVSS(from.r.AsX(), at)
	case m.wide():
		m.VMOVUPS(m.compress(from.r), at)
	default:
		m.VMOVUPS(m.inOrder(from.r), at)
	}
}

func (m *Machine) FreePacked(p vec.Packed) { m.packs.Free(p) }
