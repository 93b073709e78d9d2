package x86

import (
	"math"
	"math/bits"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// Row keeps the n lanes in a layout of its own: as two runs of the largest power of two
// that is at most n, the first lanes in the low half and the last ones in the high half, each
// repeated to fill its half. So a load needs no lanes to be filled or moved, maxima need
// no more, and a store is two stores; a sum drops the lanes that are there twice.
func (m *Machine) Row(n vec.Int, _ vec.Block, body func()) {
	table, record, count := m.GP64(), m.GP64(), m.ints.Get(n)
	m.LEAQ(m.file.runs(), table)
	m.MOVQ(count, record)
	m.SHLQ(U8(bits.TrailingZeros(runsBytes)), record)
	m.part = &partial{n: count, record: &Mem{Base: table, Index: record, Scale: 1}}
	body()
	m.part = nil
}

// A record of the table of runs says for each number of lanes
const (
	runsColumns  = 0   // which of them each lane of a block holds,
	runsOrder    = 64  // where in the block the lane of each is,
	runsHalf     = 128 // the same in the high half, of those that the sum takes from there,
	runsHigh     = 160 // which lanes of the sum those are
	runsLow      = 192 // and which it takes from the low half, as masks,
	runsValid    = 224 // the lanes that there are, as bits,
	runsDistinct = 228 // and a lane of the block for each of them.
	runsBytes    = 256
)

// runs is the table.
func (f *File) runs() Mem {
	if f.runTable.Symbol.Name != "" {
		return f.runTable
	}
	f.runTable = f.ctx.StaticGlobal("runs")
	f.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	const half = vec.Lanes / 2
	for n := range vec.Lanes {
		run := 0 // lanes of a run
		if n > 0 {
			run = 1 << (bits.Len(uint(n)) - 1)
		}
		var columns, order [vec.Lanes]uint32
		var from, high, low [half]uint32
		distinct := uint32(0)
		for i := range half {
			if n > 0 {
				columns[i], columns[half+i] = uint32(i%run), uint32(n-run+i%run)
			}
		}
		for c := range n {
			at := c // in the low half
			if c >= run {
				at = c - (n - run)
				from[c%half], high[c%half] = uint32(at), math.MaxUint32
				at += half
			} else {
				low[c] = math.MaxUint32
			}
			order[c] = uint32(at)
			distinct |= 1 << at
		}
		for _, words := range [][]uint32{columns[:], order[:], from[:], high[:], low[:], {1<<n - 1, distinct}, make([]uint32, (runsBytes-runsDistinct)/4-1)} {
			for _, w := range words {
				f.ctx.AppendDatum(U32(w))
			}
		}
	}
	return f.runTable
}

// loadRuns loads n lanes alone.
func (m *Machine) loadRuns(parts []reg.VecVirtual, p vec.Ptr, blocks int) {
	spread := map[int]func(ops ...Op){4: func(ops ...Op) { m.VBROADCASTF128(ops[0], ops[1]) }, 2: m.VBROADCASTSD, 1: m.VBROADCASTSS}
	if m.wide() {
		spread = map[int]func(ops ...Op){8: m.VBROADCASTF64X4, 4: m.VBROADCASTF32X4, 2: spread[2], 1: spread[1]}
	}
	m.runs(p, blocks, func(lanes int, first, last Mem) {
		switch {
		case !m.wide() && lanes == 8:
			m.VMOVUPS(first, parts[0])
			m.VMOVUPS(last, parts[1])
		case !m.wide():
			spread[lanes](first, parts[0])
			spread[lanes](last, parts[1])
		default:
			spread[lanes](first, parts[0])
			if lanes == 8 {
				m.VINSERTF64X4(U8(1), last, parts[0], parts[0])
				return
			}
			if lanes == 1 {
				return
			}
			high := m.ZMM()
			spread[lanes](last, high)
			m.VINSERTF64X4(U8(1), high.AsY(), parts[0], parts[0])
		}
	})
}

// storeRuns stores n lanes alone.
func (m *Machine) storeRuns(parts []reg.VecVirtual, p vec.Ptr, blocks int) {
	m.runs(p, blocks, func(lanes int, first, last Mem) {
		m.moveRun(lanes, lowest(parts[0], lanes), first)
		switch {
		case lanes == 1:
		case !m.wide():
			m.moveRun(lanes, lowest(parts[1], lanes), last)
		case lanes == 8:
			m.VEXTRACTF64X4(U8(1), parts[0], last)
		case lanes == 4:
			m.VEXTRACTF32X4(U8(2), parts[0], last)
		default:
			high := m.XMM()
			m.VEXTRACTF32X4(U8(2), parts[0], high)
			m.moveRun(lanes, high, last)
		}
	})
}

// foldRuns adds up n lanes alone in the tree of the arithmetic.
func (m *Machine) foldRuns(v []reg.VecVirtual) reg.VecVirtual {
	record, order := m.part.record, m.register()
	if m.wide() {
		valid := m.K()
		m.KMOVW(record.Offset(runsValid), valid)
		m.VMOVUPS(record.Offset(runsOrder), order)
		m.VPERMPS_Z(v[0], order, valid, order)
		return m.fold([]reg.VecVirtual{order}, m.VADDPS)
	}
	low := m.register()
	m.VMOVUPS(record.Offset(runsHalf), order)
	m.VPERMPS(v[1], order, order)
	m.VANDPS(record.Offset(runsHigh), order, order)
	m.VANDPS(record.Offset(runsLow), v[0], low)
	return m.fold([]reg.VecVirtual{low, order}, m.VADDPS)
}

// inRow reports whether blocks have the layout of Row.
func (m *Machine) inRow() bool { return m.part != nil && m.part.record != nil }
