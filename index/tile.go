package index

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// A tiler is an element whose rows tiles of bytes compare with queries.
type tiler[E Element] interface {
	// tiles returns from how many queries on that is faster, with rows of so many columns.
	tiles(isa cpu.ISA, metric Metric, columns int) int
	// prepare keeps what tiles need of rows lo to hi of an index.
	prepare(x *Index[E], lo, hi int)
	// packTiles packs the queries of a group.
	packTiles(g *group[E], x *Index[E], queries kernels.Dense[E])
	// tile offers n rows from at on.
	tile(w *worker[E], at, n int)
}

// usesProducts reports whether a distance follows from an inner product and what is
// known of its sides.
func usesProducts(m Metric) bool { return m == L2 || m == InnerProduct || m == Cosine }

// tileOf returns the sums of bytes that a metric is made of.
func tileOf(m Metric) argmax.ByteTile {
	if m == L1 {
		return argmax.L1DistTile
	}
	return argmax.DotTile
}

func (bytes) tiles(isa cpu.ISA, metric Metric, columns int) int {
	switch {
	case columns > argmax.ByteTileColumns:
		return never
	case usesProducts(metric):
		return byteTunings[isa].products
	case metric == L1:
		return byteTunings[isa].distances
	}
	return never
}

func (bytes) prepare(x *Index[uint8], lo, hi int) {
	if x.sums == nil || lo == hi {
		return
	}
	zeros := make([]uint8, x.rows.Cols)
	var sums [pieceRows]int64
	for at := lo; at < hi; at += pieceRows {
		n := min(pieceRows, hi-at)
		argmax.L1DistBytesRows(sums[:n], zeros, strided(x.rows, at))
		for i, sum := range sums[:n] {
			x.sums[at+i] = int32(sum)
		}
	}
}

func (bytes) packTiles(g *group[uint8], x *Index[uint8], queries kernels.Dense[uint8]) {
	t := tileOf(x.metric)
	g.packed = resize(g.packed, t.PackedSize(queries.Rows, queries.Cols))
	t.Pack(g.packed, argmax.Strided[uint8]{Data: queries.Data, Stride: queries.Stride}, queries.Rows, queries.Cols)
}

// tile decides: the sums are exact. Only where they may be small is looked up in float32,
// by an excess that is too small by more than it is rounded.
func (e bytes) tile(w *worker[uint8], at, n int) {
	x, t, queries := w.index, tileOf(w.index.metric), len(w.group.queries)
	wide := t.Padded(queries)
	w.sums = resize(w.sums, n*wide)
	var sums []int32
	if x.sums != nil {
		sums = x.sums[at : at+n]
	}
	t.Sums(w.sums, wide, strided(x.rows, at), sums, w.group.packed, n, queries, x.rows.Cols)
	e.setNearRows(w, at, n)
	e.setNearQueries(w, wide)
	for lo := 0; lo < n; {
		hi := min(n, lo+max(1, findPiece/wide))
		part := w.sums[lo*wide : hi*wide]
		w.positions = resize(w.positions, max(len(part), len(w.positions)))
		near := argmax.FindNear(w.positions, part, hi-lo, wide, w.terms[perRow*lo:perRow*hi], w.factors)
		for _, p := range w.positions[:near] {
			row, i := at+lo+int(p)/wide, int(p)%wide
			d := e.decision(w, i, row, int64(part[p]))
			if x.metric == L2 {
				d.value = w.group.queries[i].square + x.squares[row] - 2*d.value
			}
			if t := &w.keepers[i]; d.value <= t.limit && w.allows(row) {
				t.place(d)
			}
		}
		lo = hi
	}
	for i := range w.keepers {
		w.keepers[i].decided += n
	}
}

// setNearRows sets scale, length and term of n rows.
func (bytes) setNearRows(w *worker[uint8], at, n int) {
	x := w.index
	w.terms = resize(w.terms, perRow*n)
	for i := range n {
		terms := (*[perRow]float32)(w.terms[perRow*i:])
		switch x.metric {
		case L2:
			*terms = [perRow]float32{-2, 0, float32(x.squares[at+i])}
		case L1:
			*terms = [perRow]float32{1, 0, 0}
		default:
			*terms = [perRow]float32{-1, x.lengths[at+i], 0}
		}
	}
}

// nearSlack is how much smaller, relative to the largest terms of an excess, it is made:
// the sum, three terms and two additions are rounded, by 2⁻²⁴ each.
const nearSlack = 0x1p-20

// setNearQueries sets the factors, slopes and shifts of the queries, for the limits that
// the keepers have by now. Nothing is near a query that only fills a register.
func (bytes) setNearQueries(w *worker[uint8], wide int) {
	x := w.index
	w.factors = resize(w.factors, perRow*wide)
	factors, slopes, shifts := w.factors[:wide], w.factors[wide:2*wide], w.factors[2*wide:]
	for i := range wide {
		factors[i], slopes[i], shifts[i] = 1, 0, float32(math.Inf(1))
		if i >= len(w.keepers) {
			continue
		}
		square, limit := w.group.queries[i].square, w.keepers[i].limit
		largest := square + x.longest*x.longest + math.Abs(limit)
		switch x.metric {
		case L2:
			shifts[i] = float32(square - limit - nearSlack*largest)
		case Cosine:
			limit = max(-1, min(limit, 3)) // no cosine distance is outside
			slopes[i] = float32((1 - limit - nearSlack) * math.Sqrt(square))
			shifts[i] = 0
		default:
			shifts[i] = float32(-limit - nearSlack*largest)
		}
	}
}
