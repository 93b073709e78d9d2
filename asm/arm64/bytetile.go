package arm64

import "github.com/seed842bec00/argmax/asm/vec"

// byteTile has two V registers for what is a register elsewhere: eight queries of
// products, whose steps take four bytes, or four of distances, whose steps take eight.
// UDOT multiplies four bytes of a row, a lane, by those of four queries. Without dot
// products that takes six instructions, and a distance four: more than rows alone take.
type byteTile struct {
	m         *Machine
	term      vec.ByteTerm
	registers int
	acc       []*block
}

var (
	uaddlpWords = widening{"uaddlp", 0x6e602800, "4s", "8h", ""}
	uadalpLong  = widening{"uadalp", 0x6ea06800, "2d", "4s", ""}
)

func (m *Machine) ByteTile(term vec.ByteTerm, registers int) vec.ByteTile {
	return &byteTile{m: m, term: term, registers: registers}
}

func (t *byteTile) distances() bool { return t.term == vec.ByteDistance }

func (t *byteTile) RowBytes() int {
	if t.distances() {
		return 8
	}
	return 4
}

func (t *byteTile) PanelBytes() int { return 32 * t.registers }

func (t *byteTile) New(rows int) {
	t.acc = make([]*block, rows)
	for i := range t.acc {
		t.acc[i] = t.m.take(false, func(*printer, *block) {})
	}
}

func (t *byteTile) Begin(vec.Ptr) {
	for _, b := range t.acc {
		t.m.later(func(out *printer) { out.clear(b) })
	}
}

// each gives do every V register of a row and where its sums are in memory.
func (t *byteTile) each(p vec.Ptr, stride vec.Int, do func(out *printer, v int, at string)) {
	m, bytes := t.m, 16
	if t.distances() {
		bytes = 8
	}
	for _, b := range t.acc {
		for i := range 2 * t.registers {
			at := m.after(p, i*bytes)
			m.later(func(out *printer) { do(out, b.v[i], at) })
		}
		m.Move(p, stride, 1)
	}
}

func (t *byteTile) Resume(from vec.Ptr, stride vec.Int) {
	t.each(from, stride, func(out *printer, v int, at string) {
		if !t.distances() {
			out.line("FMOVQ %s, F%d", at, v)
			return
		}
		out.line("FMOVD %s, F%d", at, v)
		out.line("VUXTL V%d.S2, V%d.D2", v, v)
	})
}

func (t *byteTile) Store(to vec.Ptr, stride vec.Int) {
	t.each(to, stride, func(out *printer, v int, at string) {
		if !t.distances() {
			out.line("FMOVQ F%d, %s", v, at)
			return
		}
		out.word(0x0ea12800|encode(v, v, 0), "xtn v%d.2s, v%d.2d", v, v)
		out.line("FMOVD F%d, %s", v, at)
	})
	for _, b := range t.acc {
		t.m.release(b)
	}
}

func (t *byteTile) Step(rows []vec.Ptr, panel vec.Ptr) {
	m := t.m
	var halves []string
	for i := range t.registers {
		halves = append(halves, m.after(panel, 32*i))
	}
	held := m.take(false, func(out *printer, b *block) {
		for i, from := range halves {
			out.line("FLDPQ %s, (F%d, F%d)", from, b.v[2*i], b.v[2*i+1])
		}
	})
	for i, row := range rows {
		from, acc := m.after(row, 0), t.acc[i]
		m.later(func(out *printer) {
			y := out.vector()
			if t.distances() {
				out.line("FMOVD %s, F%d", from, y)
				out.line("VDUP V%d.D[0], V%d.D2", y, y)
			} else {
				out.line("FMOVS %s, F%d", from, y)
			}
			t.add(out, acc.v[:2*t.registers], held.v[:], y)
			out.release(y)
		})
	}
	m.release(held)
}

// add adds what a step of a row, y, contributes.
func (t *byteTile) add(out *printer, acc, panel []int, y int) {
	switch {
	case t.distances():
		d := out.vector()
		for i, v := range acc {
			out.widening(uabd, d, panel[i], y)
			out.widening(uaddlp, d, d)
			out.widening(uaddlpWords, d, d)
			out.widening(uadalpLong, v, d)
		}
		out.release(d)
	case t.m.dot:
		for i, v := range acc {
			out.word(0x6f80e000|encode(v, panel[i], y), "udot v%d.4s, v%d.16b, v%d.4b[0]", v, panel[i], y)
		}
	default:
		out.line("VDUP V%d.S[0], V%d.S4", y, y)
		low, high := out.vector(), out.vector()
		for i, v := range acc {
			out.widening(umull, low, panel[i], y)
			out.widening(umull2, high, panel[i], y)
			out.widening(uaddlpWords, low, low)
			out.widening(uaddlpWords, high, high)
			out.line("VADDP V%d.S4, V%d.S4, V%d.S4", high, low, low)
			out.line("VADD V%d.S4, V%d.S4, V%d.S4", low, v, v)
		}
		out.release(low, high)
	}
}
