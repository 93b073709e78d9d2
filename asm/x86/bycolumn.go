package x86

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

var _ vec.ByColumn = (*Machine)(nil)

// line is the bytes of a block, and of a line of the cache.
const line = 4 * vec.Lanes

// Local aligns the blocks to lines. The frame is too large for a function that does not
// check the stack.
func (m *Machine) Local(blocks int) vec.Ptr {
	m.Attributes(attr.Attribute(0))
	at := m.GP64()
	m.LEAQ(m.AllocLocal((blocks+1)*line).Offset(line-1), at)
	m.ANDQ(I32(-line), at)
	return m.pointers.New(pointer{base: at, element: vec.Float32})
}

// fourRows runs body with the memory of row 0 to 3 of each four of the 16 rows at p.
func (m *Machine) fourRows(p vec.Ptr, stride vec.Int, body func(four int, rows [4]Mem)) {
	s, s3, base := m.ints.Get(stride), m.GP64(), m.GP64()
	m.LEAQ(Mem{Base: s, Index: s, Scale: 2}, s3)
	m.LEAQ(m.at(p), base)
	for four := range vec.Lanes / 4 {
		if four > 0 {
			m.LEAQ(Mem{Base: base, Index: s, Scale: 4}, base)
		}
		body(four, [4]Mem{{Base: base}, {Base: base, Index: s, Scale: 1}, {Base: base, Index: s, Scale: 2}, {Base: base, Index: s3, Scale: 1}})
	}
}

// LoadByColumn loads what there is of a row in four lanes, or of two rows, and the same of
// the rows four, eight and twelve after it in those that follow; then it transposes within
// each four lanes.
func (m *Machine) LoadByColumn(to, p vec.Ptr, stride vec.Int, count int) {
	quarters := m.bits / 128 // of a register
	rows := make([]reg.VecVirtual, count)
	m.fourRows(p, stride, func(four int, from [4]Mem) {
		quarter := four % quarters
		for i := range rows {
			if quarter == 0 {
				rows[i] = m.register()
			}
			r := rows[i]
			switch {
			case count == 4 && quarter == 0: // all of the register, or avo would think that the rest mattered
				if m.wide() {
					m.VBROADCASTF32X4(from[i], r)
				} else {
					m.VBROADCASTF128(from[i], r)
				}
			case count == 4:
				m.insert(quarter, from[i], r)
			case quarter == 0:
				m.zero(r)
				m.VMOVSD(from[2*i], r.AsX())
				m.VMOVHPS(from[2*i+1], r.AsX(), r.AsX())
			default:
				x := m.XMM()
				m.VMOVSD(from[2*i], x)
				m.VMOVHPS(from[2*i+1], x, x)
				m.insert(quarter, x, r)
			}
		}
		if quarter < quarters-1 {
			return
		}
		for i, column := range m.transpose(rows) {
			m.VMOVUPS(column, m.mem(to, i, four/quarters))
		}
	})
}

// insert sets a quarter of r.
func (m *Machine) insert(quarter int, from Op, r reg.VecVirtual) {
	if m.wide() {
		m.VINSERTF32X4(U8(quarter), from, r, r)
	} else {
		m.VINSERTF128(U8(quarter), from, r, r)
	}
}

// transpose makes columns of rows: of four in each four lanes of four registers, or of two
// in each two lanes of two.
func (m *Machine) transpose(rows []reg.VecVirtual) []reg.VecVirtual {
	columns := make([]reg.VecVirtual, len(rows))
	for i := range columns {
		columns[i] = m.register()
	}
	if len(rows) == 2 {
		m.VSHUFPS(U8(even), rows[1], rows[0], columns[0])
		m.VSHUFPS(U8(odd), rows[1], rows[0], columns[1])
		return columns
	}
	ab01, ab23, cd01, cd23 := m.register(), m.register(), m.register(), m.register()
	m.VUNPCKLPS(rows[1], rows[0], ab01)
	m.VUNPCKHPS(rows[1], rows[0], ab23)
	m.VUNPCKLPS(rows[3], rows[2], cd01)
	m.VUNPCKHPS(rows[3], rows[2], cd23)
	m.VUNPCKLPD(cd01, ab01, columns[0])
	m.VUNPCKHPD(cd01, ab01, columns[1])
	m.VUNPCKLPD(cd23, ab23, columns[2])
	m.VUNPCKHPD(cd23, ab23, columns[3])
	return columns
}

