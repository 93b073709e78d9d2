package classifier

import (
	"fmt"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax/kernels"
)

// base is the rows that queries are compared with, in the element that they come
// in. Its methods have the results and the panics of kernels.Nearest and
// kernels.NearestRows.
type base interface {
	features() int
	nearest(dst []Neighbour, x []float32) int
	nearestFloats(dst []Neighbour, count []int, queries kernels.Matrix, k int, pool *kernels.Pool)
	nearestBytes(dst []Neighbour, count []int, queries kernels.Dense[uint8], k int, pool *kernels.Pool)
}

// newBase returns the rows of ex as a base. A feature that is NaN or infinite is an
// error that names the row.
func newBase(ex Rows, metric Metric) (base, error) {
	if r, ok := ex.(InPlace[uint8]); ok {
		return newByteBase(r.Dense(), metric), nil
	}
	x := reader(ex, ex.Len())(0, ex.Len())
	return floatBase{x, metric}, checkFinite(x, 0)
}

// searcher returns a function that finds the nearest of base to rows lo to hi, at
// most block of them.
func searcher(b base, rows Rows, block int) func(dst []Neighbour, count []int, lo, hi, k int, pool *kernels.Pool) {
	if r, ok := rows.(InPlace[uint8]); ok {
		return func(dst []Neighbour, count []int, lo, hi, k int, pool *kernels.Pool) {
			b.nearestBytes(dst, count, r.Dense().Slice(lo, hi), k, pool)
		}
	}
	read := reader(rows, block)
	return func(dst []Neighbour, count []int, lo, hi, k int, pool *kernels.Pool) {
		b.nearestFloats(dst, count, read(lo, hi), k, pool)
	}
}

// floatBase compares float32, to which it converts queries of bytes.
type floatBase struct {
	rows   kernels.Matrix
	metric Metric
}

func (b floatBase) features() int { return b.rows.Cols }

func (b floatBase) nearest(dst []Neighbour, x []float32) int {
	return kernels.Nearest(dst, x, b.rows, b.metric)
}

func (b floatBase) nearestFloats(dst []Neighbour, count []int, queries kernels.Matrix, k int, pool *kernels.Pool) {
	kernels.NearestRows(dst, count, queries, b.rows, k, b.metric, pool)
}

func (b floatBase) nearestBytes(dst []Neighbour, count []int, queries kernels.Dense[uint8], k int, pool *kernels.Pool) {
	buffer := newBuffer(queries.Rows * queries.Cols)
	defer buffer.free()
	x := kernels.Matrix{Rows: queries.Rows, Cols: queries.Cols, Stride: queries.Cols, Data: buffer.data}
	kernels.Convert(x, queries)
	b.nearestFloats(dst, count, x, k, pool)
}

// byteBase compares bytes, to which it converts the queries of float32 that are
// bytes. The others are compared with the rows as float32.
type byteBase struct {
	rows    kernels.Dense[uint8]
	metric  Metric
	floats  func() floatBase // the rows converted, once, when they are needed
	queries sync.Pool        // *[]uint8, converted queries
}

func newByteBase(rows kernels.Dense[uint8], metric Metric) *byteBase {
	b := &byteBase{rows: rows, metric: metric}
	b.floats = sync.OnceValue(func() floatBase {
		x := kernels.NewMatrix(rows.Rows, rows.Cols)
		kernels.Convert(x, rows)
		return floatBase{x, metric}
	})
	b.queries.New = func() any { return new([]uint8) }
	return b
}

func (b *byteBase) features() int { return b.rows.Cols }

// newQueries returns memory for n queries, to be Put back.
func (b *byteBase) newQueries(n int) *[]uint8 {
	q := b.queries.Get().(*[]uint8)
	*q = slices.Grow((*q)[:0], n*b.rows.Cols)[:n*b.rows.Cols]
	return q
}

func (b *byteBase) nearest(dst []Neighbour, x []float32) int {
	if len(x) != b.rows.Cols {
		panic(fmt.Sprintf("classifier: a query of %d features, the examples have %d", len(x), b.rows.Cols))
	}
	q := b.newQueries(1)
	defer b.queries.Put(q)
	if narrow(*q, x) {
		return kernels.Nearest(dst, *q, b.rows, b.metric)
	}
	return b.floats().nearest(dst, x)
}

// nearestFloats compares a mixture of queries one by one.
func (b *byteBase) nearestFloats(dst []Neighbour, count []int, queries kernels.Matrix, k int, pool *kernels.Pool) {
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

func (b *byteBase) nearestBytes(dst []Neighbour, count []int, queries kernels.Dense[uint8], k int, pool *kernels.Pool) {
	kernels.NearestRows(dst, count, queries, b.rows, k, b.metric, pool)
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
