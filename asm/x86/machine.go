// Package x86 implements vec.Machine on avo, at 256 bits (AVX2 and FMA) or at
// 512 (AVX-512 F, BW, DQ, VL). A block of 16 lanes is two YMM registers or one
// ZMM register, and every method works on these parts in turn.
//
// avo finds by itself where a register dies: here Free only ends the life of a
// handle.
package x86

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// Machine emits for AVX2 or AVX-512 into a File.
type Machine struct {
	*build.Context
	file   *File
	suffix string
	bits   int // of the registers in use: fewer than width inside Short
	width  int // of the widest registers
	vnni   bool
	labels int
	begin  int           // where constants are made that are needed later: how many nodes go before
	early  bool          // inside UpTo
	narrow bool          // inside Narrow
	halved bool          // inside Half
	part   *partial      // inside Partial
	only   *int          // inside Parts: the part
	last   *partialBytes // inside PartialBytes

	function  *vec.Function
	signature vec.Signature
	blocks    vec.Table[vec.Block, block]
	masks     vec.Table[vec.Mask, mask]
	packs     vec.Table[vec.Packed, packed]
	flags     vec.Table[vec.Flag, reg.Register]
	sums      vec.Table[vec.Sum, byteSum]
	consts    vec.Table[vec.Const, Op]
	ints      vec.Table[vec.Int, reg.GPVirtual]
	pointers  vec.Table[vec.Ptr, pointer]

	apart []func() // emit what a function needs rarely, behind its end

	// What a function makes at its beginning when it first needs it: a mask that
	// clears signs, two constants of roots, the indices of the lanes, the first lanes of four quarters, the
	// address of a table.
	abs, indices reg.VecVirtual
	half, least  Op
	firsts       reg.OpmaskVirtual
	oneHot       reg.GPVirtual
}

var _ vec.Machine = (*Machine)(nil)

type (
	// block is the parts of a vec.Block; shared tells that they are one register.
	block struct {
		parts  []reg.VecVirtual
		shared bool
	}
	// pointer is base + index·scale; rows of one matrix share their base.
	pointer struct {
		base, index reg.Register
		scale       uint8
		element     vec.Element
	}
)

func (m *Machine) wide() bool { return m.bits == 512 }

func (m *Machine) register() reg.VecVirtual {
	switch {
	case m.halved:
	case m.wide():
		return m.ZMM()
	case m.bits == 128:
		return m.XMM()
	}
	return m.YMM()
}

// parts are the registers of a new block.
func (m *Machine) parts() []reg.VecVirtual {
	count := vec.Lanes * 32 / m.bits
	if m.narrow || m.halved || m.only != nil {
		count = 1
	}
	parts := make([]reg.VecVirtual, count)
	for i := range parts {
		parts[i] = m.register()
	}
	return parts
}

func (m *Machine) newBlock(parts []reg.VecVirtual) vec.Block {
	return m.blocks.New(block{parts: parts})
}

// read returns the parts of a block.
func (m *Machine) read(b vec.Block) []reg.VecVirtual { return m.blocks.Get(b).parts }

// write returns the parts of a block that a method overwrites.
func (m *Machine) write(b vec.Block) []reg.VecVirtual {
	to := m.blocks.Get(b)
	if to.shared {
		m.function.Fail("a block whose parts share a register is overwritten")
	}
	return to.parts
}

// mem is part number i of a block.
func (m *Machine) mem(p vec.Ptr, blocks, i int) Mem {
	size := m.pointers.Get(p).element.Size()
	return m.at(p).Offset(size * (blocks*vec.Lanes + i*m.bits/32))
}

// at is the memory at p.
func (m *Machine) at(p vec.Ptr) Mem {
	a := m.pointers.Get(p)
	return Mem{Base: a.base, Index: a.index, Scale: a.scale}
}

func (m *Machine) Func(op, signature, doc string) {
	name := op + m.suffix
	s, err := vec.ParseSignature(signature)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	m.Function(name)
	m.Attributes(attr.NOSPLIT)
	m.Doc(strings.Split(name+" "+doc, "\n")...)
	m.Pragma("noescape")
	m.Signature(s.Signature)
	m.function, m.signature = &vec.Function{Name: name}, s
	m.blocks.Begin(m.function)
	m.masks.Begin(m.function)
	m.packs.Begin(m.function)
	m.flags.Begin(m.function)
	m.sums.Begin(m.function)
	m.consts.Begin(m.function)
	m.ints.Begin(m.function)
	m.pointers.Begin(m.function)
	m.begin = 0
	m.labels, m.abs, m.indices, m.half, m.least, m.firsts, m.oneHot = 0, nil, nil, nil, nil, nil, nil
	m.file.suffixes[name] = m.suffix
}

