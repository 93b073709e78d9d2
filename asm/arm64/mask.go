package arm64

import "github.com/seed842bec00/argmax/asm/vec"

// A vec.Mask is a block whose lanes are all ones or all zeros.

func (m *Machine) Compare(r vec.Relation, x, y vec.Block) vec.Mask {
	a, b := m.read(x), m.read(y)
	return m.newMask(func(out *printer, mask *block) {
		for i, v := range mask.v {
			out.compare(r, v, a.v[i], b.v[i])
		}
	})
}

func (m *Machine) CompareConst(r vec.Relation, x vec.Block, c vec.Const) vec.Mask {
	a := m.read(x)
	mask := m.take(false, func(*printer, *block) {})
	m.load(c, func(out *printer, y int) {
		for i, v := range mask.v {
			out.compare(r, v, a.v[i], y)
		}
	})
	return m.masks.New(mask)
}

// newMask returns a mask that play fills.
func (m *Machine) newMask(play func(out *printer, mask *block)) vec.Mask {
	return m.masks.New(m.take(false, play))
}

func (out *printer) compare(r vec.Relation, d, x, y int) {
	switch r {
	case vec.Equal:
		out.binary(fcmeq, d, x, y)
	case vec.Less:
		out.binary(fcmgt, d, y, x)
	case vec.AtMost:
		out.binary(fcmge, d, y, x)
	case vec.Greater:
		out.binary(fcmgt, d, x, y)
	case vec.Unordered:
		t := out.vector()
		out.binary(fcmeq, t, y, y)
		out.binary(fcmeq, d, x, x)
		out.line("VAND V%d.B16, V%d.B16, V%d.B16", t, d, d)
		out.not(d, d)
		out.release(t)
	}
}

// ValidLanes compares the indices of the lanes with the number of valid ones.
func (m *Machine) ValidLanes() vec.Mask {
	n := m.partial.n
	return m.lanes(func(out *printer, at int) { out.line("VDUP %v, V%d.S4", n, at) },
		func(out *printer, d, at, number int) { out.binary(cmhi, d, at, number) })
}

func (m *Machine) LaneMask(index vec.Int) vec.Mask {
	n := m.ints.Get(index)
	return m.lanes(func(out *printer, at int) { out.line("VDUP %v, V%d.S4", n, at) }, isNumber)
}

func (m *Machine) OtherLanes(p vec.Ptr, elem int) vec.Mask {
	from := m.after(p, 8*elem)
	valid := m.ValidLanes()
	lane := m.lanes(func(out *printer, at int) {
		out.line("FMOVS %s, F%d", from, at)
		out.line("VDUP V%d.S[0], V%d.S4", at, at)
	}, isNumber)
	others := m.AndNot(valid, lane)
	m.FreeMask(valid, lane)
	return others
}

// NegatedCount adds up the lanes: as an integer, each that is selected is −1.
func (m *Machine) NegatedCount(chosen vec.Mask) vec.Block {
	mask := m.masks.Get(chosen)
	return m.newBlock(func(out *printer, b *block) {
		s, t := b.v[0], b.v[1]
		out.line("VADD V%d.S4, V%d.S4, V%d.S4", mask.v[0], mask.v[1], s)
		out.line("VADD V%d.S4, V%d.S4, V%d.S4", mask.v[2], mask.v[3], t)
		out.line("VADD V%d.S4, V%d.S4, V%d.S4", s, t, s)
		out.line("VADDV V%d.S4, V%d", s, s)
		out.signedToFloat(s, s)
		for _, v := range b.v[1:] {
			out.line("VMOVI $0, V%d.B16", v)
		}
	})
}

func isNumber(out *printer, d, at, number int) {
	out.line("VCMEQ V%d.S4, V%d.S4, V%d.S4", number, at, d)
}

// lanes compares what set puts in all lanes of a register with their indices.
func (m *Machine) lanes(set func(out *printer, at int), compare func(out *printer, d, at, number int)) vec.Mask {
	var numbers [4]constant
	for i := range numbers {
		n := uint32(4 * i)
		numbers[i] = m.constant([4]uint32{n, n + 1, n + 2, n + 3})
	}
	return m.newMask(func(out *printer, mask *block) {
		at := out.vector()
		set(out, at)
		for i, v := range mask.v {
			out.line("FMOVQ %d(%v), F%d", numbers[i].offset, numbers[i].base, v)
			compare(out, v, at, v)
		}
		out.release(at)
	})
}

