package index

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/internal/wide"
	"github.com/seed842bec00/argmax/kernels"
)

// An element is what an index has to know of the type of its elements.
type element[E Element] interface {
	// exact reports whether compare decides.
	exact() bool
	// tuning returns when products are faster.
	tuning(isa cpu.ISA) *tuning
	// square returns |x|², in the order of the definition.
	square(x []E) float64
	// convert sets dst to the numbers of x.
	convert(dst []float32, x []E)
	// compare offers the rows r, at most pieceRows, to the keepers of a worker.
	compare(w *worker[E], r rowSet)
	// block returns k elements, from p on, of n rows from at on, as float32.
	block(w *worker[E], at, n, p, k int) floatRows
	// decide decides the rows that wait for query i.
	decide(w *worker[E], i int)
}

func elementOf[E Element]() element[E] {
	for _, e := range []any{floats{}, bytes{}, halves[argmax.Float16]{}, halves[argmax.BFloat16]{}} {
		if e, ok := e.(element[E]); ok {
			return e
		}
	}
	panic("index: no such element")
}

// A rowSet is the rows in a list or, without one, n rows from lo on.
type rowSet struct {
	lo, n int
	list  []int
}

func (r rowSet) row(i int) int {
	if r.list != nil {
		return r.list[i]
	}
	return r.lo + i
}

// slice returns the rows from lo to hi of the set.
func (r rowSet) slice(lo, hi int) rowSet {
	if r.list != nil {
		return rowSet{n: hi - lo, list: r.list[lo:hi]}
	}
	return rowSet{lo: r.lo + lo, n: hi - lo}
}

// floatRows are rows of float32 for the root's functions.
type floatRows = argmax.Strided[float32]

func rowsOf(data []float32, stride int) floatRows { return floatRows{Data: data, Stride: stride} }

// pieceRows is the most rows that are compared with a query before the results are
// looked at.
const pieceRows = 128

type floats struct{}

func (floats) exact() bool                { return false }
func (floats) tuning(isa cpu.ISA) *tuning { return &tunings[isa].floats }
func (floats) square(x []float32) float64 { return wide.Dot.Of(x, x) }
func (floats) convert(dst, x []float32)   { copy(dst, x) }

// block returns the rows where they lie, unless they would be in each other's way.
func (floats) block(w *worker[float32], at, n, p, k int) floatRows {
	rows := &w.index.rows
	if rows.Stride%aliased != 0 {
		return rowsOf(rows.Data[at*rows.Stride+p:], rows.Stride)
	}
	const stride = argmax.KC + apart
	w.block = resize(w.block, n*stride)
	for i := range n {
		copy(w.block[i*stride:][:k], rows.Data[(at+i)*rows.Stride+p:])
	}
	return rowsOf(w.block, stride)
}

func (floats) decide(w *worker[float32], i int) {
	t, q, x := &w.keepers[i], &w.group.queries[i], w.index
	sum, ok := wideSum(x.metric)
	if !ok {
		for _, r := range t.rows {
			t.place(decision{value: distance64(x.metric, q.row, x.rows.Row(r), q.square, x.squares[r]), row: r})
		}
		return
	}
	var values [together]float64
	sum.RowsAt(values[:len(t.rows)], q.row, strided(x.rows, 0), t.rows)
	for j, r := range t.rows {
		if x.metric == InnerProduct {
			values[j] = -values[j]
		}
		t.place(decision{value: values[j], row: r})
	}
}

// wideSum returns the sum that a metric is, or the negative of; ok is false if it is none.
func wideSum(metric Metric) (sum wide.Sum, ok bool) {
	switch metric {
	case L2:
		return wide.SqDist, true
	case L1:
		return wide.L1Dist, true
	case InnerProduct:
		return wide.Dot, true
	}
	return 0, false
}

// distance64 returns the distance of x and y by definition, whose squared lengths are xx
// and yy.
func distance64(metric Metric, x, y []float32, xx, yy float64) float64 {
	switch metric {
	case L2:
		return wide.SqDist.Of(x, y)
	case L1:
		return wide.L1Dist.Of(x, y)
	case LInf:
		return lInfDist64(x, y)
	case InnerProduct:
		return -wide.Dot.Of(x, y)
	}
	return cosine64(x, y, xx, yy)
}

func cosine64(x, y []float32, xx, yy float64) float64 {
	if xx == 0 || yy == 0 {
		return 1 + (xx+yy)*0 // NaN if the other is no number
	}
	return wide.CosineDist(x, y, 1/math.Sqrt(xx), 1/math.Sqrt(yy))
}

func (e floats) compare(w *worker[float32], r rowSet) {
	queries := len(w.group.queries)
	alone := queries
	if r.list == nil && w.index.metric != InnerProduct && w.index.metric != Cosine && queries >= togetherFrom[cpu.Active] {
		alone = 1 // and brings the rows into a cache
	}
	values := w.values[:r.n]
	for i := range alone {
		if q := &w.group.queries[i]; q.regular {
			rowDistances(values, w.index.metric, q.row, w.index.rows, r)
			w.proposeAll(i, values, r)
		}
	}
	for lo := alone; lo < queries; lo += togetherQueries {
		e.compareTogether(w, r, lo, min(lo+togetherQueries, queries))
	}
}

// compareTogether is compare for the queries lo to hi in tiles of queries and rows.
func (floats) compareTogether(w *worker[float32], r rowSet, lo, hi int) {
	matrix := argmax.SqDistMatrix
	switch w.index.metric {
	case L1:
		matrix = argmax.L1DistMatrix
	case LInf:
		matrix = argmax.LInfDistMatrix
	}
	matrix(rowsOf(w.together[:(hi-lo)*r.n], r.n), strided(w.group.rows, lo), strided(w.index.rows, r.lo), hi-lo, r.n, w.index.rows.Cols)
	for i := lo; i < hi; i++ {
		if w.group.queries[i].regular {
			w.proposeAll(i, w.together[(i-lo)*r.n:][:r.n], r)
		}
	}
}

