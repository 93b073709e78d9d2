package index

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// Where tiles are faster with coarse queries (see argmax.CoarseDotTile), they find the rows
// of bytes that are near, and these are decided by their inner products. A query is
// x = w·q + m + r, for coarse bytes q, a power of two w, and the middle m of what q leaves
// out. Let ȳ be the mean of the d elements of a row y, and r̄ that of r. Then
//
//	|x·y − w·Σqy − (m + r̄)·Σy| = |(r − r̄)·(y − ȳ)| ≤ |r − r̄|·|y − ȳ|
//
// by the Cauchy–Schwarz inequality. The sums are integers; in excesses Σy and |y − ȳ| are
// numbers of a row, w, m + r̄ and |r − r̄| those of a query. As elsewhere, excesses are made
// smaller by nearSlack of their terms.

// coarseColumns is from how many columns on coarse queries are used. Fewer take little time
// in a tile, beside that of looking at its sums.
const coarseColumns = 64

// A coarseQuery is what is known of a query.
type coarseQuery struct{ w, mean, rho float64 } // w, m + r̄ and |r − r̄|

// coarseGroup is what a group of queries is in coarse bytes.
type coarseGroup struct {
	used    bool
	rows    kernels.Dense[uint8]
	queries []coarseQuery
}

// usesCoarse reports whether rows of bytes meet coarse queries.
func (x *Index[E]) usesCoarse() bool {
	return usesProducts(x.metric) && x.rows.Cols >= coarseColumns && argmax.CoarseDotTile.HasOwnKernels() && !x.loose.Load()
}

// packCoarse packs the queries of a group.
func (bytes) packCoarse(g *group[uint8], queries kernels.Dense[uint8]) {
	n, d, p := queries.Rows, queries.Cols, &g.coarse
	p.queries = resize(p.queries, n)
	p.rows = kernels.Dense[uint8]{Rows: n, Cols: d, Stride: d, Data: resize(p.rows.Data, n*d)}
	for i := range n {
		all := uint8(0)
		for _, v := range queries.Row(i) {
			all |= v
		}
		shift := 0
		for all>>shift >= argmax.CoarseLevels {
			shift++
		}
		dst, w := p.rows.Row(i), 1<<shift
		sum, square := 0, 0 // of 2r
		for j, v := range queries.Row(i) {
			dst[j] = v >> shift
			r := 2*(int(v)&(w-1)) - (w - 1)
			sum += r
			square += r * r
		}
		mean := float64(sum) / float64(d)
		p.queries[i] = coarseQuery{
			w:    float64(w),
			mean: (float64(w-1) + mean) / 2,
			rho:  math.Sqrt(max(0, float64(square)-float64(mean*float64(sum)))) / 2 * (1 + 0x1p-40),
		}
	}
	g.packTiles(argmax.CoarseDotTile, p.rows)
}

// tileCoarse offers the n rows from at on that are near.
func (e bytes) tileCoarse(w *worker[uint8], at, n int) {
	x, t, queries := w.index, argmax.CoarseDotTile, len(w.group.queries)
	wide := t.Padded(queries)
	w.sums = resize(w.sums, n*wide)
	t.Sums(w.sums, wide, strided(x.rows, at), x.sums[at:at+n], w.group.packed, n, queries, x.rows.Cols)
	e.setCoarseRows(w, at, n)
	w.setNear(wide, func(i int) nearTerms { return x.nearCoarse(w.group, i, w.keepers[i].limit) })
	w.findNear(n, wide, w.terms, func(i, row int, _ int32) {
		w.proposed++
		w.keepers[i].decided++
		e.offer(w, i, at+row, argmax.DotBytes(w.group.queries[i].row, x.rows.Row(at+row)))
	})
	x.judgeCoarse(w, n)
}

// setCoarseRows sets what the excesses take of n rows.
func (bytes) setCoarseRows(w *worker[uint8], at, n int) {
	x := w.index
	w.terms = resize(w.terms, nearRow*n)
	for i := range n {
		sum, square := float64(x.sums[at+i]), x.squares[at+i]
		apart := math.Sqrt(max(0, square-float64(sum*sum)/float64(x.rows.Cols)))
		terms := (*[nearRow]float32)(w.terms[nearRow*i:])
		switch {
		case x.metric == L2:
			*terms = [nearRow]float32{-2, float32(2 * sum), float32(2 * apart), float32(square)}
		case x.metric == InnerProduct:
			*terms = [nearRow]float32{-1, float32(sum), float32(apart), 0}
		case square == 0:
			*terms = [nearRow]float32{3: float32(math.Inf(-1))} // always near
		default: // divided by the length
			length := math.Sqrt(square)
			*terms = [nearRow]float32{float32(-1 / length), float32(sum / length), float32(apart / length), 0}
		}
	}
}

// nearCoarse returns the terms of query i.
func (x *Index[E]) nearCoarse(g *group[E], i int, limit float64) nearTerms {
	q, square, root := &g.coarse.queries[i], g.queries[i].square, math.Sqrt(float64(x.rows.Cols))
	length, rest := math.Sqrt(square), float64(math.Abs(q.mean)*root)+q.rho
	t := nearTerms{factor: q.w, u: -q.mean, v: -q.rho}
	largest := 0.0
	switch x.metric {
	case L2:
		t.shift = square - limit
		largest = square + float64(x.longest*x.longest) + 2*float64((length+rest)*x.longest) + math.Abs(limit)
	case InnerProduct:
		t.shift = -limit
		largest = float64((length+rest)*x.longest) + math.Abs(limit)
	default:
		t.shift = (1 - withinCosine(limit)) * length
		largest = 4*length + rest
	}
	t.shift -= float64(nearSlack * largest)
	return t
}

// nearGain is about how many columns are as much work in a tile, where they gain half, as a
// row that is near.
const nearGain = 5000

// judgeCoarse decides whether too many rows are near for coarse queries to pay. The first
// ones do not count, when little is known of what is near.
func (x *Index[E]) judgeCoarse(w *worker[E], rows int) {
	const first, enough = 1 << 13, 1 << 12
	if w.compared += rows; w.compared <= first {
		w.proposed = 0
		return
	}
	counted, d := w.compared-first, x.rows.Cols
	if counted >= enough && w.proposed > len(w.group.queries)*(counted*d/(nearGain+d)+w.request.k) {
		x.loose.Store(true)
	}
}
