package arm64

import (
	"fmt"

	"github.com/seed842bec00/argmax/asm/vec"
)

func (m *Machine) Add(dst, x, y vec.Block) { m.binary(fadd, dst, x, y) }
func (m *Machine) Sub(dst, x, y vec.Block) { m.binary(fsub, dst, x, y) }
func (m *Machine) Mul(dst, x, y vec.Block) { m.binary(fmul, dst, x, y) }
func (m *Machine) Max(dst, x, y vec.Block) { m.binary(fmax, dst, x, y) }

func (m *Machine) MaxBits(dst, x, y vec.Block) { m.binary(umax, dst, x, y) }

func (m *Machine) binary(op binary, dst, x, y vec.Block) {
	d, a, b := m.write(dst), m.read(x), m.read(y)
	m.later(func(out *printer) {
		for i, v := range d.registers() {
			out.binary(op, v, a.v[i], b.v[i])
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

func (m *Machine) MulLoad(x vec.Block, p vec.Ptr, blocks int) vec.Block {
	y := m.Load(p, blocks)
	m.Mul(y, x, y)
	return y
}

func (m *Machine) AddLoad(acc vec.Block, p vec.Ptr, blocks int) {
	y := m.Load(p, blocks)
	m.Add(acc, acc, y)
	m.Free(y)
}

// NewFlag and Unordered: FMAX and FMAXV keep NaN.
func (m *Machine) NewFlag() vec.Flag { return m.flags.New(struct{}{}) }

func (m *Machine) Unordered(f vec.Flag, x, y vec.Block) {
	m.flags.Get(f)
	m.read(x)
	m.read(y)
}

// Outer loads scalars that lie together in runs, each into one register.
func (m *Machine) Outer(acc [][]vec.Block, a []vec.Scalar, b []vec.Block) {
	for i := 0; i < len(acc); {
		together := 1
		for i+together < len(a) && a[i+together] == (vec.Scalar{Ptr: a[i].Ptr, Element: a[i].Element + together}) {
			together++
		}
		count, move := run(together)
		from := m.after(a[i].Ptr, 4*a[i].Element)
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

// Products goes register by register, so that of a block of w only one is held.
// In Partial the blocks are built whole, those of w one at a time.
func (m *Machine) Products(acc [][]vec.Block, x, w []vec.Ptr, blocks int) {
	if m.partial != nil {
		for j := range w {
			held := m.Load(w[j], blocks)
			for i := range x {
				m.FMALoad(acc[i][j], held, x[i], blocks)
			}
			m.Free(held)
		}
		return
	}
	d := make([][]*block, len(acc))
	for i, row := range acc {
		for _, a := range row {
			d[i] = append(d[i], m.write(a))
		}
	}
	// What to load for each part, as long as the pointers are alive.
	loader := func(p vec.Ptr) func(out *printer, part int) int {
		from := m.pointers.Get(p)
		e := elements[from.element]
		return func(out *printer, part int) int {
			v := out.vector()
			e.loadPart(out, fmt.Sprintf("%d(%v)", from.element.Size()*(blocks*vec.Lanes+4*part), from.base), v)
			return v
		}
	}
	var xs, ws []func(out *printer, part int) int
	for _, p := range x {
		xs = append(xs, loader(p))
	}
	for _, p := range w {
		ws = append(ws, loader(p))
	}
	m.later(func(out *printer) {
		for part := range 4 {
			held := make([]int, len(ws))
			for j, load := range ws {
				held[j] = load(out, part)
			}
			for i, row := range d {
				v := xs[i](out, part)
				for j, a := range row {
					out.line("VFMLA V%d.S4, V%d.S4, V%d.S4", held[j], v, a.v[part])
				}
				out.release(v)
			}
			out.release(held...)
		}
	})
}
