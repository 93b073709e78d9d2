package arm64

import "github.com/seed842bec00/argmax/asm/vec"

// partial is what Load and Store need to know inside Partial. They build a block
// of n lanes from, or cut it into, runs of 8, 4, 2 and 1 lanes, one for each bit
// of n, all in registers: the same few instructions for every n, and no detour
// through memory whose stores a load would have to wait for.
type partial struct {
	n    register
	fill vec.Block
}

func (m *Machine) Partial(n vec.Int, fill vec.Block, body func()) {
	m.partial = &partial{n: m.ints.Get(n), fill: fill}
	if vec.Has(fill) {
		m.read(fill)
	}
	body()
	m.partial = nil
}

// Alone: Partial has no masks.
func (m *Machine) Alone(n vec.Int, fill vec.Block, body func()) { m.Partial(n, fill, body) }

// Row: nor is another layout better than theirs.
func (m *Machine) Row(n vec.Int, fill vec.Block, body func()) { m.Partial(n, fill, body) }

func (m *Machine) Whole(body func()) {
	partial := m.partial
	m.partial = nil
	body()
	m.partial = partial
}

// ifBit records body under a jump that skips it where bit of n is not set.
func (m *Machine) ifBit(bit int, play func(*printer)) {
	skip := m.NewLabel("skip")
	m.line("TBZ $%d, %v, %s", bit, m.partial.n, skip)
	m.later(play)
	m.Place(skip)
}

// loadPartial goes from the end to the beginning: the shortest run is loaded
// first, and a longer one before it pushes what is there to higher lanes. That is
// why fill has to be the same in all lanes.
func (m *Machine) loadPartial(p vec.Ptr, blocks int) *block {
	var fill *block // or nil: +0
	if vec.Has(m.partial.fill) {
		fill = m.read(m.partial.fill)
	}
	set := func(out *printer, v int) {
		if fill == nil {
			out.line("VMOVI $0, V%d.B16", v)
		} else {
			out.line("VMOV V%d.B16, V%d.B16", fill.v[0], v)
		}
	}
	b := m.take(false, func(out *printer, b *block) {
		if fill != nil && !fill.shared() {
			m.Fail("the fill of Partial is not the same in all lanes")
		}
		set(out, b.v[0])
	})
	m.line("ADD %v<<2, %v, %v", m.partial.n, m.pointers.Get(p).base, scratch)
	if blocks != 0 {
		m.line("ADD $%d, %v", blocks*blockBytes, scratch)
	}
	m.ifBit(0, func(out *printer) {
		out.line("SUB $4, %v", scratch)
		out.line("VLD1 (%v), V%d.S[0]", scratch, b.v[0])
	})
	m.ifBit(1, func(out *printer) {
		out.line("FMOVD.W -8(%v), F%d", scratch, b.v[1])
		out.line("VZIP1 V%d.D2, V%d.D2, V%d.D2", b.v[0], b.v[1], b.v[0])
	})
	m.later(func(out *printer) {
		for _, v := range b.v[1:] {
			set(out, v)
		}
	})
	m.ifBit(2, func(out *printer) {
		out.line("VMOV V%d.B16, V%d.B16", b.v[0], b.v[1])
		out.line("FMOVQ.W -16(%v), F%d", scratch, b.v[0])
	})
	m.ifBit(3, func(out *printer) {
		out.line("VMOV V%d.B16, V%d.B16", b.v[0], b.v[2])
		out.line("VMOV V%d.B16, V%d.B16", b.v[1], b.v[3])
		out.line("FLDPQ -32(%v), (F%d, F%d)", scratch, b.v[0], b.v[1])
	})
	return b
}

// storePartial goes from the beginning to the end: the longest run is stored
// first, and what follows it moves down to the lowest lanes.
func (m *Machine) storePartial(b vec.Block, p vec.Ptr, blocks int) {
	x := m.read(b)
	var low, high int
	m.line("ADD $%d, %v, %v", blocks*blockBytes, m.pointers.Get(p).base, scratch)
	m.later(func(out *printer) {
		low, high = out.vector(), out.vector()
		out.line("VMOV V%d.B16, V%d.B16", x.v[0], low)
		out.line("VMOV V%d.B16, V%d.B16", x.v[1], high)
	})
	m.ifBit(3, func(out *printer) {
		out.line("FSTPQ.P (F%d, F%d), 32(%v)", low, high, scratch)
		out.line("VMOV V%d.B16, V%d.B16", x.v[2], low)
		out.line("VMOV V%d.B16, V%d.B16", x.v[3], high)
	})
	m.ifBit(2, func(out *printer) {
		out.line("FMOVQ.P F%d, 16(%v)", low, scratch)
		out.line("VMOV V%d.B16, V%d.B16", high, low)
	})
	m.ifBit(1, func(out *printer) {
		out.line("FMOVD.P F%d, 8(%v)", low, scratch)
		out.line("VEXT $8, V%d.B16, V%d.B16, V%d.B16", low, low, low)
	})
	m.ifBit(0, func(out *printer) {
		out.line("FMOVS F%d, (%v)", low, scratch)
		out.release(low, high)
	})
}
