package arm64

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/asm/vec"
)

func (m *Machine) Zero() vec.Block {
	return m.block(true, func(out *printer, b *block) { out.clear(b) })
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
	return m.block(true, func(out *printer, b *block) {
		out.line("MOVD $0x%08x, %v // %v", math.Float32bits(value), scratch, value)
		for _, v := range b.registers() {
			out.line("VDUP %v, V%d.S4", scratch, v)
		}
	})
}

func (m *Machine) Splat(arg string) vec.Block {
	return m.splat(m.argument(arg).Addr.Asm())
}

func (m *Machine) LoadFirst(p vec.Ptr, elem int) vec.Block {
	return m.splat(after(p, 4*elem))
}

// splat is the float32 in memory in all lanes.
func (m *Machine) splat(from string) vec.Block {
	return m.block(true, func(out *printer, b *block) {
		out.line("FMOVS %s, F%d", from, b.v[0])
		for _, v := range b.registers() {
			out.line("VDUP V%d.S[0], V%d.S4", b.v[0], v)
		}
	})
}

// after is the operand some bytes after p.
func after(p vec.Ptr, bytes int) string {
	return fmt.Sprintf("%d(%v)", bytes, p.(pointer).base)
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
	if p.(pointer).bytes {
		return m.loadBytes(p, blocks)
	}
	if m.partial != nil {
		return m.loadPartial(p, blocks)
	}
	low, high := after(p, blocks*blockBytes), after(p, blocks*blockBytes+32)
	return m.block(false, func(out *printer, b *block) {
		out.line("FLDPQ %s, (F%d, F%d)", low, b.v[0], b.v[1])
		out.line("FLDPQ %s, (F%d, F%d)", high, b.v[2], b.v[3])
	})
}

// loadBytes widens twice and converts.
func (m *Machine) loadBytes(p vec.Ptr, blocks int) vec.Block {
	if m.partial != nil {
		m.fail("bytes in Partial")
	}
	from := after(p, blocks*vec.Lanes)
	return m.block(false, func(out *printer, b *block) {
		v := b.v
		out.line("FMOVQ %s, F%d", from, v[3])
		out.line("VUXTL V%d.B8, V%d.H8", v[3], v[1])
		out.line("VUXTL2 V%d.B16, V%d.H8", v[3], v[3])
		out.line("VUXTL V%d.H4, V%d.S4", v[1], v[0])
		out.line("VUXTL2 V%d.H8, V%d.S4", v[1], v[1])
		out.line("VUXTL V%d.H4, V%d.S4", v[3], v[2])
		out.line("VUXTL2 V%d.H8, V%d.S4", v[3], v[3])
		for _, part := range v {
			out.toFloat(part, part)
		}
	})
}

func (m *Machine) Store(b vec.Block, p vec.Ptr, blocks int) {
	if m.partial != nil {
		m.storePartial(b, p, blocks)
		return
	}
	low, high := after(p, blocks*blockBytes), after(p, blocks*blockBytes+32)
	x := m.read(b)
	m.later(func(out *printer) {
		out.line("FSTPQ (F%d, F%d), %s", x.v[0], x.v[1], low)
		out.line("FSTPQ (F%d, F%d), %s", x.v[2], x.v[3], high)
	})
}

func (m *Machine) StoreRuns(b vec.Block, p vec.Ptr) { m.storePartial(b, p, 0) }

func (m *Machine) StoreFirst(b vec.Block, p vec.Ptr, elem int) {
	x, to := m.read(b), after(p, 4*elem)
	m.later(func(out *printer) { out.line("FMOVS F%d, %s", x.v[0], to) })
}

func (m *Machine) Copy(x vec.Block) vec.Block {
	from := m.read(x)
	return m.block(false, func(out *printer, b *block) {
		for i, v := range b.v {
			out.line("VMOV V%d.B16, V%d.B16", from.v[i], v)
		}
	})
}

func (m *Machine) Prefetch(p vec.Ptr) { m.line("PRFM %s, PLDL1KEEP", after(p, 0)) }
