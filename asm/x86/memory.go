package x86

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// partial is what Load and Store need to know inside Partial.
type partial struct {
	fill   vec.Block
	n      reg.Register // the number of valid lanes
	k      reg.Register // AVX-512: a mask of them
	upper  reg.Register // AVX-512 inside Short: a mask of those from 8 on; k is of those below
	full   int          // inside Short, of 128 bits: the number of parts that are whole; those behind the next are empty
	lanes  Mem          // AVX2: the window of table lanes that masks them
	alone  bool         // inside Alone
	record *Mem         // of the table of runs, inside Row, which sets only this and n
}

// Short uses quarters of a block up to a block: their sums need no extraction. Above, it uses halves,
// in registers of 256 bits.
func (m *Machine) Short(n vec.Int, most int, body func()) {
	m.UpTo(n, most, func() {
		m.bits = 256
		if most <= vec.Lanes {
			m.bits = 128
		}
		body()
		m.bits = m.width
	})
	m.begin = len(m.emitted().Nodes)
}

func (m *Machine) Partial(n vec.Int, fill vec.Block, body func()) {
	count := m.ints.Get(n)
	m.part = &partial{n: count, fill: fill}
	if m.bits == 128 {
		m.partialQuarters(body)
		m.part = nil
		return
	}
	if m.width == 512 {
		ones, k := m.GP32(), m.K()
		m.MOVL(U32(0xffffffff), ones)
		m.BZHIL(count.As32(), ones, ones)
		m.KMOVW(ones, k)
		m.part.k = k
		if !m.wide() {
			m.part.upper = m.K()
			m.KSHIFTRW(U8(8), k, m.part.upper)
		}
	} else {
		table, back := m.GP64(), m.GP64()
		m.LEAQ(NewDataAddr(NewStaticSymbol("lanes"), 4*vec.Lanes), table)
		m.MOVQ(count, back)
		m.NEGQ(back)
		m.LEAQ(Mem{Base: table, Index: back, Scale: 4}, table)
		m.part.lanes = Mem{Base: table}
	}
	body()
	m.part = nil
}

// partialQuarters emits body for each number of parts that are whole.
func (m *Machine) partialQuarters(body func()) {
	done := m.NewLabel("done")
	for full := 3; full >= 0; full-- {
		fewer, left := m.NewLabel("fewer"), m.GP64()
		if full > 0 {
			m.CMPQ(m.part.n, I32(4*full+1))
			m.JLT(LabelRef(fewer))
		}
		m.part.full = full
		if m.width == 512 {
			k := m.K()
			m.MOVQ(I32(-1), left)
			m.BZHIQ(m.part.n, left, left)
			m.KMOVW(left.As32(), k)
			if full > 0 {
				m.KSHIFTRW(U8(4*full), k, k)
			}
			m.part.k = k
		} else {
			table := m.GP64()
			m.LEAQ(NewDataAddr(NewStaticSymbol("lanes"), 4*(vec.Lanes+4*full)), table)
			m.MOVQ(m.part.n, left)
			m.NEGQ(left)
			m.part.lanes = Mem{Base: table, Index: left, Scale: 4}
		}
		body()
		if full > 0 {
			m.JMP(LabelRef(done))
			m.Place(fewer)
		}
	}
	m.Place(done)
}

func (m *Machine) Whole(body func()) {
	part := m.part
	m.part = nil
	body()
	m.part = part
}

// mask is the AVX2 mask of part i of a block.
func (m *Machine) mask(i int) reg.VecVirtual {
	v := m.YMM()
	m.VMOVUPS(m.part.lanes.Offset(32*i), v)
	return v
}

func (m *Machine) Load(p vec.Ptr, blocks int) vec.Block {
	parts := m.parts()
	switch {
	case m.inRow():
		m.loadRuns(parts, p, blocks)
		return m.newBlock(parts)
	case m.part != nil && m.part.alone:
		m.loadAlone(parts, p, blocks)
		return m.newBlock(parts)
	}
	for i, r := range parts {
		m.load(r, p, blocks, i)
	}
	return m.newBlock(parts)
}

func (m *Machine) LoadTo(dst vec.Block, p vec.Ptr, blocks int) {
	for i, r := range m.write(dst) {
		m.load(r, p, blocks, i)
	}
}

// An element is how its numbers become float32 in a register.
type element struct {
	// load loads and converts a part of a block, loadPartial the valid lanes of part i;
	// nil if the element comes in whole blocks only.
	load        func(m *Machine, from Mem, to reg.VecVirtual)
	loadPartial func(m *Machine, from Mem, to reg.VecVirtual, i int)
}

