package classifier

import (
	"github.com/seed842bec00/argmax/kernels"
)

// rowSource is the features of a data set, as a solver reads them.
type rowSource interface {
	size() (rows, features int)
	// reader returns a reader for one goroutine.
	reader() blockReader
}

// sourceOf returns rows where they lie, if they do.
func sourceOf(rows Rows) rowSource {
	switch r := rows.(type) {
	case InPlace[uint8]:
		return denseRows[uint8]{r.Dense()}
	case InPlace[float32]:
		return denseRows[float32]{r.Dense()}
	case listed[uint8]:
		return r.view()
	case listed[float32]:
		return r.view()
	}
	return gatheredRows{rows}
}

// blockReader reads the rows of a data set block by block, for one goroutine.
type blockReader interface {
	// load makes rows lo to hi the block.
	load(lo, hi int)
	// scores sets dst to the scores of the block.
	scores(dst kernels.Matrix, w *kernels.Weights)
	// gradient sets dst to AᵀX of the block X, or adds it.
	gradient(dst, a kernels.Matrix, add bool)
	// row copies row i of the data set to dst, whatever the block is.
	row(dst []float32, i int)
}

// denseRows reads rows where they lie.
type denseRows[E kernels.Element] struct{ x kernels.Dense[E] }

func (d denseRows[E]) size() (rows, features int) { return d.x.Rows, d.x.Cols }
func (d denseRows[E]) reader() blockReader        { return &denseReader[E]{x: d.x} }

type denseReader[E kernels.Element] struct{ x, block kernels.Dense[E] }

func (r *denseReader[E]) load(lo, hi int) { r.block = r.x.Slice(lo, hi) }

func (r *denseReader[E]) scores(dst kernels.Matrix, w *kernels.Weights) {
	kernels.Scores(dst, r.block, w, nil)
}

func (r *denseReader[E]) gradient(dst, a kernels.Matrix, add bool) {
	if add {
		kernels.AddGradient(dst, a, r.block, nil)
	} else {
		kernels.Gradient(dst, a, r.block, nil)
	}
}

func (r *denseReader[E]) row(dst []float32, i int) {
	kernels.Convert(kernels.Matrix{Rows: 1, Cols: len(dst), Stride: len(dst), Data: dst}, r.x.Slice(i, i+1))
}

// gatheredRows are copied block by block.
type gatheredRows struct{ rows Rows }

func (g gatheredRows) size() (rows, features int) { return g.rows.Len(), g.rows.Features() }
func (g gatheredRows) reader() blockReader {
	return &gatheredReader{rows: g.rows, read: reader(g.rows)}
}

type gatheredReader struct {
	rows Rows
	read func(lo, hi int) kernels.Matrix
	denseReader[float32]
}

func (r *gatheredReader) load(lo, hi int) { r.block = r.read(lo, hi) }

func (r *gatheredReader) row(dst []float32, i int) {
	r.rows.Gather(kernels.Matrix{Rows: 1, Cols: len(dst), Stride: len(dst), Data: dst}, []int{i})
}

// standardRows are the rows of another source, standardized block by block while they
// are in the cache: for features whose mean is so far from zero, or whose scale is so
// far from one, that it cannot be folded into the weights.
type standardRows struct {
	rowSource
	by standardization
}

func (s standardRows) reader() blockReader {
	return &standardReader{source: s.rowSource.reader(), by: s.by}
}

type standardReader struct {
	source blockReader
	by     standardization
	denseReader[float32]
}

func (r *standardReader) load(lo, hi int) {
	n, features := hi-lo, len(r.by.mean)
	if r.x.Rows < n {
		r.x = kernels.NewMatrix(n, features)
	}
	r.block = r.x.Slice(0, n)
	for i := range n {
		r.row(r.block.Row(i), lo+i)
	}
}

func (r *standardReader) row(dst []float32, i int) {
	r.source.row(dst, i)
	r.by.apply(dst)
}
