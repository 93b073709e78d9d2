package index

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// panels are queries as the tiles of a product read them: panels of width queries, the
// last perhaps narrower, each with its elements one after the other, those of all its
// queries together.
type panels struct {
	queries, columns, width int
	data                    []float32
}

func pack[E Element](p *panels, queries kernels.Dense[E], e element[E]) {
	_, p.width = argmax.TileShape()
	p.queries, p.columns = queries.Rows, queries.Cols
	p.data = resize(p.data, (p.queries+1)*p.columns)
	row := p.data[p.queries*p.columns:]
	for i := range p.queries {
		e.convert(row, queries.Row(i))
		first := i / p.width * p.width
		panel, n := p.panel(first)
		for j, v := range row {
			panel[j*n+i-first] = v
		}
	}
}

// panel returns the panel that begins with query i, and how many queries it has.
func (p *panels) panel(i int) (data []float32, n int) {
	n = min(p.width, p.queries-i)
	return p.data[i*p.columns : (i+n)*p.columns], n
}

// multiply offers the rows lo to hi by products of rows, where they lie, and queries,
// which become excesses; see bounds.
func (w *worker[E]) multiply(lo, hi int) {
	queries, height := len(w.group.queries), w.request.plan.tileRows
	w.tests, w.factors = resize(w.tests, queries), resize(w.factors, perRow*queries)
	w.excess, w.terms = resize(w.excess, height*queries), resize(w.terms, height*perRow)
	for at := lo; at < hi && w.request.pool.Err() == nil; at += height {
		n := min(height, hi-at)
		w.setFactors()
		w.setTerms(at, n)
		w.setExcesses(at, n)
		w.proposeExcesses(at, n)
	}
}

// What is not a product of a row and a query in an excess is one of perRow terms of the
// row, |y|², |y| and 1, and as many factors of the query, 1, V and W.
const perRow = 3

// setFactors makes the factors of the limits that the keepers have by now.
func (w *worker[E]) setFactors() {
	x, n := w.index, len(w.group.queries)
	ones, slopes, shifts := w.factors[:n], w.factors[n:2*n], w.factors[2*n:]
	for i := range w.keepers {
		ones[i], slopes[i], shifts[i] = 1, 0, float32(math.Inf(1)) // nothing passes
		if q := &w.group.queries[i]; q.regular {
			w.tests[i] = x.bounds.newTest(q.square, w.keepers[i].limit, x.longest)
			slopes[i], shifts[i] = w.tests[i].slope, w.tests[i].shift
		}
	}
}

// setTerms sets the terms of n rows. Those of rows that are not proposed are NaN.
func (w *worker[E]) setTerms(at, n int) {
	x := w.index
	for i := range n {
		terms := (*[perRow]float32)(w.terms[i*perRow:])
		*terms = [perRow]float32{0, x.lengths[at+i], 1}
		if x.lowered != nil {
			terms[0] = x.lowered[at+i]
		}
	}
}

// setExcesses sets the excesses of n rows: the products come after the rest.
func (w *worker[E]) setExcesses(at, n int) {
	queries, columns := len(w.group.queries), w.index.rows.Cols
	_, width := argmax.TileShape()
	for j := 0; j < queries; j += width {
		argmax.GemmRows(rowsOf(w.excess[j:], queries), rowsOf(w.terms, perRow), rowsOf(w.factors[j:], queries), n, min(width, queries-j), perRow, 1, argmax.Overwrite)
	}
	for p := 0; p < columns; p += argmax.KC {
		w.addProducts(at, n, p, min(argmax.KC, columns-p))
	}
}

// addProducts adds to the excesses of n rows what k of their elements from p on
// contribute.
func (w *worker[E]) addProducts(at, n, p, k int) {
	queries, alpha := len(w.group.queries), float32(-1)
	if w.index.metric == L2 {
		alpha = -2
	}
	rows := w.index.element.block(w, at, n, p, k)
	for j := 0; j < queries; j += w.group.panels.width {
		panel, wide := w.group.panels.panel(j)
		argmax.GemmRows(rowsOf(w.excess[j:], queries), rows, rowsOf(panel[p*wide:], wide), n, wide, k, alpha, argmax.Accumulate)
	}
}

// findPiece is how many excesses are searched at a time: 16 KB of positions.
const findPiece = 1 << 12

// proposeExcesses offers n rows to the keepers of the queries for which the excesses say
// that they may be near enough.
func (w *worker[E]) proposeExcesses(at, n int) {
	x, queries := w.index, len(w.group.queries)
	excess := w.excess[:n*queries]
	for lo := 0; lo < len(excess); lo += findPiece {
		for _, p := range w.find(excess[lo:min(lo+findPiece, len(excess))], 0) {
			row, i := at+(lo+int(p))/queries, (lo+int(p))%queries
			low, high := x.bounds.interval(&w.tests[i], float64(excess[lo+int(p)]), float64(x.lengths[row]), x.squares[row])
			w.propose(i, low, high, row)
		}
	}
}
