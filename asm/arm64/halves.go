package arm64

import "github.com/seed842bec00/argmax/asm/vec"

// widen is a conversion of numbers of 16 bits to float32: of the lower four in a
// register, and of the upper four.
type widen struct {
	lower, upper uint32
	mnemonic     string // without the 2 of the upper four
	shift        string
}

var (
	widenFloat16  = widen{0x0e217800, 0x4e217800, "fcvtl", ""}
	widenBFloat16 = widen{0x2e613800, 0x6e613800, "shll", ", #16"} // a bfloat16 is the upper half of a float32
)

func (out *printer) widenLower(w widen, d, x int) {
	out.word(w.lower|encode(d, x, 0), "%s v%d.4s, v%d.4h%s", w.mnemonic, d, x, w.shift)
}

func (out *printer) widenUpper(w widen, d, x int) {
	out.word(w.upper|encode(d, x, 0), "%s2 v%d.4s, v%d.8h%s", w.mnemonic, d, x, w.shift)
}

// widenBlock converts the halves in low and high to the registers of a block. low may
// be v[0] or v[1], high v[2] or v[3].
func (out *printer) widenBlock(w widen, low, high int, v [4]int) {
	out.widenLower(w, v[0]+v[1]-low, low)
	out.widenUpper(w, low, low)
	out.widenLower(w, v[2]+v[3]-high, high)
	out.widenUpper(w, high, high)
}

func (out *printer) loadHalves(w widen, base register, offset int, v [4]int) {
	out.line("FLDPQ %d(%v), (F%d, F%d)", offset, base, v[1], v[3])
	out.widenBlock(w, v[1], v[3], v)
}

func (out *printer) loadFourHalves(w widen, from string, v int) {
	out.line("FMOVD %s, F%d", from, v)
	out.widenLower(w, v, v)
}

// loadPartialHalves is loadPartial with runs of half the size, in two registers.
func (m *Machine) loadPartialHalves(w widen, p vec.Ptr, blocks int) *block {
	if vec.Has(m.partial.fill) {
		m.Fail("numbers of 16 bits are filled with zeros only")
	}
	b := m.take(false, func(out *printer, b *block) { out.line("VMOVI $0, V%d.B16", b.v[1]) })
	m.line("ADD %v<<1, %v, %v", m.partial.n, m.pointers.Get(p).base, scratch)
	if blocks != 0 {
		m.line("ADD $%d, %v", blocks*blockBytes/2, scratch)
	}
	m.ifBit(0, func(out *printer) {
		out.line("SUB $2, %v", scratch)
		out.line("VLD1 (%v), V%d.H[0]", scratch, b.v[1])
	})
	m.ifBit(1, func(out *printer) {
		out.line("FMOVS.W -4(%v), F%d", scratch, b.v[0])
		out.line("VZIP1 V%d.S4, V%d.S4, V%d.S4", b.v[1], b.v[0], b.v[1])
	})
	m.ifBit(2, func(out *printer) {
		out.line("FMOVD.W -8(%v), F%d", scratch, b.v[0])
		out.line("VZIP1 V%d.D2, V%d.D2, V%d.D2", b.v[1], b.v[0], b.v[1])
	})
	m.later(func(out *printer) { out.line("VMOVI $0, V%d.B16", b.v[3]) })
	m.ifBit(3, func(out *printer) {
		out.line("VMOV V%d.B16, V%d.B16", b.v[1], b.v[3])
		out.line("FMOVQ.W -16(%v), F%d", scratch, b.v[1])
	})
	m.later(func(out *printer) { out.widenBlock(w, b.v[1], b.v[3], b.v) })
	return b
}