var elements = map[vec.Element]element{
	vec.Float32: {
		load:        func(m *Machine, from Mem, to reg.VecVirtual) { m.VMOVUPS(from, to) },
		loadPartial: (*Machine).loadMasked,
	},
	vec.Float16: {
		load:        func(m *Machine, from Mem, to reg.VecVirtual) { m.VCVTPH2PS(from, to) },
		loadPartial: halves(func(m *Machine, half, to reg.Register) { m.VCVTPH2PS(half, to) }),
	},
	vec.BFloat16: {
		load: func(m *Machine, from Mem, to reg.VecVirtual) {
			m.VPMOVZXWD(from, to)
			m.VPSLLD(U8(16), to, to)
		},
		loadPartial: halves(func(m *Machine, half, to reg.Register) {
			m.VPMOVZXWD(half, to)
			m.VPSLLD(U8(16), to, to)
		}),
	},
	vec.Int32: {
		load: func(m *Machine, from Mem, to reg.VecVirtual) { m.VCVTDQ2PS(from, to) },
	},
	vec.Uint8: {
		load: func(m *Machine, from Mem, to reg.VecVirtual) {
			m.VPMOVZXBD(from, to)
			m.VCVTDQ2PS(to, to)
		},
	},
}

// load loads part i of a block.
func (m *Machine) load(r reg.VecVirtual, p vec.Ptr, blocks, i int) {
	i = m.inMemory(i)
	name := m.pointers.Get(p).element
	e, from := elements[name], m.mem(p, blocks, i)
	switch {
	case m.part != nil && m.part.alone:
		m.function.Fail("a part of a row alone is loaded")
	case m.part == nil && e.load != nil:
		e.load(m, from, r)
	case m.part != nil && e.loadPartial != nil:
		e.loadPartial(m, from, r, i)
	default:
		m.function.Fail("%v cannot be loaded here", name)
	}
}

// inMemory is which part of a block in memory is part i of one in registers.
func (m *Machine) inMemory(i int) int {
	if m.only != nil {
		return *m.only
	}
	return i
}

// Parts keeps the first half of AVX2's blocks on the stack while it makes the other.
func (m *Machine) Parts(dst []vec.Block, body func(dst []vec.Block)) {
	if m.wide() {
		body(dst)
		return
	}
	kept := m.AllocLocal(32 * len(dst))
	for part := range 2 {
		m.only = &part
		halves := make([]vec.Block, len(dst))
		for i := range halves {
			halves[i] = m.New()
		}
		body(halves)
		for i, b := range halves {
			if r := m.read(b)[0]; part == 0 {
				m.VMOVUPS(r, kept.Offset(32*i))
			} else {
				m.VMOVAPS(r, m.write(dst[i])[1])
			}
		}
		m.Free(halves...)
	}
	m.only = nil
	for i, b := range dst {
		m.VMOVUPS(kept.Offset(32*i), m.write(b)[0])
	}
}

// halves loads the valid lanes of part i from numbers of 16 bits, for convert. AVX2 has
// no mask for them: it loads runs of 1, 2 and 4 from the end to the beginning, each of
// which moves what is there to higher lanes, or all 8 lanes of a part.
func halves(convert func(m *Machine, half, to reg.Register)) func(m *Machine, from Mem, to reg.VecVirtual, i int) {
	return func(m *Machine, from Mem, to reg.VecVirtual, i int) {
		if vec.Has(m.part.fill) {
			m.function.Fail("numbers of 16 bits are filled with zeros only")
		}
		if m.wide() {
			m.VMOVDQU16_Z(from, m.part.k, to.AsY())
			convert(m, to.AsY(), to)
			return
		}
		if m.bits == 128 {
			m.quarterOfHalves(from, to, i, convert)
			return
		}
		x, end := m.XMM(), m.GP64()
		some, done := m.NewLabel("some"), m.NewLabel("done")
		m.VXORPS(x, x, x)
		m.TESTQ(U32(8), m.part.n)
		if i == 0 { // of part 0 all lanes are valid, or some; of part 1 some, or none
			m.JEQ(LabelRef(some))
			m.VMOVUPS(from, x)
			m.JMP(LabelRef(done))
			m.Place(some)
		} else {
			m.JEQ(LabelRef(done))
		}
		m.MOVQ(m.part.n, end)
		m.ANDQ(U32(7), end)
		address := m.GP64()
		m.LEAQ(from, address)
		m.LEAQ(Mem{Base: address, Index: end, Scale: 2}, end)
		run := func(lanes int, load func(from Mem)) {
			skip := m.NewLabel("skip")
			m.TESTQ(U32(lanes), m.part.n)
			m.JEQ(LabelRef(skip))
			m.SUBQ(I32(2*lanes), end)
			if lanes > 1 {
				m.VPSLLDQ(U8(2*lanes), x, x)
			}
			load(Mem{Base: end})
			m.Place(skip)
		}
		run(1, func(from Mem) { m.VPINSRW(U8(0), from, x, x) })
		run(2, func(from Mem) { m.VPINSRD(U8(0), from, x, x) })
		run(4, func(from Mem) { m.VPINSRQ(U8(0), from, x, x) })
		m.Place(done)
		convert(m, x, to)
	}
}

