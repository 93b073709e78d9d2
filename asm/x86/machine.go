// Package x86 implements vec.Machine on avo, at 256 bits (AVX2 and FMA) or at
// 512 (AVX-512 F, BW, DQ, VL). A block of 16 lanes is two YMM registers or one
// ZMM register, and every method works on the parts in turn.
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
	bits   int
	vnni   bool
	labels int
	part   *partial   // inside Partial
	last   *lastBytes // inside LastBytes
	// What a function makes at its beginning when it first needs it: a mask that
	// clears signs, the numbers of the lanes, the first lanes of four quarters, the
	// address of a table.
	abs, numbers reg.VecVirtual
	firsts       reg.OpmaskVirtual
	oneHot       reg.GPVirtual
}

var _ vec.Machine = (*Machine)(nil)

type (
	block []reg.VecVirtual
	// pointer is base + index·scale; rows of one matrix share their base.
	pointer struct {
		base, index reg.Register
		scale       uint8
		bytes       bool // uint8 and not float32
	}
)

func (m *Machine) wide() bool { return m.bits == 512 }

func (m *Machine) register() reg.VecVirtual {
	if m.wide() {
		return m.ZMM()
	}
	return m.YMM()
}

func (m *Machine) block() block {
	b := make(block, vec.Lanes*32/m.bits)
	for i := range b {
		b[i] = m.register()
	}
	return b
}

// mem is part number i of a block.
func (m *Machine) mem(p vec.Ptr, blocks, i int) Mem {
	a := p.(pointer)
	return a.memory().Offset(a.size() * (blocks*vec.Lanes + i*m.bits/32))
}

// memory is what is at the pointer.
func (a pointer) memory() Mem { return Mem{Base: a.base, Index: a.index, Scale: a.scale} }

// size is that of an element.
func (a pointer) size() int {
	if a.bytes {
		return 1
	}
	return 4
}

func (m *Machine) Func(op, signature, doc string) {
	name := op + m.suffix
	m.Function(name)
	m.Attributes(attr.NOSPLIT)
	m.Doc(name + " " + doc)
	m.Pragma("noescape")
	m.SignatureExpr(signature)
	m.labels, m.abs, m.numbers, m.firsts, m.oneHot = 0, nil, nil, nil, nil
	m.file.suffixes[name] = m.suffix
}

func (m *Machine) Return() {
	m.VZEROUPPER()
	m.RET()
}

func (m *Machine) ReturnFirst(b vec.Block) {
	m.VMOVSS(b.(block)[0].AsX(), m.address(m.ReturnIndex(0)))
	m.Return()
}

func (m *Machine) param(arg string) gotypes.Component {
	if name, ok := strings.CutSuffix(arg, "_base"); ok {
		return m.Param(name).Base()
	}
	if name, ok := strings.CutSuffix(arg, "_len"); ok {
		return m.Param(name).Len()
	}
	return m.Param(arg)
}

func (m *Machine) Int(arg string) vec.Int {
	return m.Context.Load(m.param(arg), m.GP64())
}

func (m *Machine) Ptr(arg string) vec.Ptr {
	return pointer{base: m.Context.Load(m.param(arg), m.GP64())}
}

func (m *Machine) Bytes(arg string) vec.Ptr {
	return pointer{base: m.Context.Load(m.param(arg), m.GP64()), bytes: true}
}

func (m *Machine) Splat(arg string) vec.Block {
	r := m.register()
	m.VBROADCASTSS(m.address(m.param(arg)), r)
	return m.shared(r)
}

// shared is a block whose parts are one register.
func (m *Machine) shared(r reg.VecVirtual) block {
	return slices.Repeat(block{r}, vec.Lanes*32/m.bits)
}

// address is where the frame holds an argument or the result.
func (m *Machine) address(c gotypes.Component) Mem {
	at, err := c.Resolve()
	if err != nil {
		panic(fmt.Sprintf("x86: %s: %v", m.function().Name, err))
	}
	return at.Addr
}

func (m *Machine) broadcast(from Op) block {
	b := m.block()
	m.VBROADCASTSS(from, b[0])
	for _, r := range b[1:] {
		m.VMOVAPS(b[0], r)
	}
	return b
}

// first runs emit and moves what it emitted to the beginning of the function: a
// constant that a loop needs is made before it.
func (m *Machine) first(emit func()) {
	f := m.function()
	before := len(f.Nodes)
	emit()
	f.Nodes = append(append([]ir.Node{}, f.Nodes[before:]...), f.Nodes[:before]...)
}

func (m *Machine) function() *ir.Function {
	f, err := m.Result()
	if err != nil {
		panic(err)
	}
	fs := f.Functions()
	return fs[len(fs)-1]
}

func (m *Machine) Constant(v float32) vec.Block {
	return m.broadcast(m.constant(math.Float32bits(v)))
}

func (m *Machine) constant(bits uint32) reg.VecVirtual {
	g, x := m.GP32(), m.XMM()
	m.MOVL(U32(bits), g)
	m.VMOVD(g, x)
	return x
}

func (m *Machine) Zero() vec.Block {
	b := m.block()
	m.Clear(b)
	return b
}

func (m *Machine) Clear(dst vec.Block) {
	for _, r := range dst.(block) {
		m.zero(r)
	}
}

// zero: avo knows that VXORPS of a register with itself does not read it, which
// it does not know of VPXORD.
func (m *Machine) zero(r reg.VecVirtual) { m.VXORPS(r, r, r) }

// Free and Scope: avo finds by itself where a register dies.
func (m *Machine) Free(...vec.Block) {}
func (m *Machine) Scope(body func()) { body() }
