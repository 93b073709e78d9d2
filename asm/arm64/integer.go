package arm64

import (
	"fmt"
	"go/types"
	"math/bits"
	"strings"

	"github.com/mmcloughlin/avo/gotypes"

	"github.com/seed842bec00/argmax/asm/vec"
)

// pointer is a vec.Ptr; a vec.Int is a register.
type pointer struct {
	base  register
	bytes bool // uint8 and not float32
}

// size is that of an element.
func (p pointer) size() int {
	if p.bytes {
		return 1
	}
	return 4
}

// argument finds "x", "x_base" or "x_len".
func (f *function) argument(arg string) *gotypes.Basic {
	params := f.signature.Params()
	var c gotypes.Component
	if name, ok := strings.CutSuffix(arg, "_base"); ok {
		c = params.Lookup(name).Base()
	} else if name, ok := strings.CutSuffix(arg, "_len"); ok {
		c = params.Lookup(name).Len()
	} else {
		c = params.Lookup(arg)
	}
	b, err := c.Resolve()
	if err != nil {
		f.fail("argument %s: %v", arg, err)
	}
	return b
}

func (m *Machine) Int(arg string) vec.Int {
	return m.loadArgument(arg)
}

func (m *Machine) Ptr(arg string) vec.Ptr {
	return pointer{base: m.loadArgument(arg)}
}

func (m *Machine) Bytes(arg string) vec.Ptr {
	return pointer{m.loadArgument(arg), true}
}

func (m *Machine) loadArgument(arg string) register {
	from, r := m.argument(arg), m.integer()
	move := "MOVD"
	if from.Type.Kind() == types.Bool {
		move = "MOVBU" // zero-extends
	} else if size := gotypes.Sizes.Sizeof(from.Type); size != 8 {
		m.fail("argument %s has %d bytes", arg, size)
	}
	m.line("%s %s, %v", move, from.Addr.Asm(), r)
	return r
}

func (m *Machine) LoadInt(p vec.Ptr, elem int) vec.Int {
	r := m.integer()
	m.line("MOVD %s, %v", after(p, 8*elem), r)
	return r
}

func (m *Machine) Element(p vec.Ptr, index vec.Int) vec.Ptr {
	r := m.integer()
	m.line("ADD %v<<2, %v, %v", index, p.(pointer).base, r)
	return pointer{base: r}
}

func (m *Machine) CopyInt(n vec.Int) vec.Int {
	return m.copy(n.(register))
}

func (m *Machine) CopyPtr(p vec.Ptr) vec.Ptr {
	return pointer{m.copy(p.(pointer).base), p.(pointer).bytes}
}

func (m *Machine) copy(from register) register {
	r := m.integer()
	m.line("MOVD %v, %v", from, r)
	return r
}

func (m *Machine) RowAt(p vec.Ptr, stride, index vec.Int) vec.Ptr {
	r := m.integer()
	m.line("MADD %v, %v, %v, %v", stride, p.(pointer).base, index, r)
	return pointer{r, p.(pointer).bytes}
}

func (m *Machine) Scale(n vec.Int, k int) vec.Int {
	if k <= 0 || k&(k-1) != 0 {
		m.fail("Scale by %d, not a power of two", k)
	}
	r := m.integer()
	m.line("LSL $%d, %v, %v", bits.TrailingZeros(uint(k)), n, r)
	return r
}

func (m *Machine) Divide(n vec.Int, k int) vec.Int {
	r := m.integer()
	m.line("MOVD $%d, %v", k, r)
	m.line("UDIV %v, %v, %v", r, n, r)
	return r
}

func (m *Machine) Times(x, y vec.Int) vec.Int {
	r := m.integer()
	m.line("MUL %v, %v, %v", x, y, r)
	return r
}

func (m *Machine) Decrease(n vec.Int, k int) {
	m.line("SUB $%d, %v", k, n)
}

func (m *Machine) Rows(p vec.Ptr, stride vec.Int, count int) []vec.Ptr {
	rows := []vec.Ptr{p}
	for len(rows) < count {
		above, r := rows[len(rows)-1].(pointer).base, m.integer()
		m.line("ADD %v, %v, %v", stride, above, r)
		rows = append(rows, pointer{r, p.(pointer).bytes})
	}
	return rows
}

func (m *Machine) Advance(ptrs []vec.Ptr, elems int) {
	seen := map[vec.Ptr]bool{}
	for _, p := range ptrs {
		if !seen[p] {
			seen[p] = true
			m.line("ADD $%d, %v", p.(pointer).size()*elems, p.(pointer).base)
		}
	}
}

// Move adds the digits of times in the binary system that also has −1 as a
// digit: 7 is 8 − 1.
func (m *Machine) Move(p vec.Ptr, distance vec.Int, times int) {
	r := p.(pointer).base
	for shift := 0; times != 0; shift++ {
		switch times & 3 {
		case 1:
			m.line("ADD %v<<%d, %v", distance, shift, r)
			times--
		case 3:
			m.line("SUB %v<<%d, %v", distance, shift, r)
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
	m.line("CMP $%d, %v", k, n)
	m.line("BLT %s", l)
}

func (m *Machine) JumpNotLess(n vec.Int, k int, l vec.Label) {
	m.line("CMP $%d, %v", k, n)
	m.line("BGE %s", l)
}

func (m *Machine) JumpZero(n vec.Int, l vec.Label) {
	m.line("CBZ %v, %s", n, l)
}
