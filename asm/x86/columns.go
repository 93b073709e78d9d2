package x86

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// StoreColumns: each quarter of a register takes four elements of one row from memory,
// rows i, i+4, i+8 and so on, which needs no shuffle. Quarters of four registers are then
// transposed, and those of column j are in the order of the rows.
func (m *Machine) StoreColumns(to, rows []vec.Ptr, elem int) {
	quarters := m.bits / 128
	for part := range vec.Lanes / (4 * quarters) {
		var v [4]reg.VecVirtual
		for i := range v {
			v[i] = m.register()
			for q := range quarters {
				from := m.mem(rows[4*(part*quarters+q)+i], 0, 0).Offset(4 * elem)
				switch {
				case q == 0 && m.wide(): // all quarters, since avo wants to see the whole register written
					m.VBROADCASTF32X4(from, v[i])
				case q == 0:
					m.VBROADCASTF128(from, v[i])
				case m.wide():
					m.VINSERTF32X4(Imm(uint64(q)), from, v[i], v[i])
				default:
					m.VINSERTF128(Imm(uint64(q)), from, v[i], v[i])
				}
			}
		}
		for half, unpack := range []func(...Op){m.VUNPCKLPS, m.VUNPCKHPS} {
			x, y, z := m.register(), m.register(), m.register()
			unpack(v[1], v[0], x)
			unpack(v[3], v[2], y)
			m.VSHUFPS(U8(low), y, x, z)
			m.VMOVUPS(z, m.mem(to[2*half], 0, part))
			m.VSHUFPS(U8(high), y, x, z)
			m.VMOVUPS(z, m.mem(to[2*half+1], 0, part))
		}
	}
}
