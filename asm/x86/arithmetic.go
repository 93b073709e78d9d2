package x86

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// each applies a three-operand instruction, second source first as avo wants it.
func (m *Machine) each(do func(...Op), dst, x, y vec.Block) {
	d, a, b := m.write(dst), m.read(x), m.read(y)
	for i := range d {
		do(b[i], a[i], d[i])
	}
}

func (m *Machine) Add(dst, x, y vec.Block) { m.each(m.VADDPS, dst, x, y) }
func (m *Machine) Sub(dst, x, y vec.Block) { m.each(m.VSUBPS, dst, x, y) }
func (m *Machine) Mul(dst, x, y vec.Block) { m.each(m.VMULPS, dst, x, y) }
func (m *Machine) Max(dst, x, y vec.Block) { m.each(m.VMAXPS, dst, x, y) }
func (m *Machine) FMA(acc, x, y vec.Block) { m.each(m.VFMADD231PS, acc, x, y) }

func (m *Machine) MaxBits(dst, x, y vec.Block) { m.each(m.VPMAXUD, dst, x, y) }

func (m *Machine) Abs(dst, x vec.Block) {
	if m.bits < m.width { // the constant stays in memory
		for i, r := range m.write(dst) {
			m.VANDPS(m.file.constant(0x7fffffff), m.read(x)[i], r)
		}
		return
	}
	if m.abs == nil {
		m.first(func() {
			m.abs = m.register()
			m.VBROADCASTSS(m.constant(0x7fffffff), m.abs)
		})
	}
	for i, r := range m.write(dst) {
		m.VANDPS(m.abs, m.read(x)[i], r)
	}
}

// source is part i of the block at p: the memory itself as an operand, or, where
// it takes more than that, a register that it was loaded to.
func (m *Machine) source(p vec.Ptr, blocks, i int) Op {
	if m.part == nil && m.pointers.Get(p).element == vec.Float32 {
		return m.mem(p, blocks, m.inMemory(i))
	}
	r := m.register()
	m.load(r, p, blocks, i)
	return r
}

func (m *Machine) FMALoad(acc, x vec.Block, p vec.Ptr, blocks int) {
	for i, r := range m.write(acc) {
		m.VFMADD231PS(m.source(p, blocks, i), m.read(x)[i], r)
	}
}

func (m *Machine) MulLoad(x vec.Block, p vec.Ptr, blocks int) vec.Block {
	return m.withLoad(m.VMULPS, x, p, blocks)
}

func (m *Machine) SubLoad(x vec.Block, p vec.Ptr, blocks int) vec.Block {
	return m.withLoad(m.VSUBPS, x, p, blocks)
}

func (m *Machine) withLoad(do func(...Op), x vec.Block, p vec.Ptr, blocks int) vec.Block {
	parts := m.parts()
	for i, r := range parts {
		do(m.source(p, blocks, i), m.read(x)[i], r)
	}
	return m.newBlock(parts)
}

func (m *Machine) AddLoad(acc vec.Block, p vec.Ptr, blocks int) {
	for i, r := range m.write(acc) {
		m.VADDPS(m.source(p, blocks, i), r, r)
	}
}

// Outer: a broadcast load and a register FMA for each column block. (A {1to16}
// memory operand would load again for every block.)
func (m *Machine) Outer(acc [][]vec.Block, a []vec.Scalar, b []vec.Block) {
	for i, row := range acc {
		s := m.register()
		m.VBROADCASTSS(m.mem(a[i].Ptr, 0, 0).Offset(4*a[i].Element), s)
		for j, d := range row {
			for part, r := range m.write(d) {
				m.VFMADD231PS(m.read(b[j])[part], s, r)
			}
		}
	}
}

// Products goes part by part, so that of a block of w only one register is held.
func (m *Machine) Products(acc [][]vec.Block, x, w []vec.Ptr, blocks int) {
	for part := range m.read(acc[0][0]) {
		held := make([]reg.VecVirtual, len(w))
		for j := range w {
			held[j] = m.register()
			m.load(held[j], w[j], blocks, part)
		}
		for i, row := range acc {
			v := m.register()
			m.load(v, x[i], blocks, part)
			for j, a := range row {
				m.VFMADD231PS(held[j], v, m.write(a)[part])
			}
		}
	}
}

// A flag is a register whose lanes are all ones where a NaN was met (AVX2), or a
// mask whose bits are zero there (AVX-512: a comparison under its own mask keeps
// what was found).
func (m *Machine) NewFlag() vec.Flag {
	if !m.wide() {
		f := m.YMM()
		m.zero(f)
		return m.flags.New(f)
	}
	g, k := m.GP32(), m.K()
	m.MOVL(U32(0xffff), g)
	m.KMOVW(g, k)
	return m.flags.New(k)
}

const ordered, unordered = 7, 3 // predicates of VCMPPS

func (m *Machine) Unordered(f vec.Flag, x, y vec.Block) {
	for i, r := range m.read(x) {
		if m.wide() {
			m.VCMPPS(U8(ordered), m.read(y)[i], r, m.flags.Get(f), m.flags.Get(f))
			continue
		}
		t := m.YMM()
		m.VCMPPS(U8(unordered), m.read(y)[i], r, t)
		m.VORPS(t, m.flags.Get(f), m.flags.Get(f))
	}
}