// quarterOfHalves loads part i of the quarters of a block.
func (m *Machine) quarterOfHalves(from Mem, to reg.VecVirtual, i int, convert func(m *Machine, half, to reg.Register)) {
	if i > m.part.full {
		m.zero(to)
		return
	}
	x, whole, odd, done := m.XMM(), m.NewLabel("whole"), m.NewLabel("odd"), m.NewLabel("done")
	if i == m.part.full {
		m.TESTQ(U32(3), m.part.n)
		m.JEQ(LabelRef(whole))
		m.VXORPS(x, x, x)
		m.TESTQ(U32(2), m.part.n)
		m.JEQ(LabelRef(odd))
		m.VPINSRD(U8(0), from, x, x)
		m.TESTQ(U32(1), m.part.n)
		m.JEQ(LabelRef(done))
		m.VPINSRW(U8(2), from.Offset(4), x, x)
		m.JMP(LabelRef(done))
		m.Place(odd)
		m.VPINSRW(U8(0), from, x, x)
		m.JMP(LabelRef(done))
		m.Place(whole)
	}
	m.VMOVQ(from, x)
	m.Place(done)
	convert(m, x, to)
}

func (m *Machine) loadMasked(from Mem, r reg.VecVirtual, i int) {
	fill := vec.Has(m.part.fill)
	switch {
	case m.bits < m.width && fill:
		m.function.Fail("short rows are filled with zeros only")
	case m.bits == 128 && i < m.part.full:
		m.VMOVUPS(from, r)
	case m.bits == 128 && i > m.part.full:
		m.zero(r)
	case m.bits == 128 && m.width == 256:
		mask := m.XMM()
		m.VMOVUPS(m.part.lanes, mask)
		m.VMASKMOVPS(from, mask, r)
	case m.bits < m.width && i == 1 && m.bits == 256:
		m.VMOVUPS_Z(from, m.part.upper, r)
	case m.bits < m.width:
		m.VMOVUPS_Z(from, m.part.k, r)
	case m.wide() && !fill:
		m.VMOVUPS_Z(from, m.part.k, r)
	case m.wide():
		m.VMOVAPS(m.read(m.part.fill)[i], r)
		m.VMOVUPS(from, m.part.k, r)
	default:
		mask := m.mask(i)
		m.VMASKMOVPS(from, mask, r)
		if fill {
			m.VBLENDVPS(mask, r, m.read(m.part.fill)[i], r)
		}
	}
}

func (m *Machine) Store(b vec.Block, p vec.Ptr, blocks int) {
	switch {
	case m.part == nil:
		for i, r := range m.read(b) {
			m.VMOVUPS(r, m.mem(p, blocks, i))
		}
	case m.inRow():
		m.storeRuns(m.read(b), p, blocks)
	case m.wide() && !m.part.alone:
		m.VMOVUPS(m.read(b)[0], m.part.k, m.mem(p, blocks, 0))
	default:
		m.storeAlone(m.read(b), p, blocks)
	}
}

func (m *Machine) StoreUnmasked(b vec.Block, p vec.Ptr) { m.storeAlone(m.read(b), p, 0) }

func (m *Machine) LoadBroadcast(p vec.Ptr, elem int) vec.Block {
	return m.newBlock(m.broadcast(m.mem(p, 0, 0).Offset(4 * elem)))
}

func (m *Machine) StoreFirst(b vec.Block, p vec.Ptr, elem int) {
	m.VMOVSS(m.read(b)[0].AsX(), m.mem(p, 0, 0).Offset(4*elem))
}

func (m *Machine) Copy(x vec.Block) vec.Block {
	parts := m.parts()
	for i, r := range parts {
		m.VMOVAPS(m.read(x)[i], r)
	}
	return m.newBlock(parts)
}

func (m *Machine) Set(dst, x vec.Block) {
	for i, r := range m.write(dst) {
		from := m.read(x)[i]
		if m.wide() && !m.halved { // after a reduction a register of 256 bits
			from = from.AsZ().(reg.VecVirtual)
		}
		m.VMOVAPS(from, r)
	}
}

// Narrow makes blocks of a single part.
func (m *Machine) Narrow(body func()) {
	m.narrow = true
	body()
	m.narrow = false
}

// Half makes blocks of one YMM register.
func (m *Machine) Half(body func()) {
	m.halved = true
	body()
	m.halved = false
}

func (m *Machine) Prefetch(p vec.Ptr, elem int) {
	m.PREFETCHT0(m.mem(p, 0, 0).Offset(m.pointers.Get(p).element.Size() * elem))
}
