// Package cholesky factors symmetric positive definite matrices, by blocks whose
// updates are matrix products of package kernels.
package cholesky

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// block is the number of columns that are factored before the columns to their right
// are updated: wide enough for the products to outweigh the factors of the diagonal
// blocks, which are scalar code. strip is the number of columns of one update; what
// lies above the diagonal outside of a strip is not computed.
const (
	block = 64
	strip = 256
)

// Factor is the Cholesky factor L of a symmetric positive definite matrix, L·Lᵀ.
type Factor struct {
	lower   kernels.Matrix // L in and below the diagonal; undefined above it
	inverse []float32      // of the diagonal
}

// New factors the symmetric matrix of which a has the elements in and below the
// diagonal. It overwrites a and keeps it. It returns false if a pivot is not
// positive: a is not positive definite, or too close to singular for float32. It
// panics unless a is square.
//
// The diagonal blocks are factored in float64, the rest is float32: the factor is
// that of a matrix that differs from a by a small multiple of the rounding of
// float32, times the largest element. Its bits depend neither on the processor nor
// on the pool.
func New(a kernels.Matrix, pool *kernels.Pool) (*Factor, bool) {
	n := a.Rows
	if a.Cols != n {
		panic("cholesky: the matrix is not square")
	}
	f := &Factor{a, make([]float32, n)}
	var diagonal, inverse [block * block]float64
	transposed := kernels.NewMatrix(block, block) // of the inverse of the diagonal block
	below, scaled := kernels.NewMatrix(max(0, n-block), block), kernels.NewMatrix(max(0, n-block), block)
	for j := 0; j < n; j += block {
		w := min(block, n-j)
		corner := a.Slice(j, j+w).Columns(j, j+w)
		for i := range w {
			for k, v := range corner.Row(i)[:i+1] {
				diagonal[i*block+k] = float64(v)
			}
		}
		if !factorBlock(&diagonal, w) {
			return nil, false
		}
		invertBlock(&inverse, &diagonal, w)
		for i := range w {
			for k := range i + 1 {
				corner.Row(i)[k] = float32(diagonal[i*block+k])
				transposed.Row(k)[i] = float32(inverse[i*block+k])
			}
			f.inverse[j+i] = float32(inverse[i*block+i])
		}
		rest := n - j - w
		if rest == 0 {
			break
		}
		// The rows below become A·L⁻ᵀ. They are copied: a product must not overlap its
		// operands, and columns of one matrix do.
		from, to := below.Slice(0, rest), scaled.Slice(0, rest)
		for i := range rest {
			copy(from.Row(i), a.Row(j + w + i)[j:j+w])
		}
		kernels.Gemm(to, from, transposed, kernels.NoTranspose, 1, 0, pool)
		for i := range rest {
			copy(a.Row(j + w + i)[j:j+w], to.Row(i))
		}
		for s := 0; s < rest; s += strip {
			end := min(s+strip, rest)
			c := a.Slice(j+w+s, n).Columns(j+w+s, j+w+end)
			kernels.Gemm(c, to.Slice(s, rest), to.Slice(s, end), kernels.TransposeB, -1, 1, pool)
		}
	}
	return f, true
}

// factorBlock replaces the lower triangle of the leading n×n part of a by its factor,
// and reports whether all pivots are positive. Products are rounded before they are
// added, on every machine.
func factorBlock(a *[block * block]float64, n int) bool {
	for i := range n {
		row := a[i*block : i*block+i+1]
		for j := range i + 1 {
			s := row[j]
			for k, v := range a[j*block : j*block+j] {
				s -= float64(row[k] * v)
			}
			if j < i {
				row[j] = s / a[j*block+j]
				continue
			}
			if !(s > 0) || math.IsInf(s, 1) {
				return false
			}
			row[i] = math.Sqrt(s)
		}
	}
	return true
}

// invertBlock sets the lower triangle of inverse to the inverse of that of l.
func invertBlock(inverse, l *[block * block]float64, n int) {
	for j := range n {
		inverse[j*block+j] = 1 / l[j*block+j]
		for i := j + 1; i < n; i++ {
			var s float64
			for k := j; k < i; k++ {
				s += float64(l[i*block+k] * inverse[k*block+j])
			}
			inverse[i*block+j] = -s / l[i*block+i]
		}
	}
}

// Size returns the number of rows of the factored matrix.
func (f *Factor) Size() int { return f.lower.Rows }

// Solve replaces x by the solution of L·Lᵀ·y = x. It panics if x has not as many
// elements as the matrix has rows.
func (f *Factor) Solve(x []float32) {
	if len(x) != f.Size() {
		panic("cholesky: the length of the vector is not the size of the matrix")
	}
	for i := range x {
		x[i] = (x[i] - argmax.Dot(f.lower.Row(i)[:i], x[:i])) * f.inverse[i]
	}
	for i := len(x) - 1; i >= 0; i-- {
		x[i] *= f.inverse[i]
		argmax.Axpy(x[:i], f.lower.Row(i)[:i], -x[i])
	}
}
