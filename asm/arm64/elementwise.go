package arm64

import "github.com/seed842bec00/argmax/asm/vec"

func (m *Machine) Min(dst, x, y vec.Block) { m.binary(fmin, dst, x, y) }
func (m *Machine) Div(dst, x, y vec.Block) { m.binary(fdiv, dst, x, y) }

func (m *Machine) Sqrt(dst, x vec.Block) {
	d, a := m.write(dst), m.read(x)
	m.later(func(out *printer) {
		for i, v := range d.registers() {
			out.sqrt(v, a.v[i])
		}
	})
}

func (out *printer) sqrt(d, x int) {
	out.word(0x6ea1f800|encode(d, x, 0), "fsqrt v%d.4s, v%d.4s", d, x)
}