func (m *Machine) Return() {
	if m.early {
		if m.bits > 128 {
			m.VZEROUPPER()
		}
		m.RET()
		return
	}
	m.blocks.CheckFreed()
	m.masks.CheckFreed()
	m.packs.CheckFreed()
	m.flags.CheckFreed()
	m.sums.CheckFreed()
	m.VZEROUPPER()
	m.RET()
	for _, emit := range m.apart {
		emit()
	}
	m.apart = nil
}

func (m *Machine) ReturnFirst(b vec.Block) {
	m.VMOVSS(m.read(b)[0].AsX(), m.address(m.ReturnIndex(0)))
	m.Free(b)
	m.Return()
}

func (m *Machine) Int(arg string) vec.Int { return m.ints.New(m.argument(arg)) }

func (m *Machine) Ptr(arg string) vec.Ptr {
	e, err := m.signature.Element(arg)
	if err != nil {
		m.function.Fail("%v", err)
	}
	return m.pointers.New(pointer{base: m.argument(arg), element: e})
}

// argument loads an argument to a general register.
func (m *Machine) argument(arg string) reg.GPVirtual {
	r := m.GP64()
	m.Context.Load(m.signature.Component(arg), r)
	return r
}

func (m *Machine) Broadcast(arg string) vec.Block {
	r := m.register()
	m.VBROADCASTSS(m.address(m.signature.Component(arg)), r)
	return m.shared(r)
}

// shared returns a block whose parts are one register.
func (m *Machine) shared(r reg.VecVirtual) vec.Block {
	return m.blocks.New(block{slices.Repeat([]reg.VecVirtual{r}, vec.Lanes*32/m.bits), true})
}

// address is where the frame holds an argument or the result.
func (m *Machine) address(c gotypes.Component) Mem {
	at, err := c.Resolve()
	if err != nil {
		m.function.Fail("%v", err)
	}
	return at.Addr
}

func (m *Machine) broadcast(from Op) []reg.VecVirtual {
	parts := m.parts()
	m.VBROADCASTSS(from, parts[0])
	for _, r := range parts[1:] {
		m.VMOVAPS(parts[0], r)
	}
	return parts
}

// first runs emit and moves what it emitted to the beginning of the function, or behind
// what is short: a constant that a loop needs is made before it.
func (m *Machine) first(emit func()) {
	f := m.emitted()
	before := len(f.Nodes)
	emit()
	f.Nodes = slices.Concat(f.Nodes[:m.begin], f.Nodes[before:], f.Nodes[m.begin:before])
}

// emitted is the function so far.
func (m *Machine) emitted() *ir.Function {
	f, err := m.Result()
	if err != nil {
		m.function.Fail("%v", err)
	}
	fs := f.Functions()
	return fs[len(fs)-1]
}

func (m *Machine) Constant(v float32) vec.Block {
	return m.newBlock(m.broadcast(m.constant(math.Float32bits(v))))
}

func (m *Machine) constant(bits uint32) reg.VecVirtual {
	g, x := m.GP32(), m.XMM()
	m.MOVL(U32(bits), g)
	m.VMOVD(g, x)
	return x
}

func (m *Machine) New() vec.Block { return m.newBlock(m.parts()) }

func (m *Machine) Zero() vec.Block {
	b := m.newBlock(m.parts())
	m.Clear(b)
	return b
}

func (m *Machine) Clear(dst vec.Block) {
	for _, r := range m.write(dst) {
		m.zero(r)
	}
}

// zero: avo knows that VXORPS of a register with itself does not read it, which
// it does not know of VPXORD.
func (m *Machine) zero(r reg.VecVirtual) { m.VXORPS(r, r, r) }

func (m *Machine) Free(bs ...vec.Block) { m.blocks.Free(bs...) }

func (m *Machine) Scope(body func()) {
	ints, pointers := m.ints.Mark(), m.pointers.Mark()
	body()
	m.ints.FreeSince(ints)
	m.pointers.FreeSince(pointers)
}

func (m *Machine) ScopePtrs(body func() []vec.Ptr) []vec.Ptr {
	ints, pointers := m.ints.Mark(), m.pointers.Mark()
	kept := body()
	m.ints.FreeSince(ints)
	m.pointers.FreeSince(pointers, kept...)
	return kept
}
