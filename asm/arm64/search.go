package arm64

import "github.com/seed842bec00/argmax/asm/vec"

func (m *Machine) ReturnInt(n vec.Int) {
	to, err := m.signature.Results().At(0).Resolve()
	if err != nil {
		m.Fail("result: %v", err)
	}
	m.line("MOVD %v, %s", m.ints.Get(n), to.Addr.Asm())
	m.Return()
}

func (m *Machine) SubInt(n, by vec.Int) {
	m.line("SUB %v, %v", m.ints.Get(by), m.ints.Get(n))
}

// MaxNumber and MinNumber compare and insert: FMAXNM makes a NaN of a signalling one.
func (m *Machine) MaxNumber(acc, x vec.Block) {
	m.insert(acc, x, func(out *printer, d, acc, x int) { out.binary(fcmgt, d, x, acc) })
}

func (m *Machine) MinNumber(acc, x vec.Block) {
	m.insert(acc, x, func(out *printer, d, acc, x int) { out.binary(fcmgt, d, acc, x) })
}

// insert sets acc to x in the lanes that compare chooses.
func (m *Machine) insert(acc, x vec.Block, compare func(out *printer, d, acc, x int)) {
	d, a := m.write(acc), m.read(x)
	m.later(func(out *printer) {
		t := out.vector()
		for i, v := range d.v {
			compare(out, t, v, a.v[i])
			out.line("VBIT V%d.B16, V%d.B16, V%d.B16", t, a.v[i], v)
		}
		out.release(t)
	})
}

// lanesOf has a byte for each lane, eight to a register: 1 in those that are
// chosen. They are free again at the end of the Scope.
func (m *Machine) lanesOf(chosen vec.Mask) (low, high register) {
	x := m.masks.Get(chosen)
	low, high = m.integer(), m.integer()
	m.later(func(out *printer) {
		s, t := out.vector(), out.vector()
		out.line("VUZP1 V%d.H8, V%d.H8, V%d.H8", x.v[1], x.v[0], s)
		out.line("VUZP1 V%d.H8, V%d.H8, V%d.H8", x.v[3], x.v[2], t)
		out.line("VUZP1 V%d.B16, V%d.B16, V%d.B16", t, s, s)
		out.line("VMOV V%d.D[0], %v", s, low)
		out.line("VMOV V%d.D[1], %v", s, high)
		out.release(s, t)
	})
	for _, half := range []register{low, high} {
		m.line("AND $0x0101010101010101, %v", half)
	}
	return low, high
}

// lane sets n to the number of the lowest byte of half that is not zero.
func (m *Machine) lane(n, half register) {
	m.line("RBIT %v, %v", half, n)
	m.line("CLZ %v, %v", n, n)
	m.line("LSR $3, %v", n)
}

func (m *Machine) FirstLane(chosen vec.Mask) vec.Int {
	n, upper, end := m.integer(), m.NewLabel("upper"), m.NewLabel("end")
	m.Scope(func() {
		low, high := m.lanesOf(chosen)
		m.line("CBZ %v, %s", low, upper)
		m.lane(n, low)
		m.line("JMP %s", end)
		m.Place(upper)
		m.lane(n, high)
		m.line("ADD $%d, %v", vec.Lanes/2, n)
	})
	m.Place(end)
	return m.ints.New(n)
}

func (m *Machine) AppendIndices(to vec.Ptr, count, first vec.Int, chosen vec.Mask) {
	m.Scope(func() {
		low, high := m.lanesOf(chosen)
		number, rest := m.integer(), m.integer()
		for i, half := range []register{low, high} {
			next, end := m.NewLabel("lane"), m.NewLabel("end")
			m.line("CBZ %v, %s", half, end)
			m.Place(next)
			m.lane(number, half)
			m.line("ADD %v, %v", m.ints.Get(first), number)
			if i > 0 {
				m.line("ADD $%d, %v", vec.Lanes/2, number)
			}
			m.line("MOVW %v, (%v)(%v<<2)", number, m.pointers.Get(to).base, m.ints.Get(count))
			m.line("ADD $1, %v", m.ints.Get(count))
			m.line("SUB $1, %v, %v", half, rest)
			m.line("AND %v, %v", rest, half)
			m.line("CBNZ %v, %s", half, next)
			m.Place(end)
		}
	})
}
