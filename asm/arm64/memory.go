package arm64

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/asm/vec"
)

func (m *Machine) Zero() vec.Block {
	return m.newUniform(func(out *printer, b *block) { out.clear(b) })
}

func (m *Machine) Clear(dst vec.Block) {
	b := m.write(dst)
	m.later(func(out *printer) { out.clear(b) })
}

func (out *printer) clear(b *block) {
	for _, v := range b.registers() {
		out.line("VMOVI $0, V%d.B16", v)
	}
}

func (m *Machine) Constant(value float32) vec.Block {
	return m.newUniform(func(out *printer, b *block) {
		out.line("MOVD $0x%08x, %v // %v", math.Float32bits(value), scratch, value)
		for _, v := range b.registers() {
			out.line("VDUP %v, V%d.S4", scratch, v)
		}
	})
}

func (m *Machine) Broadcast(arg string) vec.Block {
	return m.broadcast(m.argument(arg).Addr.Asm())
}

func (m *Machine) LoadBroadcast(p vec.Ptr, elem int) vec.Block {
	return m.broadcast(m.after(p, 4*elem))
}

// broadcast returns the float32 in memory in all lanes.
func (m *Machine) broadcast(from string) vec.Block {
	return m.newUniform(func(out *printer, b *block) {
		out.line("FMOVS %s, F%d", from, b.v[0])
		for _, v := range b.registers() {
			out.line("VDUP V%d.S[0], V%d.S4", b.v[0], v)
		}
	})
}

// after is the operand some bytes after p.
func (m *Machine) after(p vec.Ptr, bytes int) string {
	return fmt.Sprintf("%d(%v)", bytes, m.pointers.Get(p).base)
}

// run is the longest run of 4, 2 or 1 float32 among n, and the instruction that
// moves it between memory and a register.
func run(n int) (count int, move string) {
	switch {
	case n >= 4:
		return 4, "FMOVQ"
	case n >= 2:
		return 2, "FMOVD"
	}
	return 1, "FMOVS"
}

// blockBytes is the size of a block in memory.
const blockBytes = 4 * vec.Lanes

func (m *Machine) Load(p vec.Ptr, blocks int) vec.Block {
	name := m.pointers.Get(p).element
	switch e := elements[name]; {
	case m.partial == nil && e.load != nil:
		base, offset := m.pointers.Get(p).base, name.Size()*blocks*vec.Lanes
		return m.newBlock(func(out *printer, b *block) { e.load(out, base, offset, b.v) })
	case m.partial != nil && e.loadPartial != nil:
		return m.blocks.New(e.loadPartial(m, p, blocks))
	}
	m.Fail("%v cannot be loaded here", name)
	return vec.Block{}
}

// An element is how its numbers become float32 in registers.
type element struct {
	// load loads and converts a block, loadPart four numbers.
	load     func(out *printer, base register, offset int, v [4]int)
	loadPart func(out *printer, from string, v int)
	// loadPartial loads and converts the valid lanes of a block; nil if the element
	// comes in whole blocks only.
	loadPartial func(m *Machine, p vec.Ptr, blocks int) *block
}

var elements = map[vec.Element]element{
	vec.Float32: {
		load: func(out *printer, base register, offset int, v [4]int) {
			out.line("FLDPQ %d(%v), (F%d, F%d)", offset, base, v[0], v[1])
			out.line("FLDPQ %d(%v), (F%d, F%d)", offset+32, base, v[2], v[3])
		},
		loadPart:    func(out *printer, from string, v int) { out.line("FMOVQ %s, F%d", from, v) },
		loadPartial: (*Machine).loadPartial,
	},
	vec.Float16: {
		load:        func(out *printer, base register, offset int, v [4]int) { out.loadHalves(widenFloat16, base, offset, v) },
		loadPart:    func(out *printer, from string, v int) { out.loadFourHalves(widenFloat16, from, v) },
		loadPartial: func(m *Machine, p vec.Ptr, blocks int) *block { return m.loadPartialHalves(widenFloat16, p, blocks) },
	},
	vec.BFloat16: {
		load: func(out *printer, base register, offset int, v [4]int) {
			out.loadHalves(widenBFloat16, base, offset, v)
		},
		loadPart:    func(out *printer, from string, v int) { out.loadFourHalves(widenBFloat16, from, v) },
		loadPartial: func(m *Machine, p vec.Ptr, blocks int) *block { return m.loadPartialHalves(widenBFloat16, p, blocks) },
	},
	vec.Int32: {
		load: func(out *printer, base register, offset int, v [4]int) {
			out.line("FLDPQ %d(%v), (F%d, F%d)", offset, base, v[0], v[1])
			out.line("FLDPQ %d(%v), (F%d, F%d)", offset+32, base, v[2], v[3])
			for _, part := range v {
				out.word(0x4e21d800|encode(part, part, 0), "scvtf v%d.4s, v%d.4s", part, part)
			}
		},
	},
	vec.Uint8: {load: (*printer).loadBytes, loadPart: (*printer).loadFourBytes},
}

