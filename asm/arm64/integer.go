package arm64

import (
	"fmt"
	"go/types"
	"math/bits"

	"github.com/mmcloughlin/avo/gotypes"

	"github.com/seed842bec00/argmax/asm/vec"
)

// pointer is what a vec.Ptr stands for.
type pointer struct {
	base    register
	element vec.Element
}

// argument finds "x", "x_base" or "x_len".
func (f *function) argument(arg string) *gotypes.Basic {
	b, err := f.signature.Component(arg).Resolve()
	if err != nil {
		f.Fail("argument %s: %v", arg, err)
	}
	return b
}

func (m *Machine) Int(arg string) vec.Int { return m.ints.New(m.loadArgument(arg)) }

func (m *Machine) Ptr(arg string) vec.Ptr {
	e, err := m.signature.Element(arg)
	if err != nil {
		m.Fail("%v", err)
	}
	return m.pointers.New(pointer{m.loadArgument(arg), e})
}

func (m *Machine) loadArgument(arg string) register {
	from, r := m.argument(arg), m.integer()
	move := "MOVD"
	if from.Type.Kind() == types.Bool {
		move = "MOVBU" // zero-extends
	} else if size := gotypes.Sizes.Sizeof(from.Type); size != 8 {
		m.Fail("argument %s has %d bytes", arg, size)
	}
	m.line("%s %s, %v", move, from.Addr.Asm(), r)
	return r
}

func (m *Machine) LoadInt(p vec.Ptr, elem int) vec.Int {
	r := m.integer()
	m.line("MOVD %s, %v", m.after(p, 8*elem), r)
	return m.ints.New(r)
}

func (m *Machine) Element(p vec.Ptr, index vec.Int) vec.Ptr {
	r := m.integer()
	m.line("ADD %v<<2, %v, %v", m.ints.Get(index), m.pointers.Get(p).base, r)
	return m.pointers.New(pointer{base: r})
}

func (m *Machine) CopyInt(n vec.Int) vec.Int {
	return m.ints.New(m.copy(m.ints.Get(n)))
}

func (m *Machine) CopyPtr(p vec.Ptr) vec.Ptr {
	from := m.pointers.Get(p)
	return m.pointers.New(pointer{m.copy(from.base), from.element})
}

func (m *Machine) copy(from register) register {
	r := m.integer()
	m.line("MOVD %v, %v", from, r)
	return r
}

func (m *Machine) RowAt(p vec.Ptr, stride, index vec.Int) vec.Ptr {
	r := m.integer()
	from := m.pointers.Get(p)
	m.line("MADD %v, %v, %v, %v", m.ints.Get(stride), from.base, m.ints.Get(index), r)
	return m.pointers.New(pointer{r, from.element})
}

func (m *Machine) Scale(n vec.Int, k int) vec.Int {
	if k <= 0 || k&(k-1) != 0 {
		m.Fail("Scale by %d, not a power of two", k)
	}
	r := m.integer()
	m.line("LSL $%d, %v, %v", bits.TrailingZeros(uint(k)), m.ints.Get(n), r)
	return m.ints.New(r)
}

func (m *Machine) Divide(n vec.Int, k int) vec.Int {
	r := m.integer()
	m.line("MOVD $%d, %v", k, r)
	m.line("UDIV %v, %v, %v", r, m.ints.Get(n), r)
	return m.ints.New(r)
}

func (m *Machine) Times(x, y vec.Int) vec.Int {
	r := m.integer()
	m.line("MUL %v, %v, %v", m.ints.Get(x), m.ints.Get(y), r)
	return m.ints.New(r)
}

func (m *Machine) Decrease(n vec.Int, k int) {
	m.line("SUB $%d, %v", k, m.ints.Get(n))
}

func (m *Machine) Rows(p vec.Ptr, stride vec.Int, count int) []vec.Ptr {
	rows, above := []vec.Ptr{p}, m.pointers.Get(p)
	for len(rows) < count {
		r := m.integer()
		m.line("ADD %v, %v, %v", m.ints.Get(stride), above.base, r)
		above.base = r
		rows = append(rows, m.pointers.New(above))
	}
	return rows
}

func (m *Machine) Advance(ptrs []vec.Ptr, elems int) {
	seen := map[register]bool{}
	for _, p := range ptrs {
		if a := m.pointers.Get(p); !seen[a.base] {
			seen[a.base] = true
			m.line("ADD $%d, %v", a.element.Size()*elems, a.base)
		}
	}
}

// Move adds the digits of times in the binary system that also has −1 as a
// digit: 7 is 8 − 1.
func (m *Machine) Move(p vec.Ptr, distance vec.Int, times int) {
	r, d := m.pointers.Get(p).base, m.ints.Get(distance)
	for shift := 0; times != 0; shift++ {
		switch times & 3 {
		case 1:
			m.line("ADD %v<<%d, %v", d, shift, r)
			times--
		case 3:
			m.line("SUB %v<<%d, %v", d, shift, r)
			times++
		}
		times /= 2
	}
}

func (m *Machine) NewLabel(hint string) vec.Label {
	m.labels++
	return vec.Label(fmt.Sprintf("%s%d", hint, m.labels))
}

func (m *Machine) Place(l vec.Label) {
	m.later(func(out *printer) { fmt.Fprintf(&out.text, "\n%s:\n", l) })
}

func (m *Machine) Jump(l vec.Label) {
	m.line("JMP %s", l)
}

func (m *Machine) JumpLess(n vec.Int, k int, l vec.Label) {
	m.line("CMP $%d, %v", k, m.ints.Get(n))
	m.line("BLT %s", l)
}

func (m *Machine) JumpNotLess(n vec.Int, k int, l vec.Label) {
	m.line("CMP $%d, %v", k, m.ints.Get(n))
	m.line("BGE %s", l)
}

func (m *Machine) JumpZero(n vec.Int, l vec.Label) {
	m.line("CBZ %v, %s", m.ints.Get(n), l)
}

func (m *Machine) CountDown(n vec.Int, k int, l vec.Label) {
	m.line("SUBS $%d, %v", k, m.ints.Get(n))
	m.line("BGE %s", l)
}

func (m *Machine) CountUp(n vec.Int, k int, l vec.Label) {
	m.line("ADDS $%d, %v", k, m.ints.Get(n))
	m.line("BEQ %s", l)
}

func (m *Machine) UpTo(n vec.Int, most int, body func()) {
	more := m.NewLabel("more")
	m.JumpNotLess(n, most+1, more)
	m.early = true
	body()
	m.early = false
	m.Place(more)
}
