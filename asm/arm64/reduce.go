package arm64

import "github.com/seed842bec00/argmax/asm/vec"

// quarter combines the four registers of x in the first, lane by lane, in the order of
// the tree: i and i+8, then i and i+4.
func (out *printer) quarter(op binary, x *block) {
	out.binary(op, x.v[0], x.v[0], x.v[2])
	out.binary(op, x.v[1], x.v[1], x.v[3])
	out.binary(op, x.v[0], x.v[0], x.v[1])
}

// A tree is an operation, on the lanes of two registers and on neighbours.
type tree struct{ lanes, neighbours binary }

var (
	sums    = tree{fadd, faddp}
	maxBits = tree{umax, umaxp}
)

func (m *Machine) Reduce(b vec.Block)        { m.reduce(b, sums) }
func (m *Machine) ReduceMaxBits(b vec.Block) { m.reduce(b, maxBits) }

func (m *Machine) reduce(b vec.Block, op tree) {
	x := m.write(b)
	m.later(func(out *printer) { out.reduce(op, x) })
}

func (out *printer) reduce(op tree, x *block) {
	out.quarter(op.lanes, x)
	s, t := x.v[0], x.v[1]
	out.line("VEXT $8, V%d.B16, V%d.B16, V%d.B16", s, s, t)
	out.binary(op.lanes, s, s, t)
	out.binary(op.neighbours, s, s, s)
}

func (m *Machine) Positive(b vec.Block) {
	x := m.write(b)
	m.later(func(out *printer) { out.positive(x.v[0], x.v[1]) })
}

// positive adds +0, which only changes −0. It overwrites t.
func (out *printer) positive(s, t int) {
	out.line("VMOVI $0, V%d.B16", t)
	out.line("FADDS F%d, F%d, F%d", t, s, s)
}

// ReduceMax adds +0 at the end, which only changes −0.
func (m *Machine) ReduceMax(b vec.Block, flags []vec.Flag) {
	m.flags.Free(flags...)
	x := m.write(b)
	m.later(func(out *printer) {
		out.quarter(fmax, x)
		s, t := x.v[0], x.v[1]
		out.maxAcross(s, s)
		out.positive(s, t)
	})
}

func (m *Machine) ReturnCosine(xy, xx, yy vec.Block) {
	to, err := m.signature.Results().At(0).Resolve()
	if err != nil {
		m.Fail("result: %v", err)
	}
	blocks := [3]*block{m.write(xy), m.write(xx), m.write(yy)}
	end := m.NewLabel("end")
	m.later(func(out *printer) {
		for _, b := range blocks {
			out.reduce(sums, b)
			out.line("FCVTSD F%d, F%d", b.v[0], b.v[0])
		}
		d, x, y, one := blocks[0].v[0], blocks[1].v[0], blocks[2].v[0], blocks[0].v[1]
		out.line("FMULD F%d, F%d, F%d", x, y, y)
		out.line("FMOVD $(1.0), F%d", one)
		out.line("VMOV V%d.B16, V%d.B16", one, x)
		out.line("FCMPD $(0.0), F%d", y)
		out.line("BEQ %s", end)
		out.line("FSQRTD F%d, F%d", y, y)
		out.line("FDIVD F%d, F%d, F%d", y, d, d)
		out.line("FSUBD F%d, F%d, F%d", d, one, x)
	})
	m.Place(end)
	m.later(func(out *printer) {
		x := blocks[1].v[0]
		out.line("FCVTDS F%d, F%d", x, x)
		out.line("FMOVS F%d, %s", x, to.Addr.Asm())
	})
	m.Free(xy, xx, yy)
	m.Return()
}

func (m *Machine) ReduceTo(bs []vec.Block, p vec.Ptr) { m.reduceTo(bs, sums, vec.Ptr{}, p) }

func (m *Machine) ReduceAddTo(bs []vec.Block, addend, p vec.Ptr) { m.reduceTo(bs, sums, addend, p) }

func (m *Machine) ReduceMaxBitsTo(bs []vec.Block, p vec.Ptr) { m.reduceTo(bs, maxBits, vec.Ptr{}, p) }

func (m *Machine) reduceTo(bs []vec.Block, op tree, addend, p vec.Ptr) {
	to, from := m.pointers.Get(p).base, register(0)
	if vec.Has(addend) {
		from = m.pointers.Get(addend).base
	}
	m.reduceRuns(bs, op, func(out *printer, i, count, s, t int) {
		_, move := run(count)
		if vec.Has(addend) {
			out.line("%s %d(%v), F%d", move, 4*i, from, t)
			out.binary(fadd, s, s, t)
		}
		out.line("%s F%d, %d(%v)", move, s, 4*i, to)
	})
}

func (m *Machine) ReduceApart(bs []vec.Block, to []vec.Ptr)        { m.reduceApart(bs, sums, to) }
func (m *Machine) ReduceMaxBitsApart(bs []vec.Block, to []vec.Ptr) { m.reduceApart(bs, maxBits, to) }

func (m *Machine) reduceApart(bs []vec.Block, op tree, to []vec.Ptr) {
	bases := m.bases(to)
	m.reduceRuns(bs, op, func(out *printer, i, count, s, _ int) {
		for lane := range count {
			out.line("VST1 V%d.S[%d], (%v)", s, lane, bases[i+lane])
		}
	})
}

// bases are the registers of pointers.
func (m *Machine) bases(ptrs []vec.Ptr) (bases []register) {
	for _, p := range ptrs {
		bases = append(bases, m.pointers.Get(p).base)
	}
	return bases
}

// reduceRuns reduces by runs, and frees bs. store gets the register s with the results from i on;
// t is free.
func (m *Machine) reduceRuns(bs []vec.Block, op tree, store func(out *printer, i, count, s, t int)) {
	for done := 0; done < len(bs); {
		first := done
		count, _ := run(len(bs) - first)
		xs := make([]*block, count)
		for i := range xs {
			xs[i] = m.write(bs[first+i])
		}
		m.later(func(out *printer) {
			s := xs[0].v[0]
			switch count {
			case 4:
				out.reducePair(op, xs[0], xs[1])
				out.reducePair(op, xs[2], xs[3])
				out.binary(op.neighbours, s, s, xs[2].v[0])
			case 2:
				out.reducePair(op, xs[0], xs[1])
				out.binary(op.neighbours, s, s, s)
			case 1:
				out.reduce(op, xs[0])
			}
			store(out, first, count, s, xs[0].v[1])
		})
		done += count
	}
	m.Free(bs...)
}

// reducePair combines lanes i and i+2 in the first register of x: those of x in the
// lower half, of y in the upper. What is left is to combine neighbours.
func (out *printer) reducePair(op tree, x, y *block) {
	out.quarter(op.lanes, x)
	out.quarter(op.lanes, y)
	a, b, t := x.v[0], y.v[0], x.v[1]
	out.line("VZIP1 V%d.D2, V%d.D2, V%d.D2", b, a, t)
	out.line("VZIP2 V%d.D2, V%d.D2, V%d.D2", b, a, a)
	out.binary(op.lanes, a, t, a)
}