func (m *Machine) StoreByColumn(bs []vec.Block, p vec.Ptr, stride vec.Int) {
	quarters := m.bits / 128
	var rows []reg.VecVirtual
	m.fourRows(p, stride, func(four int, to [4]Mem) {
		quarter := four % quarters
		if quarter == 0 {
			columns := make([]reg.VecVirtual, len(bs))
			for i, b := range bs {
				columns[i] = m.read(b)[four/quarters]
			}
			rows = m.untranspose(columns)
		}
		for i, r := range rows {
			switch {
			case len(bs) == 4 && quarter == 0:
				m.VMOVUPS(r.AsX(), to[i])
			case len(bs) == 4 && m.wide():
				m.VEXTRACTF32X4(U8(quarter), r, to[i])
			case len(bs) == 4:
				m.VEXTRACTF128(U8(quarter), r, to[i])
			default:
				x := r.AsX()
				if quarter > 0 {
					t := m.XMM()
					if m.wide() {
						m.VEXTRACTF32X4(U8(quarter), r, t)
					} else {
						m.VEXTRACTF128(U8(quarter), r, t)
					}
					x = t
				}
				m.VMOVLPS(x, to[2*i])
				m.VMOVHPS(x, to[2*i+1])
			}
		}
	})
}

// untranspose is the reverse of transpose.
func (m *Machine) untranspose(columns []reg.VecVirtual) []reg.VecVirtual {
	if len(columns) == 4 {
		return m.transpose(columns)
	}
	rows := []reg.VecVirtual{m.register(), m.register()}
	m.VUNPCKLPS(columns[1], columns[0], rows[0])
	m.VUNPCKHPS(columns[1], columns[0], rows[1])
	return rows
}

func (m *Machine) LoadInts(p vec.Ptr) vec.Block {
	parts, at := m.parts(), m.at(p)
	for i, r := range parts {
		if m.wide() {
			low, high := m.YMM(), m.YMM()
			m.VPMOVQD(m.loaded(at), low)
			m.VPMOVQD(m.loaded(at.Offset(line)), high)
			m.VINSERTI64X4(U8(1), high, low.AsZ(), r)
			continue
		}
		part := at.Offset(i * line)
		m.VMOVUPS(part, r)
		m.VSHUFPS(U8(even), part.Offset(line/2), r, r)
		m.VPERMQ(U8(0xd8), r, r) // 0 2 1 3
	}
	return m.newBlock(parts)
}

// loaded is a register with what is at from.
func (m *Machine) loaded(from Mem) reg.VecVirtual {
	r := m.register()
	m.VMOVUPS(from, r)
	return r
}

func (m *Machine) ShiftInts(x vec.Block, n vec.Int) vec.Block {
	parts, by := m.parts(), m.register()
	if m.wide() {
		m.VPBROADCASTD(m.ints.Get(n).As32(), by)
	} else {
		m.VMOVD(m.ints.Get(n).As32(), by.AsX())
		m.VPBROADCASTD(by.AsX(), by)
	}
	for i, r := range parts {
		m.VPADDD(m.read(x)[i], by, r)
	}
	return m.newBlock(parts)
}

func (m *Machine) EqualInts(x vec.Block, k int) vec.Mask {
	return m.chosen(func(i int, to reg.Register) {
		if m.wide() {
			const equal = 0
			m.VPCMPD_BCST(U8(equal), m.file.indices().Offset(4*k), m.read(x)[i], to)
		} else {
			m.VPCMPEQD(m.file.constant(uint32(k)), m.read(x)[i], to)
		}
	})
}

func (m *Machine) ClearEqual(dst, x vec.Block, k int) {
	for i, r := range m.write(dst) {
		if m.wide() {
			const notEqual = 4
			others := m.K()
			m.VPCMPD_BCST(U8(notEqual), m.file.indices().Offset(4*k), m.read(x)[i], others)
			m.VMOVAPS_Z(r, others, r)
			continue
		}
		t := m.YMM()
		m.VPCMPEQD(m.file.constant(uint32(k)), m.read(x)[i], t)
		m.VANDNPS(r, t, r)
	}
}

func (m *Machine) SetWhere(dst, x vec.Block, selected vec.Mask) {
	if m.wide() {
		m.Blend(dst, x, selected)
		return
	}
	for i, r := range m.write(dst) {
		t := m.YMM()
		m.VANDPS(m.masks.Get(selected).parts[i], m.read(x)[i], t)
		m.VORPS(t, r, r)
	}
}
