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
	"slices"

	"github.com/seed842bec00/argmax/asm/vec"
)

// File is one assembly file that machines emit into.
type File struct {
	text, stubs bytes.Buffer
	pool        [][4]uint32 // constants
}

// New returns an empty file.
func New() *File { return &File{} }

// Machine emits functions of one instruction set into a File.
type Machine struct {
	*File
	*function // the one being recorded, or nil

	suffix string
	dot    bool // the extension for dot products of bytes

	blocks   vec.Table[vec.Block, *block]
	masks    vec.Table[vec.Mask, *block]
	packs    vec.Table[vec.Packed, packed]
	sums     vec.Table[vec.Sum, *block]
	flags    vec.Table[vec.Flag, struct{}]
	consts   vec.Table[vec.Const, constant]
	ints     vec.Table[vec.Int, register]
	pointers vec.Table[vec.Ptr, pointer]
}

var _ vec.Machine = (*Machine)(nil)

// Machine returns a machine for the instruction set of a name, which is the suffix
// of its functions, and of a processor with some features, by their names in
// golang.org/x/sys/cpu.
func (f *File) Machine(name string, features []string) vec.Machine {
	return &Machine{File: f, suffix: name, dot: slices.Contains(features, "ASIMDDP")}
}

// function is a function between Func and Return.
type function struct {
	vec.Function
	signature vec.Signature
	tape      []func(*printer)
	integers  [integers + 1]bool // registers taken
	labels    int
	constants register           // that holds the address of the pool, or −1
	partial   *partial           // inside Partial
	last      *register          // inside PartialBytes: the address of a window that masks
	early     bool               // inside UpTo
	short     map[vec.Ptr]*block // inside UpToBytes: the vectors
}

// later records what prints instructions once V registers are known.
func (f *function) later(play func(*printer)) { f.tape = append(f.tape, play) }

// line records one line that names no V register.
func (f *function) line(format string, args ...any) {
	f.later(func(out *printer) { out.line(format, args...) })
}

func (m *Machine) Func(op, signature, doc string) {
	if m.function != nil {
		m.Fail("no Return before the next Func")
	}
	name := op + m.suffix
	s, err := vec.ParseSignature(signature)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	m.function = &function{Function: vec.Function{Name: name}, signature: s, constants: -1}
	m.blocks.Begin(&m.Function)
	m.masks.Begin(&m.Function)
	m.packs.Begin(&m.Function)
	m.sums.Begin(&m.Function)
	m.flags.Begin(&m.Function)
	m.consts.Begin(&m.Function)
	m.ints.Begin(&m.Function)
	m.pointers.Begin(&m.Function)
	fmt.Fprintf(&m.stubs, "\n%s//go:noescape\nfunc %s%s\n", comment(name+" "+doc), name, s)
}

func (m *Machine) Return() {
	if m.early {
		m.line("RET")
		return
	}
	m.blocks.CheckFreed()
	m.masks.CheckFreed()
	m.packs.CheckFreed()
	m.sums.CheckFreed()
	m.flags.CheckFreed()
	m.line("RET")
	var out printer
	for _, play := range m.tape {
		play(&out)
	}
	if used := len(out.busy); used > vectors {
		m.Fail("needs %d vector registers, there are %d", used, vectors)
	}
	fmt.Fprintf(&m.text, "\n// func %s%s\nTEXT ·%s(SB), NOSPLIT, $0-%d\n", m.Name, m.signature, m.Name, m.signature.Bytes())
	out.text.WriteTo(&m.text)
	m.function = nil
}

func (m *Machine) ReturnFirst(b vec.Block) {
	to, err := m.signature.Results().At(0).Resolve()
	if err != nil {
		m.Fail("result: %v", err)
	}
	x := m.read(b)
	m.later(func(out *printer) { out.line("FMOVS F%d, %s", x.v[0], to.Addr.Asm()) })
	m.Free(b)
	m.Return()
}
