package classifier

import (
	"fmt"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// base is the rows that queries are compared with, in the element that they come
// in. Its methods have the results and the panics of index.Search.
type base interface {
	features() int
	nearest(dst []index.Neighbour, x []float32) int
	nearestFloats(dst []index.Neighbour, count []int, queries kernels.Matrix, k int, pool *kernels.Pool)
	nearestBytes(dst []index.Neighbour, count []int, queries kernels.Dense[uint8], k int, pool *kernels.Pool)
	// nearestOfRows searches for listed rows of the base, among those that a filter allows.
	nearestOfRows(dst []index.Neighbour, count []int, list []int, filter index.Filter, k int, pool *kernels.Pool)
	// writeFile writes the index.
	writeFile(path string, attached index.Attachments) error
	// clusters returns the zero value if there are none.
	clusters() Clusters
}

// newBase returns the rows of ex as a base, in clusters if some are given. A feature that
// is NaN or infinite is an error that names the row.
func newBase(ex Rows, metric Metric, c *clusters) (base, error) {
	bytes := func(rows kernels.Dense[uint8]) (base, error) {
		s, err := newSearched(rows, metric, c)
		return newByteBase(s), err
	}
	if r, ok := ex.(InPlace[uint8]); ok {
		return bytes(r.Dense())
	}
	if r, ok := ex.(listed[uint8]); ok {
		return bytes(r.view().blocks()(0, ex.Len()))
	}
	x := reader(ex)(0, ex.Len())
	if err := checkFinite(x, 0); err != nil {
		return nil, err
	}
	s, err := newSearched(x, metric, c)
	return floatBase{s}, err
}

// searcher returns a function that finds the nearest of base to rows lo to hi.
func searcher(b base, rows Rows) func(dst []index.Neighbour, count []int, lo, hi, k int, pool *kernels.Pool) {
	if r, ok := rows.(InPlace[uint8]); ok {
		return func(dst []index.Neighbour, count []int, lo, hi, k int, pool *kernels.Pool) {
			b.nearestBytes(dst, count, r.Dense().Slice(lo, hi), k, pool)
		}
	}
	if r, ok := rows.(listed[uint8]); ok {
		read := r.view().blocks()
		return func(dst []index.Neighbour, count []int, lo, hi, k int, pool *kernels.Pool) {
			b.nearestBytes(dst, count, read(lo, hi), k, pool)
		}
	}
	read := reader(rows)
	return func(dst []index.Neighbour, count []int, lo, hi, k int, pool *kernels.Pool) {
		b.nearestFloats(dst, count, read(lo, hi), k, pool)
	}
}

// floatBase compares float32, to which it converts queries of bytes.
type floatBase struct{ searched[float32] }

func (b floatBase) nearestFloats(dst []index.Neighbour, count []int, queries kernels.Matrix, k int, pool *kernels.Pool) {
	b.search(dst, count, queries, nil, k, pool)
}

func (b floatBase) nearestBytes(dst []index.Neighbour, count []int, queries kernels.Dense[uint8], k int, pool *kernels.Pool) {
	buffer := newBuffer(queries.Rows * queries.Cols)
	defer buffer.free()
	x := kernels.Matrix{Rows: queries.Rows, Cols: queries.Cols, Stride: queries.Cols, Data: buffer.data}
	kernels.Convert(x, queries)
	b.nearestFloats(dst, count, x, k, pool)
}

// byteBase compares bytes, to which it converts the queries of float32 that are
// bytes. The others are compared with the rows as float32.
type byteBase struct {
	searched[uint8]
	floats  func() floatBase // the rows converted, once, when they are needed
	queries sync.Pool        // *[]uint8, converted queries
}

func newByteBase(rows searched[uint8]) *byteBase {
	b := &byteBase{searched: rows, floats: sync.OnceValue(func() floatBase { return floatBase{rows.converted()} })}
	b.queries.New = func() any { return new([]uint8) }
	return b
}

// newQueries returns memory for n queries, to be Put back.
func (b *byteBase) newQueries(n int) *[]uint8 {
	q := b.queries.Get().(*[]uint8)
	*q = slices.Grow((*q)[:0], n*b.features())[:n*b.features()]
	return q
}

func (b *byteBase) nearest(dst []index.Neighbour, x []float32) int {
	if len(x) != b.features() {
		panic(fmt.Sprintf("classifier: a query of %d features, the examples have %d", len(x), b.features()))
	}
	q := b.newQueries(1)
	defer b.queries.Put(q)
	if narrow(*q, x) {
		return b.searched.nearest(dst, *q)
	}
	return b.floats().nearest(dst, x)
}

// nearestFloats compares a mixture of queries one by one.
func (b *byteBase) nearestFloats(dst []index.Neighbour, count []int, queries kernels.Matrix, k int, pool *kernels.Pool) {
	q, exact := b.newQueries(queries.Rows), 0
	defer b.queries.Put(q)
	narrowed := kernels.Dense[uint8]{Rows: queries.Rows, Cols: queries.Cols, Stride: queries.Cols, Data: *q}
	for i := range queries.Rows {
		if narrow(narrowed.Row(i), queries.Row(i)) {
			exact++
		}
	}
	switch exact {
	case queries.Rows:
		b.nearestBytes(dst, count, narrowed, k, pool)
	case 0:
		b.floats().nearestFloats(dst, count, queries, k, pool)
	default:
		pool.Split(queries.Rows, 1, func(lo, hi int) {
			for i := lo; i < hi && pool.Err() == nil; i++ {
				count[i] = b.nearest(dst[i*k:][:k], queries.Row(i))
			}
		})
	}
}

func (b *byteBase) nearestBytes(dst []index.Neighbour, count []int, queries kernels.Dense[uint8], k int, pool *kernels.Pool) {
	b.search(dst, count, queries, nil, k, pool)
}

// narrow sets dst to x and reports whether that is exact. If it is not, dst may hold
// anything.
func narrow(dst []uint8, x []float32) bool {
	for i, v := range x {
		if !(v >= 0 && v <= 255) {
			return false
		}
		if dst[i] = uint8(v); float32(dst[i]) != v {
			return false
		}
	}
	return true
}
