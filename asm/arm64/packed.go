package arm64

import "github.com/seed842bec00/argmax/asm/vec"

// packed is the results of one block or of four, in the lanes of one register. As
// a block it has a single part.
type packed struct {
	b     *block
	count int
}

func (m *Machine) PackSum(bs []vec.Block) vec.Packed { return m.pack(bs, fadd, faddp) }
func (m *Machine) PackMax(bs []vec.Block) vec.Packed { return m.pack(bs, fmax, fmaxp) }

// pack combines lanes in the order of the tree, in registers of its own;
// neighbours is the operation on neighbours of two registers.
func (m *Machine) pack(bs []vec.Block, op, neighbours binary) vec.Packed {
	xs := make([]*block, len(bs))
	for i := range bs {
		xs[i] = m.read(bs[i])
	}
	result := &block{single: true}
	m.later(func(out *printer) {
		// Four lanes of each block: i and i+8, then i and i+4.
		quarters, t := make([]int, len(xs)), out.vector()
		for i, x := range xs {
			q := out.vector()
			out.binary(op, q, x.v[0], x.v[2])
			out.binary(op, t, x.v[1], x.v[3])
			out.binary(op, q, q, t)
			quarters[i] = q
		}
		s := quarters[0]
		if len(xs) == 1 {
			out.line("VEXT $8, V%d.B16, V%d.B16, V%d.B16", s, s, t)
			out.binary(op, s, s, t)
			out.binary(neighbours, s, s, s)
		} else {
			for i := 0; i < 4; i += 2 { // i and i+2 of two blocks at a time
				a, b := quarters[i], quarters[i+1]
				out.line("VZIP1 V%d.D2, V%d.D2, V%d.D2", b, a, t)
				out.line("VZIP2 V%d.D2, V%d.D2, V%d.D2", b, a, a)
				out.binary(op, a, t, a)
			}
			out.binary(neighbours, s, s, quarters[2])
		}
		out.release(t)
		out.release(quarters[1:]...)
		for i := range result.v {
			result.v[i] = s
		}
	})
	return m.packs.New(packed{result, len(bs)})
}

func (m *Machine) BroadcastLane(p vec.Packed, i int) vec.Block {
	from := m.packs.Get(p).b
	return m.newUniform(func(out *printer, b *block) {
		for _, v := range b.registers() {
			out.line("VDUP V%d.S[%d], V%d.S4", from.v[0], i, v)
		}
	})
}

func (m *Machine) AddPacked(p vec.Packed, c vec.Const) {
	b := m.packs.Get(p).b
	m.binaryConst(fadd, b.overwritten(), b, c)
}

func (m *Machine) Reciprocal(p vec.Packed, one vec.Const) {
	b := m.packs.Get(p).b.overwritten()
	m.load(one, func(out *printer, v int) { out.binary(fdiv, b.v[0], v, b.v[0]) })
}

func (m *Machine) StorePacked(p vec.Packed, to vec.Ptr, elem int) {
	from, at := m.packs.Get(p), m.after(to, 4*elem)
	_, move := run(from.count)
	m.later(func(out *printer) { out.line("%s F%d, %s", move, from.b.v[0], at) })
}

func (m *Machine) FreePacked(p vec.Packed) {
	m.release(m.packs.Get(p).b)
	m.packs.Free(p)
}
