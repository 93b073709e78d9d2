package index

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// factor is what inner products are multiplied by.
func (x *Index[E]) factor() float32 {
	if x.metric == L2 {
		return -2
	}
	return -1
}

// panels are queries as the tiles of a product read them: panels of width queries, the
// last perhaps narrower, each with its elements one after the other, those of all its
// queries together.
type panels struct {
	queries, columns, width int
	data                    []float32
}

func pack[E kernels.Element](p *panels, queries kernels.Dense[E], e element[E]) {
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
// which become excesses; see bounds. The pieces grow: the first give all rows to the
// keepers, as there are no limits yet.
func (w *worker[E]) multiply(lo, hi int) {
	queries, plan := len(w.group.queries), &w.request.plan
	w.slopes, w.shifts, w.tests = resize(w.slopes, queries), resize(w.shifts, queries), resize(w.tests, queries)
	w.excess = resize(w.excess, plan.tileRows*queries)
	height := min(plan.tileRows, pieceRows)
	for at := lo; at < hi && w.request.pool.Err() == nil; {
		n := min(height, hi-at)
		w.setTests()
		if plan.how == byScores {
			w.score(at, n)
		} else {
			w.multiplyTiles(at, n)
		}
		for i := range n {
			w.proposeExcesses(at+i, w.excess[i*queries:][:queries])
		}
		at, height = at+n, min(2*height, plan.tileRows)
	}
}

// score sets the excesses of n rows by products in the row form.
func (w *worker[E]) score(at, n int) {
	queries := len(w.group.queries)
	excess := kernels.Matrix{Rows: n, Cols: queries, Stride: queries, Data: w.excess}
	kernels.RowScores(excess, w.index.rows.Slice(at, at+n), w.group.weights, w.shifts, nil)
	for i := range n {
		argmax.Axpy(excess.Row(i), w.slopes, w.index.lengths[at+i])
	}
}

// multiplyTiles sets the excesses of n rows by products in the chain form, which begin
// with the rest.
func (w *worker[E]) multiplyTiles(at, n int) {
	queries, columns := len(w.group.queries), w.index.rows.Cols
	for i := range n {
		row := w.excess[i*queries:][:queries]
		copy(row, w.shifts)
		argmax.Axpy(row, w.slopes, w.index.lengths[at+i])
	}
	for p := 0; p < columns; p += argmax.KC {
		w.addProducts(at, n, p, min(argmax.KC, columns-p))
	}
}

// setTests takes over the limits that the keepers have by now.
func (w *worker[E]) setTests() {
	x := w.index
	for i := range w.keepers {
		q := &w.group.queries[i]
		if !q.regular { // nothing passes
			w.slopes[i], w.shifts[i] = 0, float32(math.Inf(1))
			continue
		}
		w.tests[i] = x.bounds.newTest(q.square, w.keepers[i].limit, x.longest)
		w.slopes[i], w.shifts[i] = w.tests[i].slope, w.tests[i].shift
	}
}

// addProducts adds to the excesses of n rows what k of their elements from p on
// contribute.
func (w *worker[E]) addProducts(at, n, p, k int) {
	queries := len(w.group.queries)
	rows := w.index.element.block(w, at, n, p, k)
	for j := 0; j < queries; j += w.group.panels.width {
		panel, wide := w.group.panels.panel(j)
		argmax.GemmRows(rowsOf(w.excess[j:], queries), rows, rowsOf(panel[p*wide:], wide), n, wide, k, w.index.factor(), argmax.Accumulate)
	}
}

// proposeExcesses offers a row to the keepers of the queries for which its excess says
// that it may be near enough.
func (w *worker[E]) proposeExcesses(row int, excesses []float32) {
	x, lowered := w.index, float32(0)
	if x.lowered != nil {
		lowered = x.lowered[row]
	}
	for _, i := range w.find(excesses, -lowered) {
		e := float64(excesses[i]) + float64(lowered)
		low, high := x.bounds.interval(&w.tests[i], e, float64(x.lengths[row]), x.squares[row])
		w.propose(int(i), low, high, row)
	}
}
