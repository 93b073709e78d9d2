package x86

import "github.com/seed842bec00/argmax/asm/vec"

// Min: VMINPS gives its second source if both are zeros or either is NaN.
func (m *Machine) Min(dst, x, y vec.Block) { m.each(m.VMINPS, dst, x, y) }
func (m *Machine) Div(dst, x, y vec.Block) { m.each(m.VDIVPS, dst, x, y) }