// loadBytes widens twice and converts.
func (out *printer) loadBytes(base register, offset int, v [4]int) {
	out.line("FMOVQ %d(%v), F%d", offset, base, v[3])
	out.line("VUXTL V%d.B8, V%d.H8", v[3], v[1])
	out.line("VUXTL2 V%d.B16, V%d.H8", v[3], v[3])
	out.line("VUXTL V%d.H4, V%d.S4", v[1], v[0])
	out.line("VUXTL2 V%d.H8, V%d.S4", v[1], v[1])
	out.line("VUXTL V%d.H4, V%d.S4", v[3], v[2])
	out.line("VUXTL2 V%d.H8, V%d.S4", v[3], v[3])
	for _, part := range v {
		out.toFloat(part, part)
	}
}

func (out *printer) loadFourBytes(from string, v int) {
	out.line("FMOVS %s, F%d", from, v)
	out.line("VUXTL V%d.B8, V%d.H8", v, v)
	out.line("VUXTL V%d.H4, V%d.S4", v, v)
	out.toFloat(v, v)
}

func (m *Machine) Store(b vec.Block, p vec.Ptr, blocks int) {
	if m.partial != nil {
		m.storePartial(b, p, blocks)
		return
	}
	low, high := m.after(p, blocks*blockBytes), m.after(p, blocks*blockBytes+32)
	x := m.read(b)
	m.later(func(out *printer) {
		out.line("FSTPQ (F%d, F%d), %s", x.v[0], x.v[1], low)
		out.line("FSTPQ (F%d, F%d), %s", x.v[2], x.v[3], high)
	})
}

func (m *Machine) StoreUnmasked(b vec.Block, p vec.Ptr) { m.storePartial(b, p, 0) }

func (m *Machine) StoreFirst(b vec.Block, p vec.Ptr, elem int) {
	x, to := m.read(b), m.after(p, 4*elem)
	m.later(func(out *printer) { out.line("FMOVS F%d, %s", x.v[0], to) })
}

func (m *Machine) Copy(x vec.Block) vec.Block {
	from := m.read(x)
	return m.newBlock(func(out *printer, b *block) {
		for i, v := range b.v {
			out.line("VMOV V%d.B16, V%d.B16", from.v[i], v)
		}
	})
}

func (m *Machine) Set(dst, x vec.Block) {
	to, from := m.write(dst), m.read(x)
	m.later(func(out *printer) {
		for i, v := range to.registers() {
			out.line("VMOV V%d.B16, V%d.B16", from.v[i], v)
		}
	})
}

// Narrow: the lanes of NEON are those of four registers, of which the arithmetic of one
// would take a machine of its own.
func (m *Machine) Narrow(body func()) { body() }

func (m *Machine) LoadTo(dst vec.Block, p vec.Ptr, blocks int) {
	x := m.Load(p, blocks)
	m.Set(dst, x)
	m.Free(x)
}

func (m *Machine) New() vec.Block { return m.newBlock(func(*printer, *block) {}) }

// Short: registers have one width.
func (m *Machine) Short(n vec.Int, most int, body func()) { m.UpTo(n, most, body) }

// Parts: a block is one part.
func (m *Machine) Parts(dst []vec.Block, body func(dst []vec.Block)) {
	body(dst)
}

// Prefetch: offsets are multiples of eight.
func (m *Machine) Prefetch(p vec.Ptr, elem int) {
	m.line("PRFM %s, PLDL1KEEP", m.after(p, m.pointers.Get(p).element.Size()*elem&^7))
}
