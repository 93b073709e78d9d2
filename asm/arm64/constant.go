package arm64

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/asm/vec"
)

// constant is what a vec.Const stands for: 16 bytes of the file's pool of constants, loaded where
// they are used. Kept in registers they would leave too few for blocks of four.
type constant struct {
	base   register
	offset int
}

// pool is the name of the constants of a file.
const pool = "constants<>"

func (m *Machine) Constants(vs ...float32) []vec.Const {
	cs := make([]vec.Const, len(vs))
	for i, v := range vs {
		bits := math.Float32bits(v)
		cs[i] = m.consts.New(m.constant([4]uint32{bits, bits, bits, bits}))
	}
	return cs
}

func (m *Machine) MemoryConstants(vs ...float32) []vec.Const { return m.Constants(vs...) }

// constant is four words of the pool. Where a kernel begins, Constants makes sure
// of the register.
func (m *Machine) constant(words [4]uint32) constant {
	if m.constants < 0 {
		m.constants = m.integer()
		m.line("MOVD $%s(SB), %v", pool, m.constants)
	}
	at := slices.Index(m.pool, words)
	if at < 0 {
		at = len(m.pool)
		m.pool = append(m.pool, words)
	}
	return constant{m.constants, 16 * at}
}

// data declares the pool.
func (f *File) data() string {
	if len(f.pool) == 0 {
		return ""
	}
	var text strings.Builder
	for i, words := range f.pool {
		for half := range 2 {
			fmt.Fprintf(&text, "DATA %s+%d(SB)/8, $0x%08x%08x\n", pool, 16*i+8*half, words[2*half+1], words[2*half])
		}
	}
	return fmt.Sprintf("\n%sGLOBL %s(SB), RODATA|NOPTR, $%d\n", text.String(), pool, 16*len(f.pool))
}

// load records body with a register that holds a constant.
func (m *Machine) load(c vec.Const, body func(out *printer, v int)) {
	from := m.consts.Get(c)
	m.later(func(out *printer) {
		v := out.vector()
		out.line("FMOVQ %d(%v), F%d", from.offset, from.base, v)
		body(out, v)
		out.release(v)
	})
}

func (m *Machine) LaneIndices() vec.Block {
	var numbers [4]constant
	for i := range numbers {
		var words [4]uint32
		for j := range words {
			words[j] = math.Float32bits(float32(4*i + j))
		}
		numbers[i] = m.constant(words)
	}
	return m.newBlock(func(out *printer, b *block) {
		for i, v := range b.v {
			out.line("FMOVQ %d(%v), F%d", numbers[i].offset, numbers[i].base, v)
		}
	})
}

func (m *Machine) FromConst(c vec.Const) vec.Block {
	from := m.consts.Get(c)
	return m.newBlock(func(out *printer, b *block) {
		out.line("FMOVQ %d(%v), F%d", from.offset, from.base, b.v[0])
		for _, v := range b.v[1:] {
			out.line("VMOV V%d.B16, V%d.B16", b.v[0], v)
		}
	})
}

func (m *Machine) FMAConst(acc, x vec.Block, c vec.Const) {
	d, a := m.write(acc), m.read(x)
	m.load(c, func(out *printer, v int) {
		for i, r := range d.v {
			out.line("VFMLA V%d.S4, V%d.S4, V%d.S4", v, a.v[i], r)
		}
	})
}

// MulAddConst makes a new block, since VFMLA adds to its destination.
func (m *Machine) MulAddConst(x, y vec.Block, c vec.Const) vec.Block {
	result := m.FromConst(c)
	m.FMA(result, x, y)
	m.Free(x)
	return result
}

func (m *Machine) MaxConst(dst, x vec.Block, c vec.Const) {
	m.binaryConst(fmax, m.write(dst), m.read(x), c)
}

func (m *Machine) MinConst(dst, x vec.Block, c vec.Const) {
	m.binaryConst(fmin, m.write(dst), m.read(x), c)
}

func (m *Machine) binaryConst(op binary, d, a *block, c vec.Const) {
	m.load(c, func(out *printer, v int) {
		for i, r := range d.registers() {
			out.binary(op, r, a.v[i], v)
		}
	})
}

func (m *Machine) SubConst(x vec.Block, c vec.Const) vec.Block {
	a := m.read(x)
	d := m.take(false, func(*printer, *block) {})
	m.load(c, func(out *printer, v int) {
		for i, r := range d.v {
			out.binary(fsub, r, a.v[i], v)
		}
	})
	return m.blocks.New(d)
}

// Exponent: NEON scales by the bits of n.
func (m *Machine) Exponent(n, shifted vec.Block) vec.Block {
	m.Free(n)
	e := m.read(shifted)
	m.blocks.Free(shifted)
	return m.blocks.New(e)
}

// LdexpNonPositive makes 2^(n+24) from its exponent, n + 24 + 127, which makes 0 of n =
// −151; what is above that is shifted out.
func (m *Machine) LdexpNonPositive(p, exponent vec.Block, bias, tiny vec.Const) {
	x, power := m.write(p), m.write(exponent)
	m.load(bias, func(out *printer, v int) {
		for i, r := range power.v {
			out.line("VADD V%d.S4, V%d.S4, V%d.S4", v, r, r)
			out.line("VSHL $23, V%d.S4, V%d.S4", r, r)
			out.binary(fmul, x.v[i], x.v[i], r)
		}
	})
	m.load(tiny, func(out *printer, v int) {
		for _, r := range x.v {
			out.binary(fmul, r, r, v)
		}
	})
}

// Ldexp multiplies by 2^⌊n/2⌋ and by the rest.
func (m *Machine) Ldexp(p, exponent vec.Block, bias vec.Const) {
	x, rest := m.write(p), m.write(exponent)
	m.load(bias, func(out *printer, v int) {
		half := out.vector()
		for i, r := range rest.v {
			out.line("VADD V%d.S4, V%d.S4, V%d.S4", v, r, r) // n + 2·127
			out.line("VUSHR $1, V%d.S4, V%d.S4", r, half)
			out.line("VSUB V%d.S4, V%d.S4, V%d.S4", half, r, r)
			for _, exponent := range []int{half, r} {
				out.line("VSHL $23, V%d.S4, V%d.S4", exponent, exponent)
				out.binary(fmul, x.v[i], x.v[i], exponent)
			}
		}
		out.release(half)
	})
}

// Frexp works on the bits, whose exponent ¾ less starts where m is ¾.
func (m *Machine) Frexp(x vec.Block, threeQuarters vec.Const) (fraction, exponent vec.Block) {
	a := m.read(x)
	nothing := func(*printer, *block) {}
	f, e := m.take(false, nothing), m.take(false, nothing)
	m.load(threeQuarters, func(out *printer, v int) {
		for i, r := range e.v {
			out.line("VSUB V%d.S4, V%d.S4, V%d.S4", v, a.v[i], r)
			out.shiftRight(r, r, 23)
			out.line("VSHL $23, V%d.S4, V%d.S4", r, f.v[i])
			out.line("VSUB V%d.S4, V%d.S4, V%d.S4", f.v[i], a.v[i], f.v[i])
			out.signedToFloat(r, r)
		}
	})
	return m.blocks.New(f), m.blocks.New(e)
}
