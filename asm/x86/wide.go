package x86

import (
	"slices"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// WideSums implements vec.Wide. The eight lanes are one ZMM or two YMM registers. Eight
// elements of a row take a conversion, a subtraction, a multiplication and an addition in
// each: with AVX-512 on two ports 2.25 cycles, of which the additions to one accumulator
// alone would take four.
func (m *Machine) WideSums(term vec.WideTerm, n vec.Int, x vec.Ptr, rows []vec.Ptr, to vec.Ptr) {
	acc := make([][]reg.VecVirtual, len(rows))
	for i := range acc {
		acc[i] = m.wideRegisters()
		for _, r := range acc[i] {
			m.zero(r)
		}
	}
	var magnitude reg.VecVirtual
	if term == vec.WideDistance {
		bits, low := m.GP64(), m.XMM()
		magnitude = m.register()
		m.MOVQ(U64(1<<63-1), bits)
		m.VMOVQ(bits, low)
		m.VBROADCASTSD(low, magnitude)
	}
	vec.Stream(m, n, 1, slices.Concat([]vec.Ptr{x}, rows), vec.Block{}, func(block int) {
		for half := range vec.Lanes / vec.WideLanes {
			xs := m.widened(x, block, half)
			for i, row := range rows {
				for part, d := range m.widened(row, block, half) {
					switch term {
					case vec.WideProduct:
						m.VMULPD(d, xs[part], d)
					case vec.WideSquare:
						m.VSUBPD(d, xs[part], d)
						m.VMULPD(d, d, d)
					case vec.WideDistance:
						m.VSUBPD(d, xs[part], d)
						m.VANDPD(magnitude, d, d)
					}
					m.VADDPD(d, acc[i][part], acc[i][part])
				}
			}
		}
	})
	for i, parts := range acc {
		m.VMOVSD(m.foldWide(parts), m.at(to).Offset(8*i))
	}
}

// wideRegisters are registers for eight lanes of float64.
func (m *Machine) wideRegisters() []reg.VecVirtual {
	if m.wide() {
		return []reg.VecVirtual{m.ZMM()}
	}
	return []reg.VecVirtual{m.YMM(), m.YMM()}
}

// widened loads a half of a block as float64; lanes that are not valid are zeros.
func (m *Machine) widened(p vec.Ptr, block, half int) []reg.VecVirtual {
	parts, from := m.wideRegisters(), m.mem(p, block, 0).Offset(4*vec.WideLanes*half)
	switch {
	case m.part == nil:
		for i, r := range parts {
			m.VCVTPS2PD(from.Offset(4*vec.WideLanes/len(parts)*i), r)
		}
	case m.wide():
		k := m.K()
		if half == 0 {
			m.KMOVW(m.part.k, k)
		} else {
			m.KSHIFTRW(Imm(vec.WideLanes), m.part.k, k)
		}
		m.VCVTPS2PD_Z(from, k, parts[0])
	default:
		y, high := m.YMM(), m.XMM()
		m.VMASKMOVPS(from, m.mask(half), y)
		m.VEXTRACTF128(Imm(1), y, high)
		m.VCVTPS2PD(y.AsX(), parts[0])
		m.VCVTPS2PD(high, parts[1])
	}
	return parts
}

// foldWide adds lanes i and i+4, then i+2, then i+1.
func (m *Machine) foldWide(parts []reg.VecVirtual) reg.Register {
	y, t := m.YMM(), m.XMM()
	if m.wide() {
		m.VEXTRACTF64X4(Imm(1), parts[0], y)
		m.VADDPD(y, parts[0].AsY(), y)
		m.VEXTRACTF64X2(Imm(1), y, t)
	} else {
		m.VADDPD(parts[1], parts[0], y)
		m.VEXTRACTF128(Imm(1), y, t)
	}
	x := y.AsX()
	m.VADDPD(t, x, x)
	m.VPERMILPD(Imm(1), x, t)
	m.VADDSD(t, x, x)
	return x
}
