package arm64

import (
	"slices"

	"github.com/seed842bec00/argmax/asm/vec"
)

// Instructions for 64 bytes of a row, besides the loads:
//
//	                    NEON   with dot products
//	product              16       4   UMULL, UMULL2, two UADALP; or UDOT
//	square of difference 20       8   and UABD
//	distance              9           UABD; UADDLP and UADALP within a block, UADALP
//
// A dot product of |x − y| with ones would take 8.

// byteSums adds one kind of term. A sum is a block whose lanes are integers.
type byteSums struct {
	m    *Machine
	term vec.ByteTerm
}

func (m *Machine) ByteSums(term vec.ByteTerm, _ func(body func(x vec.Ptr))) vec.ByteSums {
	return byteSums{m, term}
}

// New: written from the beginning, so that no part is shared.
func (s byteSums) New() vec.Sum {
	return s.m.sums.New(s.m.take(false, func(out *printer, b *block) { out.clear(b) }))
}

func (s byteSums) Add(sums []vec.Sum, x vec.Ptr, rows []vec.Ptr, blocks int) {
	m := s.m
	if m.short != nil {
		acc, a, y := m.sums.Get(sums[0]), m.short[x], m.short[rows[0]]
		m.later(func(out *printer) { s.add(out, acc.v, a.v, y.v) })
		return
	}
	a := m.bytes(x, blocks)
	for i, row := range rows {
		acc, y := m.sums.Get(sums[i]), m.bytes(row, blocks)
		m.later(func(out *printer) { s.add(out, acc.v, a.v, y.v) })
		m.release(y)
	}
	m.release(a)
}

// add may overwrite y.
func (s byteSums) add(out *printer, acc, x, y [4]int) {
	if s.term != vec.ByteProduct {
		for i := range y {
			out.widening(uabd, y[i], y[i], x[i])
		}
	}
	factor := x
	switch s.term {
	case vec.ByteDistance:
		out.widening(uaddlp, y[0], y[0])
		for _, v := range y[1:] {
			out.widening(uadalpBytes, y[0], v)
		}
		out.widening(uadalp, acc[0], y[0])
		return
	case vec.ByteSquare:
		factor = y
	}
	if s.m.dot {
		for i := range y {
			out.widening(udot, acc[i], y[i], factor[i])
		}
		return
	}
	t := out.vector()
	for i := range y {
		out.widening(umull, t, y[i], factor[i])
		out.widening(umull2, y[i], y[i], factor[i])
		out.widening(uadalp, acc[i], t)
		out.widening(uadalp, acc[i], y[i])
	}
	out.release(t)
}

func (s byteSums) AddTo(sums []vec.Sum, to []vec.Ptr) {
	m := s.m
	var b [4]*block
	for i, sum := range sums {
		b[i] = m.sums.Get(sum)
	}
	bases := m.bases(to)
	m.later(func(out *printer) {
		for _, x := range b {
			out.addParts(x)
		}
		r, t := b[0].v, b[1].v
		out.line("VADDP V%d.S4, V%d.S4, V%d.S4", t[0], r[0], r[0])
		out.line("VADDP V%d.S4, V%d.S4, V%d.S4", b[3].v[0], b[2].v[0], t[0])
		out.line("VADDP V%d.S4, V%d.S4, V%d.S4", t[0], r[0], r[0])
		out.line("VUXTL2 V%d.S4, V%d.D2", r[0], r[1])
		out.line("VUXTL V%d.S2, V%d.D2", r[0], r[0])
		for i, base := range bases {
			out.line("VLD1 (%v), V%d.D[%d]", base, t[i/2], i%2)
			if i%2 == 1 {
				out.line("VADD V%d.D2, V%d.D2, V%d.D2", t[i/2], r[i/2], r[i/2])
			}
		}
		for i, base := range bases {
			out.line("VST1 V%d.D[%d], (%v)", r[i/2], i%2, base)
		}
	})
	s.free(sums)
}

func (s byteSums) AddTotalTo(sums []vec.Sum, to vec.Ptr) {
	at := s.m.after(to, 0)
	s.total(sums, func(out *printer, r, t int) {
		out.line("FMOVD %s, F%d", at, t)
		out.line("VADD V%d.D2, V%d.D2, V%d.D2", t, r, r)
		out.line("FMOVD F%d, %s", r, at)
	})
}

func (s byteSums) Total(sums []vec.Sum) vec.Int {
	total := s.m.integer()
	s.total(sums, func(out *printer, r, _ int) { out.line("FMOVD F%d, %v", r, total) })
	return s.m.ints.New(total)
}

// total adds sums in a register r, gives it to use, with another that is free, and frees
// the sums.
func (s byteSums) total(sums []vec.Sum, use func(out *printer, r, t int)) {
	m, total := s.m, s.m.sums.Get(sums[0])
	for _, sum := range sums[1:] {
		x := m.sums.Get(sum)
		m.later(func(out *printer) {
			for i, v := range total.v {
				out.line("VADD V%d.S4, V%d.S4, V%d.S4", x.v[i], v, v)
			}
		})
	}
	m.later(func(out *printer) {
		out.addParts(total)
		r, t := total.v[0], total.v[1]
		out.line("VADDV V%d.S4, V%d", r, r)
		use(out, r, t)
	})
	s.free(sums)
}

// addParts adds the parts of a block in its first one.
func (out *printer) addParts(x *block) {
	out.line("VADD V%d.S4, V%d.S4, V%d.S4", x.v[1], x.v[0], x.v[0])
	out.line("VADD V%d.S4, V%d.S4, V%d.S4", x.v[3], x.v[2], x.v[2])
	out.line("VADD V%d.S4, V%d.S4, V%d.S4", x.v[2], x.v[0], x.v[0])
}