// rowDistances sets dst to the distances of q and rows, or to their inner products where
// the metric is made of them.
func rowDistances(dst []float32, metric Metric, q []float32, rows kernels.Matrix, r rowSet) {
	if r.list == nil {
		data := strided(rows, r.lo)
		switch metric {
		case L2:
			argmax.SqDistRows(dst, q, data)
		case L1:
			argmax.L1DistRows(dst, q, data)
		case LInf:
			argmax.LInfDistRows(dst, q, data)
		default:
			argmax.ScoreRows(dst, q, data)
		}
		return
	}
	data := strided(rows, 0)
	switch metric {
	case L2:
		argmax.SqDistRowsAt(dst, q, data, r.list)
	case L1:
		argmax.L1DistRowsAt(dst, q, data, r.list)
	case LInf:
		argmax.LInfDistRowsAt(dst, q, data, r.list)
	default:
		argmax.ScoreRowsAt(dst, q, data, r.list)
	}
}

// strided returns the rows from a row on.
func strided[E Element](rows kernels.Dense[E], lo int) argmax.Strided[E] {
	return argmax.Strided[E]{Data: rows.Data[lo*rows.Stride:], Stride: rows.Stride}
}

type bytes struct{}

func (bytes) exact() bool                      { return true }
func (bytes) tuning(isa cpu.ISA) *tuning       { return &tunings[isa].bytes }
func (bytes) square(x []uint8) float64         { return float64(argmax.DotBytes(x, x)) }
func (bytes) convert(dst []float32, x []uint8) { argmax.FromBytes(dst, x) }

func (bytes) block(w *worker[uint8], at, n, p, k int) floatRows {
	rows := &w.index.rows
	const stride = argmax.KC + apart
	w.block = resize(w.block, n*stride)
	for i := range n {
		argmax.FromBytes(w.block[i*stride:][:k], rows.Data[(at+i)*rows.Stride+p:][:k])
	}
	return rowsOf(w.block, stride)
}

func (e bytes) decide(w *worker[uint8], i int) {
	t := &w.keepers[i]
	for lo := 0; lo < len(t.rows); lo += pieceRows {
		list := t.rows[lo:min(lo+pieceRows, len(t.rows))]
		e.place(w, i, rowSet{n: len(list), list: list})
	}
}

func (e bytes) compare(w *worker[uint8], r rowSet) {
	if w.index.metric == LInf {
		e.compareMaxima(w, r)
		return
	}
	for i := range w.group.queries {
		e.place(w, i, r)
		w.keepers[i].decided += r.n
	}
}

// place places the rows of a set for query i.
func (e bytes) place(w *worker[uint8], i int, r rowSet) {
	values := w.integers[:r.n]
	byteSums(values, w.index.metric, w.group.queries[i].row, w.index.rows, r)
	for p, v := range values {
		d := e.decision(w, i, r.row(p), v)
		if d.value <= w.keepers[i].limit && w.allows(d.row) {
			w.keepers[i].place(d)
		}
	}
}

// decision is that of a row for query i, from what byteSums computes.
func (bytes) decision(w *worker[uint8], i, row int, sum int64) decision {
	d := decision{value: float64(sum), row: row}
	switch x := w.index; x.metric {
	case InnerProduct:
		d.value = -d.value
	case Cosine:
		d.dot = uint64(sum)
		d.value = cosineDistBytes(d.dot, uint64(w.group.queries[i].square), uint64(x.squares[row]))
	}
	return d
}

// byteSums sets dst to the distances of q and rows, or to their inner products where
// the metric is made of them.
func byteSums(dst []int64, metric Metric, q []uint8, rows kernels.Dense[uint8], r rowSet) {
	if r.list == nil {
		data := strided(rows, r.lo)
		switch metric {
		case L2:
			argmax.SqDistBytesRows(dst, q, data)
		case L1:
			argmax.L1DistBytesRows(dst, q, data)
		case Hamming:
			hammingRows(dst, q, rows, r)
		default:
			argmax.DotBytesRows(dst, q, data)
		}
		return
	}
	data := strided(rows, 0)
	switch metric {
	case L2:
		argmax.SqDistBytesRowsAt(dst, q, data, r.list)
	case L1:
		argmax.L1DistBytesRowsAt(dst, q, data, r.list)
	case Hamming:
		hammingRows(dst, q, rows, r)
	default:
		argmax.DotBytesRowsAt(dst, q, data, r.list)
	}
}

// compareMaxima is compare for LInf, which is exact in float32, too.
func (e bytes) compareMaxima(w *worker[uint8], r rowSet) {
	columns := w.index.rows.Cols
	w.block = resize(w.block, (r.n+1)*columns)
	query, block := w.block[:columns], w.block[columns:]
	for p := range r.n {
		e.convert(block[p*columns:][:columns], w.index.rows.Row(r.row(p)))
	}
	values := w.values[:r.n]
	for i := range w.group.queries {
		e.convert(query, w.group.queries[i].row)
		argmax.LInfDistRows(values, query, rowsOf(block, columns))
		t := &w.keepers[i]
		for p, v := range values {
			if d := (decision{value: float64(v), row: r.row(p)}); d.value <= t.limit && w.allows(d.row) {
				t.place(d)
			}
		}
		t.decided += r.n
	}
}

// resize returns a slice of n elements, which may be anything, in the memory of s if
// there is room.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
