package kernels

import "github.com/seed842bec00/argmax"

// left is the left factor of a product as it is in memory: m rows of k elements or,
// transposed, k rows of m.
type left[E Element] struct {
	data       Dense[E]
	transposed bool
}

func leftRows[E Element](a Dense[E]) left[E]    { return left[E]{a, false} }
func leftColumns[E Element](a Dense[E]) left[E] { return left[E]{a, true} }

func (l left[E]) m() int {
	if l.transposed {
		return l.data.Cols
	}
	return l.data.Rows
}

func (l left[E]) k() int {
	if l.transposed {
		return l.data.Rows
	}
	return l.data.Cols
}

// slice returns the factor of rows lo to hi of the product.
func (l left[E]) slice(lo, hi int) left[E] {
	if l.transposed {
		return left[E]{l.data.Columns(lo, hi), true}
	}
	return left[E]{l.data.Slice(lo, hi), false}
}

// block returns the factor of k values of k, from p on.
func (l left[E]) block(p, k int) left[E] {
	if l.transposed {
		return left[E]{l.data.Slice(p, p+k), true}
	}
	return left[E]{l.data.Columns(p, p+k), false}
}

// apart is the gap between the rows of a copy: rows whose distance is a large power of
// two would share few sets of a cache.
const apart = 16

// copied returns a copy, converted to float32, in a buffer.
func (l left[E]) copied(buffer []float32) left[float32] {
	stride := l.data.Cols + apart
	if l.transposed {
		stride = l.data.Cols
	}
	copied := Matrix{l.data.Rows, l.data.Cols, stride, buffer}
	convert(copied, l.data)
	return left[float32]{copied, l.transposed}
}

// callWork is the most multiply-adds of one call of a tile: 8 µs with AVX-512, 16
// with AVX2. Assembly is not preempted, and delays the garbage collector.
const callWork = 1 << 20

// times sets c, a panel no wider than a tile, to alpha·a·b, or adds that. The rows of
// b, 1 to KC, are the values of k.
func times(c Matrix, a left[float32], b Matrix, alpha float32, mode argmax.GemmMode) {
	if a.transposed {
		timesColumns(c, a.data, b, alpha, mode)
		return
	}
	height := max(1, callWork/(b.Rows*b.Cols))
	for i := 0; i < c.Rows; i += height {
		argmax.GemmRows(c.from(i, 0), a.data.from(i, 0), b.from(0, 0), min(height, c.Rows-i), b.Cols, b.Rows, alpha, mode)
	}
}

// timesColumns is times with the transpose of a, and b of any element; of bytes, it has
// whole blocks of 16 columns.
func timesColumns[E Element](c, a Matrix, b Dense[E], alpha float32, mode argmax.GemmMode) {
	height := max(1, callWork/(b.Rows*b.Cols))
	for i := 0; i < c.Rows; i += height {
		argmax.GemmColumns(c.from(i, 0), a.from(0, i), b.from(0, 0), min(height, c.Rows-i), b.Cols, b.Rows, alpha, mode)
	}
}

// accumulate returns the mode of a product that is added to C or overwrites it.
func accumulate(add bool) argmax.GemmMode {
	if add {
		return argmax.Accumulate
	}
	return argmax.Overwrite
}
