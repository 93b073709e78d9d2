// Package arm64 implements vec.Machine for NEON, which every arm64 has. A block
// of 16 lanes is four V registers and every method works on the four in turn.
// What Go's assembler has is written in its syntax; what it lacks is a WORD with
// the GNU mnemonic beside it, which package gnu checks.
//
// A function is first recorded and printed at its end: whether a block whose
// lanes are all equal may live in one register instead of four depends on
// whether anything overwrites it later, in a loop perhaps that has already begun.
package arm64

import (
	"bytes"
	"fmt"

	"github.com/mmcloughlin/avo/gotypes"

	"github.com/seed842bec00/argmax/asm/vec"
)

// Machine emits the functions of one assembly file.
type Machine struct {
	*function // the one being recorded, or nil

	dot         bool // inside DotProducts
	text, stubs bytes.Buffer
	pool        [][4]uint32 // constants
}

var _ vec.Machine = (*Machine)(nil)

// New returns a machine whose file has no functions yet.
func New() *Machine { return &Machine{} }

// DotProducts runs body, whose functions may use the extension for dot products
// of bytes.
func (m *Machine) DotProducts(body func()) {
	m.dot = true
	body()
	m.dot = false
}

// suffix names the instruction set in the names of functions.
func (m *Machine) suffix() string {
	if m.dot {
		return "NEONDot"
	}
	return "NEON"
}

// function is a function between Func and Return.
type function struct {
	name      string
	signature *gotypes.Signature
	tape      []func(*printer)
	integers  int // registers taken
	labels    int
	constants register  // that holds the address of the pool, or −1
	partial   *partial  // inside Partial
	last      *register // inside LastBytes: the address of a window that masks
}

// fail reports a mistake in the kernel being recorded.
func (f *function) fail(format string, args ...any) {
	panic("arm64: " + f.name + ": " + fmt.Sprintf(format, args...))
}

// later records what prints instructions once V registers are known.
func (f *function) later(play func(*printer)) { f.tape = append(f.tape, play) }

// line records one line that names no V register.
func (f *function) line(format string, args ...any) {
	f.later(func(out *printer) { out.line(format, args...) })
}

func (m *Machine) Func(op, signature, doc string) {
	if m.function != nil {
		m.fail("no Return before the next Func")
	}
	s, err := gotypes.ParseSignature(signature)
	if err != nil {
		panic(fmt.Sprintf("arm64: %s: %v", op, err))
	}
	m.function = &function{name: op + m.suffix(), signature: s, constants: -1}
	fmt.Fprintf(&m.stubs, "\n%s//go:noescape\nfunc %s%s\n", comment(m.name+" "+doc), m.name, s)
}

func (m *Machine) Return() {
	m.line("RET")
	var out printer
	for _, play := range m.tape {
		play(&out)
	}
	if used := len(out.busy); used > vectors {
		m.fail("needs %d vector registers, there are %d", used, vectors)
	}
	fmt.Fprintf(&m.text, "\n// func %s%s\nTEXT ·%s(SB), NOSPLIT, $0-%d\n", m.name, m.signature, m.name, m.signature.Bytes())
	out.text.WriteTo(&m.text)
	m.function = nil
}

func (m *Machine) ReturnFirst(b vec.Block) {
	to, err := m.signature.Results().At(0).Resolve()
	if err != nil {
		m.fail("result: %v", err)
	}
	x := m.read(b)
	m.later(func(out *printer) { out.line("FMOVS F%d, %s", x.v[0], to.Addr.Asm()) })
	m.Return()
}
