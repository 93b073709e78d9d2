package arm64

import "github.com/seed842bec00/argmax/asm/vec"

// quarter leaves in the first register of x, lane by lane, the four combined in
// the order of the tree: i and i+8, then i and i+4.
func (out *printer) quarter(op binary, x *block) {
	out.binary(op, x.v[0], x.v[0], x.v[2])
	out.binary(op, x.v[1], x.v[1], x.v[3])
	out.binary(op, x.v[0], x.v[0], x.v[1])
}

func (m *Machine) Reduce(b vec.Block) {
	x := m.write(b)
	m.later(func(out *printer) { out.reduce(x) })
}

func (out *printer) reduce(x *block) {
	out.quarter(fadd, x)
	s, t := x.v[0], x.v[1]
	out.line("VEXT $8, V%d.B16, V%d.B16, V%d.B16", s, s, t)
	out.binary(fadd, s, s, t)
	out.binary(faddp, s, s, s)
}

// ReduceMax adds +0 at the end, which only changes −0.
func (m *Machine) ReduceMax(b vec.Block, _ []vec.Flag) {
	x := m.write(b)
	m.later(func(out *printer) {
		out.quarter(fmax, x)
		s, t := x.v[0], x.v[1]
		out.maxAcross(s, s)
		out.line("VMOVI $0, V%d.B16", t)
		out.line("FADDS F%d, F%d, F%d", t, s, s)
	})
}

func (m *Machine) ReduceTo(bs []vec.Block, p vec.Ptr) { m.reduceTo(bs, nil, p) }

func (m *Machine) ReduceAddTo(bs []vec.Block, addend, p vec.Ptr) { m.reduceTo(bs, addend, p) }

// reduceTo reduces by runs.
func (m *Machine) reduceTo(bs []vec.Block, addend, p vec.Ptr) {
	for done := 0; done < len(bs); {
		count, move := run(len(bs) - done)
		xs := make([]*block, count)
		for i := range xs {
			xs[i] = m.write(bs[done+i])
		}
		to, from := after(p, 4*done), ""
		if addend != nil {
			from = after(addend, 4*done)
		}
		m.later(func(out *printer) {
			s := xs[0].v[0]
			switch count {
			case 4:
				out.reducePair(xs[0], xs[1])
				out.reducePair(xs[2], xs[3])
				out.binary(faddp, s, s, xs[2].v[0])
			case 2:
				out.reducePair(xs[0], xs[1])
				out.binary(faddp, s, s, s)
			case 1:
				out.reduce(xs[0])
			}
			if addend != nil {
				t := xs[0].v[1]
				out.line("%s %s, F%d", move, from, t)
				out.binary(fadd, s, s, t)
			}
			out.line("%s F%d, %s", move, s, to)
		})
		done += count
	}
	m.Free(bs...)
}

// reducePair leaves in the first register of x the sums i and i+2 of x in the
// lower half and of y in the upper: what is left to do is adding neighbours.
func (out *printer) reducePair(x, y *block) {
	out.quarter(fadd, x)
	out.quarter(fadd, y)
	a, b, t := x.v[0], y.v[0], x.v[1]
	out.line("VZIP1 V%d.D2, V%d.D2, V%d.D2", b, a, t)
	out.line("VZIP2 V%d.D2, V%d.D2, V%d.D2", b, a, a)
	out.binary(fadd, a, t, a)
}
