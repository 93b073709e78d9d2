package x86

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// Alone loads and stores n lanes as two runs of the largest power of two that is at most
// n: the first lanes and the last ones, which overlap. A masked access would wait for a
// store just before it to what follows the lanes.
func (m *Machine) Alone(n vec.Int, fill vec.Block, body func()) {
	m.Partial(n, fill, func() {
		m.part.alone = true
		body()
	})
}

// numbers is the address of the numbers from 0 to 31.
func (m *Machine) numbers() reg.GPVirtual {
	at := m.GP64()
	m.LEAQ(m.file.indices(), at)
	return at
}

// runs emits the cases of n ≥ 8, 4, 2 and 1, of half a block those of less than 8, all but
// the first, which is that of most rows, apart. first is the memory of the first lanes, last
// that of the last ones.
func (m *Machine) runs(p vec.Ptr, blocks int, emit func(lanes int, first, last Mem)) {
	first, done, fewer := m.mem(p, blocks, 0), m.NewLabel("done"), m.NewLabel("fewer")
	if first.Index != nil {
		at := m.GP64()
		m.LEAQ(first, at)
		first = Mem{Base: at}
	}
	most := 8
	if m.halved {
		most = 4
	}
	part, halved, width := *m.part, m.halved, m.bits
	run := func(lanes int) { emit(lanes, first, first.Idx(part.n, 4).Offset(-4*lanes)) }
	m.CMPQ(part.n, U32(most))
	m.JLT(LabelRef(fewer))
	run(most)
	m.Place(done)
	m.apart = append(m.apart, func() {
		outside := m.bits
		m.part, m.halved, m.bits = &part, halved, width
		for lanes := most / 2; lanes > 0; lanes /= 2 {
			m.Place(fewer)
			if lanes > 1 {
				fewer = m.NewLabel("fewer")
				m.CMPQ(part.n, U32(lanes))
				m.JLT(LabelRef(fewer))
			}
			run(lanes)
			m.JMP(LabelRef(done))
		}
		m.part, m.halved, m.bits = nil, false, outside
	})
}

// moveRun moves a run between memory and the lowest lanes of a register. A load makes the
// other lanes 0.
func (m *Machine) moveRun(lanes int, from, to Op) {
	switch lanes {
	case 8, 4:
		m.VMOVUPS(from, to)
	case 2:
		if _, load := from.(Mem); load {
			m.VMOVSD(from, to)
		} else {
			m.VMOVLPS(from, to)
		}
	case 1:
		m.VMOVSS(from, to)
	}
}

// lowest is the part of a register that holds so many lanes.
func lowest(r reg.VecVirtual, lanes int) reg.Register {
	if lanes == 8 {
		return r.AsY()
	}
	return r.AsX()
}

// loadAlone rotates the last run to its place. Of its lanes those that the first run has,
// too, are equal, and the rest of both is 0, so that they are joined by an or.
func (m *Machine) loadAlone(parts []reg.VecVirtual, p vec.Ptr, blocks int) {
	numbers, back := m.numbers(), m.GP64()
	m.MOVQ(m.part.n, back)
	m.NEGQ(back)
	whole := m.bits / 32 // lanes of a register
	for _, r := range parts {
		m.zero(r)
	}
	m.runs(p, blocks, func(lanes int, first, last Mem) {
		m.moveRun(lanes, first, lowest(parts[0], lanes))
		if lanes == 1 {
			return
		}
		run, rotation := m.register(), m.register()
		m.zero(run)
		m.moveRun(lanes, last, lowest(run, lanes))
		m.VMOVUPS(Mem{Base: numbers, Index: back, Scale: 4, Disp: 4 * (whole + lanes)}, rotation)
		m.VPERMPS(run, rotation, run)
		if lanes == whole {
			m.VANDPS(m.part.lanes.Offset(m.bits/8), run, parts[1])
		} else {
			m.VORPS(run, parts[0], parts[0])
		}
	})
	if !vec.Has(m.part.fill) {
		return
	}
	for i, fill := range m.read(m.part.fill) {
		if m.wide() {
			m.VBLENDMPS(parts[i], fill, m.part.k, parts[i])
		} else {
			m.VBLENDVPS(m.mask(i), parts[i], fill, parts[i])
		}
	}
}

// storeAlone rotates the last lanes to the lowest. All partial stores of AVX2 are such:
// one under a mask takes dozens of instructions inside Zen.
func (m *Machine) storeAlone(parts []reg.VecVirtual, p vec.Ptr, blocks int) {
	numbers := m.numbers()
	m.runs(p, blocks, func(lanes int, first, last Mem) {
		m.moveRun(lanes, lowest(parts[0], lanes), first)
		if lanes == 1 {
			return
		}
		from, run, rotation := parts[0], m.register(), m.register()
		if lanes*32 == m.bits {
			from = m.register()
			m.VBLENDVPS(m.mask(1), parts[1], parts[0], from)
		}
		m.VMOVUPS(Mem{Base: numbers, Index: m.part.n, Scale: 4, Disp: -4 * lanes}, rotation)
		m.VPERMPS(from, rotation, run)
		m.moveRun(lanes, lowest(run, lanes), last)
	})
}
