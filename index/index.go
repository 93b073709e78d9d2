package index

import (
	"fmt"
	"math"
	"sync/atomic"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// Neighbour is a row of an index and its distance from a query.
type Neighbour = kernels.Neighbour

// Metric is a distance between vectors, or what orders them as one does.
type Metric = kernels.Metric

// The metrics of an index; the package comment defines them.
const (
	L2           = kernels.L2
	L1           = kernels.L1
	LInf         = kernels.LInf
	InnerProduct = kernels.InnerProduct
	Cosine       = kernels.Cosine
	Hamming      = kernels.Hamming // of bytes only
)

// Element is the type of the elements of rows: float32, bytes, float16 or bfloat16.
type Element interface{ argmax.Element | argmax.Half }

// Options say how an index is made. The zero value refers to the rows where they are
// and uses the caller's goroutine.
type Options struct {
	// Copy makes the index keep a copy of the rows, close together. Without, it refers
	// to them where they are, and they must not change as long as it is in use.
	Copy bool
	// Lean makes the index do without the compact copy of rows of float32 and without the
	// sketch of rows, which speed searches up: see the package comment.
	Lean bool
	// Pool is what New may use.
	Pool *kernels.Pool
}

// An Index is a base of rows, prepared for searches. It is immutable and safe for
// concurrent use.
type Index[E Element] struct {
	rows    kernels.Dense[E]
	metric  Metric
	element element[E]
	bounds  bounds

	squares   []float64 // |y|² of each row
	lengths   []float32 // |y|; NaN for rows that are decided without a proposal
	lowered   []float32 // what of |y|² goes into an excess of L2; NaN likewise
	irregular int       // how many of these there are
	longest   float64   // the largest |y| of the others
	tiler     tiler[E]  // nil if there are no tiles for this type of element
	sums      []int32   // of the elements of each row, if tiles of bytes need them
	lean      bool      // whether there must be no compact copy
	compact   *compact  // nil if there is none
	sketch    *sketch   // nil if there is none

	// loose says that searches with coarse queries found too many rows near.
	loose atomic.Bool

	passes *freeList[pass[E]] // the memory of searches
	file   *file              // where the rows lie; nil if they do not lie in a file
}

// New returns an index of rows. What they contain is no error: see the package comment
// for NaN and zero vectors. New panics if the shape of rows is impossible, or if there is
// no such metric of these elements.
func New[E Element](rows kernels.Dense[E], metric Metric, o Options) *Index[E] {
	x := newIndex(rows, metric, o, new(freeList[pass[E]]))
	if !o.Lean {
		x.sketch = newSketch(x, o.Pool)
	}
	return x
}

// newIndex returns an index that shares the memory of its searches.
func newIndex[E Element](rows kernels.Dense[E], metric Metric, o Options, memory *freeList[pass[E]]) *Index[E] {
	if err := rows.Check(); err != nil {
		panic(err.Error())
	}
	if err := checkMetric[E](metric); err != nil {
		panic("index: New: " + err.Error())
	}
	if o.Copy {
		rows = closeTogether(rows)
	}
	x := &Index[E]{
		rows:    rows,
		metric:  metric,
		element: elementOf[E](),
		bounds:  newBounds(metric, rows.Cols),
		passes:  memory,
		lean:    o.Lean,
		squares: make([]float64, rows.Rows),
	}
	o.Pool.Split(rows.Rows, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			x.squares[i] = x.element.square(x.rows.Row(i))
		}
	})
	x.derive(o.Pool)
	return x
}

// derive sets what follows from the rows and their squared lengths.
func (x *Index[E]) derive(pool *kernels.Pool) {
	x.lengths = make([]float32, len(x.squares))
	if x.metric == L2 {
		x.lowered = make([]float32, len(x.squares))
	}
	for i, square := range x.squares {
		if !x.regular(square) {
			square = math.NaN()
		}
		x.lengths[i] = float32(math.Sqrt(square))
		if x.lowered != nil {
			x.lowered[i] = x.bounds.lowered(square)
		}
	}
	for _, length := range x.lengths {
		if length != length {
			x.irregular++
			continue
		}
		x.longest = max(x.longest, float64(above(float64(length))))
	}
	if x.tiler, _ = x.element.(tiler[E]); x.tiler != nil {
		x.tiler.prepare(x, pool)
	}
}

// checkMetric returns an error unless the metric is one of such elements.
func checkMetric[E Element](metric Metric) error {
	switch {
	case metric > Hamming:
		return fmt.Errorf("unknown metric %v", metric)
	case metric == Hamming:
		if _, ok := any([]E(nil)).([]uint8); !ok {
			return fmt.Errorf("%v of %T", metric, *new(E))
		}
	}
	return nil
}

// closeTogether returns a copy of rows without anything in between.
func closeTogether[E Element](rows kernels.Dense[E]) kernels.Dense[E] {
	c := kernels.Dense[E]{Rows: rows.Rows, Cols: rows.Cols, Stride: rows.Cols, Data: make([]E, rows.Rows*rows.Cols)}
	for i := range rows.Rows {
		copy(c.Row(i), rows.Row(i))
	}
	return c
}

// regular reports whether a vector of this squared length is proposed before it is
// decided.
func (x *Index[E]) regular(square float64) bool {
	return x.rows.Cols <= maxColumns && x.bounds.regular(square)
}

// fractions returns the squared lengths of the rows if cosines are compared as
// fractions.
func (x *Index[E]) fractions() []float64 {
	if x.metric == Cosine && x.element.exact() {
		return x.squares
	}
	return nil
}

// Rows returns the rows; read only.
func (x *Index[E]) Rows() kernels.Dense[E] {
	x.file.use("Rows")
	defer x.file.unuse()
	return x.rows
}

// Metric returns the metric.
func (x *Index[E]) Metric() Metric { return x.metric }
