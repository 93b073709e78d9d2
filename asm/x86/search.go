package x86

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

func (m *Machine) ReturnInt(n vec.Int) {
	m.Context.Store(m.ints.Get(n), m.ReturnIndex(0))
	m.Return()
}

func (m *Machine) SubInt(n, by vec.Int) { m.SUBQ(m.ints.Get(by), m.ints.Get(n)) }

// MaxNumber and MinNumber: VMAXPS and VMINPS give their second source if either is
// NaN, hence acc there.
func (m *Machine) MaxNumber(acc, x vec.Block) { m.each(m.VMAXPS, acc, x, acc) }
func (m *Machine) MinNumber(acc, x vec.Block) { m.each(m.VMINPS, acc, x, acc) }

// lanesOf returns a bit for each lane, 1 for those that are selected.
func (m *Machine) lanesOf(chosen vec.Mask) reg.GPVirtual {
	bits, x := m.GP32(), m.masks.Get(chosen)
	if m.wide() {
		m.KMOVW(x.k, bits)
		return bits
	}
	upper := m.GP32()
	m.VMOVMSKPS(x.parts[0], bits)
	m.VMOVMSKPS(x.parts[1], upper)
	m.SHLL(U8(8), upper)
	m.ORL(upper, bits)
	return bits
}

func (m *Machine) FirstLane(chosen vec.Mask) vec.Int {
	lane := m.GP64()
	m.TZCNTL(m.lanesOf(chosen), lane.As32())
	return m.ints.New(lane)
}

// AppendIndices is a compression within registers and a store of all lanes with
// AVX-512 (compressing to memory takes several times as long on some processors),
// and one lane after the other with AVX2.
func (m *Machine) AppendIndices(to vec.Ptr, count, first vec.Int, chosen vec.Mask) {
	n, start := m.ints.Get(count), m.ints.Get(first)
	at := Mem{Base: m.pointers.Get(to).base, Index: n, Scale: 4}
	bits := m.lanesOf(chosen)
	if m.wide() {
		numbers := m.ZMM()
		m.VPBROADCASTD(start.As32(), numbers)
		m.VPADDD(m.file.indices(), numbers, numbers)
		m.VPCOMPRESSD_Z(numbers, m.masks.Get(chosen).k, numbers)
		if m.part == nil {
			m.VMOVDQU32(numbers, at)
		} else {
			m.VMOVDQU32(numbers, m.part.k, at)
		}
		m.POPCNTL(bits, bits)
		m.ADDQ(bits.As64(), n)
		return
	}
	next, end := m.NewLabel("lane"), m.NewLabel("end")
	m.TESTL(bits, bits)
	m.JEQ(LabelRef(end))
	m.Place(next)
	number := m.GP32()
	m.TZCNTL(bits, number)
	m.ADDL(start.As32(), number)
	m.MOVL(number, at)
	m.INCQ(n)
	m.BLSRL(bits, bits)
	m.JNE(LabelRef(next))
	m.Place(end)
}
