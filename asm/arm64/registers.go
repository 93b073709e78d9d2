package arm64

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/seed842bec00/argmax/asm/vec"
)

// register is a general register.
type register int

func (r register) String() string { return fmt.Sprintf("R%d", int(r)) }

const (
	// integers is how many registers a kernel may take: R0 to R25 without R18,
	// which belongs to the platform. R27 to R30 belong to Go.
	integers = 25
	// scratch holds an address or a constant within one method.
	scratch register = 26
)

// integer takes a general register.
func (f *function) integer() register {
	for r := range register(len(f.integers)) {
		if r != 18 && !f.integers[r] {
			f.integers[r] = true
			return r
		}
	}
	f.Fail("needs more than %d integer registers", integers)
	return scratch
}

func (m *Machine) Scope(body func()) {
	m.ScopePtrs(func() []vec.Ptr {
		body()
		return nil
	})
}

func (m *Machine) ScopePtrs(body func() []vec.Ptr) []vec.Ptr {
	before, ints, pointers := m.integers, m.ints.Mark(), m.pointers.Mark()
	kept := body()
	m.integers = before
	for _, p := range kept {
		m.integers[m.pointers.Get(p).base] = true
	}
	m.ints.FreeSince(ints)
	m.pointers.FreeSince(pointers, kept...)
	return kept
}

// vectors is the number of V registers.
const vectors = 32

// block is what a vec.Block, a Mask, a Packed or a Sum stands for.
type block struct {
	uniform bool   // all lanes were equal when it was made
	written bool   // and then something overwrote it
	single  bool   // of one part
	v       [4]int // while the function is printed: the registers
}

// shared tells whether one register is all four parts. It is known when
// everything is recorded.
func (b *block) shared() bool { return b.uniform && !b.written }

// registers lists each of its registers once.
func (b *block) registers() []int {
	if b.shared() || b.single {
		return b.v[:1]
	}
	return b.v[:]
}

// take makes a block that play fills.
func (f *function) take(uniform bool, play func(out *printer, b *block)) *block {
	b := &block{uniform: uniform}
	f.later(func(out *printer) {
		out.take(b)
		play(out, b)
	})
	return b
}

// release frees the registers of a block.
func (f *function) release(b *block) {
	f.later(func(out *printer) { out.release(b.registers()...) })
}

// newBlock returns a block that play fills.
func (m *Machine) newBlock(play func(out *printer, b *block)) vec.Block {
	return m.blocks.New(m.take(false, play))
}

// newUniform returns a block whose lanes play makes equal.
func (m *Machine) newUniform(play func(out *printer, b *block)) vec.Block {
	return m.blocks.New(m.take(true, play))
}

// read returns the block that a method reads.
func (m *Machine) read(x vec.Block) *block { return m.blocks.Get(x) }

// write returns the block that a method overwrites.
func (m *Machine) write(x vec.Block) *block { return m.blocks.Get(x).overwritten() }

func (b *block) overwritten() *block {
	b.written = true
	return b
}

func (m *Machine) Free(bs ...vec.Block) {
	for _, x := range bs {
		b := m.read(x)
		m.blocks.Free(x)
		m.release(b)
	}
}

// printer prints the body of a function and hands out V registers.
type printer struct {
	text bytes.Buffer
	// busy has an element for every register used so far. It may outgrow the
	// processor: Return then says by how much.
	busy []bool
}

func (out *printer) line(format string, args ...any) {
	fmt.Fprintf(&out.text, "\t"+format+"\n", args...)
}

// vector takes a V register.
func (out *printer) vector() int {
	v := slices.Index(out.busy, false)
	if v < 0 {
		v = len(out.busy)
		out.busy = append(out.busy, false)
	}
	out.busy[v] = true
	return v
}

func (out *printer) release(vs ...int) {
	for _, v := range vs {
		out.busy[v] = false
	}
}

// take gives b its registers.
func (out *printer) take(b *block) {
	for i := range b.v {
		if i < len(b.registers()) {
			b.v[i] = out.vector()
		} else {
			b.v[i] = b.v[0]
		}
	}
}
