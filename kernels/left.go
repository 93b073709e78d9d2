package kernels

import "github.com/seed842bec00/argmax"

// left is the left factor of a product, as it lies: m rows of k, or, transposed, k
// rows of m.
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

// slice is the rows lo to hi of the product.
func (l left[E]) slice(lo, hi int) left[E] {
	if l.transposed {
		return left[E]{l.data.Columns(lo, hi), true}
	}
	return left[E]{l.data.Slice(lo, hi), false}
}

// block is k values of k from p on.
func (l left[E]) block(p, k int) left[E] {
	if l.transposed {
		return left[E]{l.data.Slice(p, p+k), true}
	}
	return left[E]{l.data.Columns(p, p+k), false}
}

// apart is how far a copied row is from where the next would begin: rows whose
// distance is a large power of two would share few sets of a cache.
const apart = 16

// copied is the same, converted, in a buffer.
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

// times sets the panel c of n columns to alpha times the product with k rows of b,
// or adds it. k is at most KC.
func (l left[E]) times(alpha float32, b []float32, ldb int, c []float32, ldc, n int, add bool) {
	a, ok := any(l.data.Data).([]float32)
	if !ok {
		panic("kernels: bytes have to be copied first")
	}
	k, m, lda := l.k(), l.m(), l.data.Stride
	height := max(1, callWork/(k*n))
	for i := 0; i < m; i += height {
		h, to, mode := min(height, m-i), argmax.Strided[float32]{Data: c[i*ldc:], Stride: ldc}, accumulate(add)
		if l.transposed {
			argmax.GemmColumns(to, argmax.Strided[float32]{Data: a[i:], Stride: lda}, argmax.Strided[float32]{Data: b, Stride: ldb}, h, n, k, alpha, mode)
		} else {
			argmax.GemmRows(to, argmax.Strided[float32]{Data: a[i*lda:], Stride: lda}, argmax.Strided[float32]{Data: b, Stride: ldb}, h, n, k, alpha, mode)
		}
	}
}

// accumulate returns the mode of a product that is added to C or overwrites it.
func accumulate(add bool) argmax.GemmMode {
	if add {
		return argmax.Accumulate
	}
	return argmax.Overwrite
}
