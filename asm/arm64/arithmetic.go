package arm64

import "github.com/seed842bec00/argmax/asm/vec"

func (m *Machine) Add(dst, x, y vec.Block) { m.binary(fadd, dst, x, y) }
func (m *Machine) Sub(dst, x, y vec.Block) { m.binary(fsub, dst, x, y) }
func (m *Machine) Mul(dst, x, y vec.Block) { m.binary(fmul, dst, x, y) }
func (m *Machine) Max(dst, x, y vec.Block) { m.binary(fmax, dst, x, y) }

func (m *Machine) binary(op binary, dst, x, y vec.Block) {
	d, a, b := m.write(dst), m.read(x), m.read(y)
	m.later(func(out *printer) {
		for i := range d.v {
			out.binary(op, d.v[i], a.v[i], b.v[i])
		}
	})
}

func (m *Machine) Abs(dst, x vec.Block) {
	d, a := m.write(dst), m.read(x)
	m.later(func(out *printer) {
		for i := range d.v {
			out.abs(d.v[i], a.v[i])
		}
	})
}

func (m *Machine) FMA(acc, x, y vec.Block) {
	d, a, b := m.write(acc), m.read(x), m.read(y)
	m.later(func(out *printer) {
		for i := range d.v {
			out.line("VFMLA V%d.S4, V%d.S4, V%d.S4", b.v[i], a.v[i], d.v[i])
		}
	})
}

func (m *Machine) FMALoad(acc, x vec.Block, p vec.Ptr, blocks int) {
	y := m.Load(p, blocks)
	m.FMA(acc, x, y)
	m.Free(y)
}

func (m *Machine) SubLoad(x vec.Block, p vec.Ptr, blocks int) vec.Block {
	y := m.Load(p, blocks)
	m.Sub(y, x, y)
	return y
}

func (m *Machine) AddLoad(acc vec.Block, p vec.Ptr, blocks int) {
	y := m.Load(p, blocks)
	m.Add(acc, acc, y)
	m.Free(y)
}

// NewFlag and Unordered: FMAX and FMAXV keep NaN.
func (m *Machine) NewFlag() vec.Flag                    { return nil }
func (m *Machine) Unordered(_ vec.Flag, _, _ vec.Block) {}

// Outer loads the scalars of a in runs, each into one register.
func (m *Machine) Outer(acc [][]vec.Block, a vec.Ptr, b []vec.Block) {
	for i := 0; i < len(acc); {
		count, move := run(len(acc) - i)
		from := after(a, 4*i)
		var scalars int
		m.later(func(out *printer) {
			scalars = out.vector()
			out.line("%s %s, F%d", move, from, scalars)
		})
		for lane := range count {
			for j, x := range b {
				m.fmaLane(acc[i+lane][j], x, &scalars, lane)
			}
		}
		m.later(func(out *printer) { out.release(scalars) })
		i += count
	}
}

// fmaLane is acc = fma(x, y[lane], acc) with a register y that is known later.
func (m *Machine) fmaLane(acc, x vec.Block, y *int, lane int) {
	d, a := m.write(acc), m.read(x)
	m.later(func(out *printer) {
		for i := range d.v {
			out.fmaLane(d.v[i], a.v[i], *y, lane)
		}
	})
}
