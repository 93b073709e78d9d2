package index

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// A tiler is an element whose rows meet queries in tiles of bytes.
type tiler[E Element] interface {
	// tiled reports whether that is faster than what there is otherwise, for so many
	// queries together.
	tiled(x *Index[E], queries int) bool
	// prepare keeps what tiles need of the rows of an index.
	prepare(x *Index[E], pool *kernels.Pool)
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

func (bytes) tiled(x *Index[uint8], queries int) bool {
	switch tuning := &byteTunings[cpu.Active]; {
	case x.usesSketch(queries):
		return true
	case x.rows.Cols > argmax.ByteTileColumns:
		return false
	case usesProducts(x.metric):
		return queries >= tuning.products
	default:
		return x.metric == L1 && queries >= tuning.distances
	}
}

// hasSums reports whether an index needs the sums of the elements of its rows: of bytes,
// whose distances are made of inner products.
func hasSums[E Element](metric Metric, columns int) bool {
	_, ok := any([]E(nil)).([]uint8)
	return ok && usesProducts(metric) && columns <= argmax.ByteTileColumns
}

func (bytes) prepare(x *Index[uint8], pool *kernels.Pool) {
	if x.sums != nil || !hasSums[uint8](x.metric, x.rows.Cols) {
		return
	}
	x.sums = make([]int32, x.rows.Rows)
	pool.Split(x.rows.Rows, pieceRows, func(lo, hi int) { setSums(x.sums, x.rows, lo, hi) })
}

// setSums sets the sums of the elements of rows lo to hi.
func setSums(dst []int32, rows kernels.Dense[uint8], lo, hi int) {
	zeros := make([]uint8, rows.Cols)
	var sums [pieceRows]int64
	for at := lo; at < hi; at += pieceRows {
		n := min(pieceRows, hi-at)
		argmax.L1DistBytesRows(sums[:n], zeros, strided(rows, at))
		for i, sum := range sums[:n] {
			dst[at+i] = int32(sum)
		}
	}
}

func (e bytes) packTiles(g *group[uint8], x *Index[uint8], queries kernels.Dense[uint8]) {
	g.coarse.used = !g.sketch.used && x.usesCoarse()
	switch {
	case g.sketch.used:
	case g.coarse.used:
		e.packCoarse(g, queries)
	default:
		g.packTiles(tileOf(x.metric), queries)
	}
}

func (g *group[E]) packTiles(t argmax.ByteTile, queries kernels.Dense[uint8]) {
	g.packed = resize(g.packed, t.PackedSize(queries.Rows, queries.Cols))
	t.Pack(g.packed, argmax.Strided[uint8]{Data: queries.Data, Stride: queries.Stride}, queries.Rows, queries.Cols)
}

// tile decides: the sums are exact. Only where they may be small is looked up in float32,
// by an excess that is too small by more than it is rounded.
func (e bytes) tile(w *worker[uint8], at, n int) {
	if w.group.sketch.used {
		tileSketch(w, at, n, func(i, row int) {
			e.offer(w, i, row, argmax.DotBytes(w.group.queries[i].row, w.index.rows.Row(row)))
			w.keepers[i].decided++
		})
		return
	}
	if w.group.coarse.used {
		e.tileCoarse(w, at, n)
		return
	}
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
	w.findNear(n, wide, w.terms, func(i, row int, sum int32) {
		e.offer(w, i, at+row, int64(sum))
	})
	for i := range w.keepers {
		w.keepers[i].decided += n
	}
}

// offer offers a row to query i, from what a tile computes.
func (e bytes) offer(w *worker[uint8], i, row int, sum int64) {
	x, d := w.index, e.decision(w, i, row, sum)
	if x.metric == L2 {
		d.value = w.group.queries[i].square + x.squares[row] - 2*d.value
	}
	if t := &w.keepers[i]; d.value <= t.limit && w.allows(row) {
		t.place(d)
	}
}

// What an excess takes of a row and of a query: see argmax.FindNear.
const (
	nearRow   = 4
	nearQuery = 5
)

// findNear calls near for the sums, of n rows, whose excesses are at most 0.
func (w *worker[E]) findNear(n, wide int, rows []float32, near func(i, row int, sum int32)) {
	for lo := 0; lo < n; {
		hi := min(n, lo+max(1, findPiece/wide))
		part := w.sums[lo*wide : hi*wide]
		w.positions = resize(w.positions, max(len(part), len(w.positions)))
		found := argmax.FindNear(w.positions, part, hi-lo, wide, rows[nearRow*lo:nearRow*hi], w.factors)
		for _, p := range w.positions[:found] {
			near(int(p)%wide, lo+int(p)/wide, part[p])
		}
		lo = hi
	}
}

// setNearRows sets what the excesses take of n rows.
func (bytes) setNearRows(w *worker[uint8], at, n int) {
	x := w.index
	w.terms = resize(w.terms, nearRow*n)
	for i := range n {
		terms := (*[nearRow]float32)(w.terms[nearRow*i:])
		switch x.metric {
		case L2:
			*terms = [nearRow]float32{-2, 0, 0, float32(x.squares[at+i])}
		case L1:
			*terms = [nearRow]float32{1, 0, 0, 0}
		default:
			*terms = [nearRow]float32{-1, x.lengths[at+i], 0, 0}
		}
	}
}

// A nearTerms is what an excess takes of a query.
type nearTerms struct{ factor, offset, u, v, shift float64 }

// setNear sets the terms of all queries. Nothing is near one that only fills a register.
func (w *worker[E]) setNear(wide int, of func(i int) nearTerms) {
	w.factors = resize(w.factors, nearQuery*wide)
	for i := range wide {
		t := nearTerms{shift: math.Inf(1)}
		if i < len(w.keepers) {
			t = of(i)
		}
		for j, v := range [nearQuery]float64{t.factor, t.offset, t.u, t.v, t.shift} {
			w.factors[j*wide+i] = float32(v)
		}
	}
}

// nearSlack is how much smaller, relative to the largest terms of an excess, it is made:
// no more than twelve numbers and results are rounded, by 2⁻²⁴ each.
const nearSlack = 0x1p-20

// setNearQueries sets the terms for the limits that the keepers have by now.
func (bytes) setNearQueries(w *worker[uint8], wide int) {
	x := w.index
	w.setNear(wide, func(i int) nearTerms {
		square, limit := w.group.queries[i].square, w.keepers[i].limit
		largest := square + x.longest*x.longest + math.Abs(limit)
		switch x.metric {
		case L2:
			return nearTerms{factor: 1, shift: square - limit - float64(nearSlack*largest)}
		case Cosine:
			limit = withinCosine(limit)
			return nearTerms{factor: 1, u: (1 - limit - nearSlack) * math.Sqrt(square)}
		default:
			return nearTerms{factor: 1, shift: -limit - float64(nearSlack*largest)}
		}
	})
}

// withinCosine returns a limit no farther than beyond what cosine distances can be.
func withinCosine(limit float64) float64 { return max(-1, min(limit, 3)) }