func (m *Machine) And(x, y vec.Mask) vec.Mask {
	return m.combine(x, y, func(out *printer, d, a, b int) { out.line("VAND V%d.B16, V%d.B16, V%d.B16", b, a, d) })
}

func (m *Machine) AndNot(x, y vec.Mask) vec.Mask {
	return m.combine(x, y, (*printer).without)
}

func (m *Machine) Not(x vec.Mask) vec.Mask {
	a := m.masks.Get(x)
	return m.newMask(func(out *printer, mask *block) {
		for i, v := range mask.v {
			out.not(v, a.v[i])
		}
	})
}

func (m *Machine) combine(x, y vec.Mask, operation func(out *printer, d, a, b int)) vec.Mask {
	a, b := m.masks.Get(x), m.masks.Get(y)
	return m.newMask(func(out *printer, mask *block) {
		for i, v := range mask.v {
			operation(out, v, a.v[i], b.v[i])
		}
	})
}

func (m *Machine) ZeroMask(dst, x vec.Block, chosen vec.Mask) {
	d, a, mask := m.write(dst), m.read(x), m.masks.Get(chosen)
	m.later(func(out *printer) {
		for i, v := range d.v {
			out.line("VAND V%d.B16, V%d.B16, V%d.B16", mask.v[i], a.v[i], v)
		}
	})
}

func (m *Machine) AddZeroMask(dst, x, y vec.Block, chosen vec.Mask) {
	m.Add(dst, x, y)
	m.ZeroMask(dst, dst, chosen)
}

func (m *Machine) LoadBroadcastMasked(p vec.Ptr, elem int, chosen vec.Mask) vec.Block {
	value := m.LoadBroadcast(p, elem)
	b := m.Copy(value)
	m.Free(value)
	m.ZeroMask(b, b, chosen)
	return b
}

func (m *Machine) Blend(dst, x vec.Block, chosen vec.Mask) {
	d, a, mask := m.write(dst), m.read(x), m.masks.Get(chosen)
	m.later(func(out *printer) {
		for i, v := range d.v {
			out.line("VBIT V%d.B16, V%d.B16, V%d.B16", mask.v[i], a.v[i], v)
		}
	})
}

func (m *Machine) SubWhere(dst vec.Block, c vec.Const, chosen vec.Mask) {
	d, mask := m.write(dst), m.masks.Get(chosen)
	m.load(c, func(out *printer, v int) {
		t := out.vector()
		for i, r := range d.v {
			out.line("VAND V%d.B16, V%d.B16, V%d.B16", v, mask.v[i], t)
			out.binary(fsub, r, r, t) // minus +0 is the same
		}
		out.release(t)
	})
}

func (m *Machine) SubOneHot(dst vec.Block, lane vec.Int) {
	chosen := m.LaneMask(lane)
	m.SubWhere(dst, m.Constants(1)[0], chosen)
	m.FreeMask(chosen)
}

func (m *Machine) JumpAny(chosen vec.Mask, l vec.Label) {
	mask := m.masks.Get(chosen)
	m.later(func(out *printer) {
		s, t := out.vector(), out.vector()
		out.line("VORR V%d.B16, V%d.B16, V%d.B16", mask.v[0], mask.v[1], s)
		out.line("VORR V%d.B16, V%d.B16, V%d.B16", mask.v[2], mask.v[3], t)
		out.line("VORR V%d.B16, V%d.B16, V%d.B16", s, t, s)
		out.binary(umaxp, s, s, s)
		out.line("FMOVD F%d, %v", s, scratch)
		out.line("CBNZ %v, %s", scratch, l)
		out.release(s, t)
	})
}

func (m *Machine) FreeMask(masks ...vec.Mask) {
	for _, x := range masks {
		b := m.masks.Get(x)
		m.masks.Free(x)
		m.release(b)
	}
}