func (s byteSums) free(sums []vec.Sum) {
	for _, sum := range sums {
		s.m.release(s.m.sums.Get(sum))
		s.m.sums.Free(sum)
	}
}

// PartialBytes goes back to whole blocks and masks them by a window of a table.
func (m *Machine) PartialBytes(n vec.Int, ptrs []vec.Ptr, body func()) {
	left, table := m.ints.Get(n), m.byteWindow()
	window := m.integer()
	m.line("MOVD $%s+%d(SB), %v", pool, 16*table+1, window)
	m.line("ADD %v, %v", left, window)
	m.line("SUB $%d, %v", vec.ByteBlock-1, left)
	for _, p := range ptrs {
		m.line("ADD %v, %v", left, m.pointers.Get(p).base)
	}
	m.last = &window
	body()
	m.last = nil
}

// ShortBytes loads a run of bytes for each bit of n, to a place of its own.
func (m *Machine) ShortBytes(n vec.Int, ptrs []vec.Ptr, body func()) {
	m.short = map[vec.Ptr]*block{}
	for _, p := range ptrs {
		m.short[p] = m.take(false, func(out *printer, b *block) { out.clear(b) })
	}
	for bit, load := range []string{
		"VLD1.P 1(%v), V%d.B[14]", "VLD1.P 2(%v), V%d.H[6]", "VLD1.P 4(%v), V%d.S[2]", "VLD1.P 8(%v), V%d.D[0]", "FMOVQ.P 16(%v), F%d",
	} {
		m.shortRun(n, bit, ptrs, func(out *printer, base register, b *block) { out.line(load, base, b.v[3-bit/4]) })
	}
	m.shortRun(n, 5, ptrs, func(out *printer, base register, b *block) {
		out.line("FLDPQ (%v), (F%d, F%d)", base, b.v[0], b.v[1])
	})
	body()
	for _, p := range ptrs {
		m.release(m.short[p])
	}
	m.short = nil
}

// shortRun loads a run of each vector if bit of n is set.
func (m *Machine) shortRun(n vec.Int, bit int, ptrs []vec.Ptr, load func(out *printer, base register, b *block)) {
	skip := m.NewLabel("skip")
	m.line("TBZ $%d, %v, %s", bit, m.ints.Get(n), skip)
	for _, p := range ptrs {
		base, b := m.pointers.Get(p).base, m.short[p]
		m.later(func(out *printer) { load(out, base, b) })
	}
	m.Place(skip)
}

// byteWindow finds in the pool 64 bytes of zeros and 64 of ones: read n bytes after
// their beginning, they mask all but the last n of a block.
func (m *Machine) byteWindow() int {
	var table [8][4]uint32
	for i := range table[4:] {
		table[4+i] = [4]uint32{1<<32 - 1, 1<<32 - 1, 1<<32 - 1, 1<<32 - 1}
	}
	for at := range m.pool {
		if at+len(table) <= len(m.pool) && slices.Equal(m.pool[at:at+len(table)], table[:]) {
			return at
		}
	}
	m.pool = append(m.pool, table[:]...)
	return len(m.pool) - len(table)
}

// bytes is a block of 64 bytes.
func (m *Machine) bytes(p vec.Ptr, blocks int) *block {
	low, high := m.after(p, blocks*vec.ByteBlock), m.after(p, blocks*vec.ByteBlock+32)
	last := m.last
	return m.take(false, func(out *printer, b *block) {
		out.line("FLDPQ %s, (F%d, F%d)", low, b.v[0], b.v[1])
		out.line("FLDPQ %s, (F%d, F%d)", high, b.v[2], b.v[3])
		if last == nil {
			return
		}
		t := out.vector()
		for i, v := range b.v {
			out.line("FMOVQ %d(%v), F%d", 16*i, *last, t)
			out.line("VAND V%d.B16, V%d.B16, V%d.B16", t, v, v)
		}
		out.release(t)
	})
}

// widening is an instruction whose operands are divided differently.
type widening struct {
	mnemonic string
	bits     uint32
	d, x, y  string
}

var (
	uabd        = widening{"uabd", 0x6e207400, "16b", "16b", "16b"}  // |x − y|
	umull       = widening{"umull", 0x2e20c000, "8h", "8b", "8b"}    // products of the lower halves
	umull2      = widening{"umull2", 0x6e20c000, "8h", "16b", "16b"} // and of the upper
	udot        = widening{"udot", 0x6e809400, "4s", "16b", "16b"}   // adds four products to each lane
	uaddlp      = widening{"uaddlp", 0x6e202800, "8h", "16b", ""}    // sums of neighbours
	uadalpBytes = widening{"uadalp", 0x6e206800, "8h", "16b", ""}    // adds sums of neighbours
	uadalp      = widening{"uadalp", 0x6e606800, "4s", "8h", ""}
)

func (out *printer) widening(op widening, d, x int, y ...int) {
	if len(y) == 0 {
		out.word(op.bits|encode(d, x, 0), "%s v%d.%s, v%d.%s", op.mnemonic, d, op.d, x, op.x)
		return
	}
	out.word(op.bits|encode(d, x, y[0]), "%s v%d.%s, v%d.%s, v%d.%s", op.mnemonic, d, op.d, x, op.x, y[0], op.y)
}

func (m *Machine) PrefetchAhead(p vec.Ptr, distance vec.Int) {
	m.line("ADD %v, %v, %v", m.ints.Get(distance), m.pointers.Get(p).base, scratch)
	m.line("PRFM (%v), PLDL1KEEP", scratch)
}
