package x86

import "github.com/seed842bec00/argmax/asm/vec"

// Min: VMINPS gives its second source if both are zeros or either is NaN.
func (m *Machine) Min(dst, x, y vec.Block) { each(m.VMINPS, dst, x, y) }
func (m *Machine) Div(dst, x, y vec.Block) { each(m.VDIVPS, dst, x, y) }

func (m *Machine) Sqrt(dst, x vec.Block) {
	for i, r := range dst.(block) {
		m.VSQRTPS(x.(block)[i], r)
	}
}
