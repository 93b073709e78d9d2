// Package kernels holds the loops around the assembly: matrices, the scores and
// gradients of linear models, row losses, distances and neighbours, and the
// goroutines that share the work.
//
// Every result is independent of the number of goroutines, of the instruction set
// and of the batch: a row treated alone gives the bits that it gives among others.
package kernels

import (
	"fmt"

	"github.com/seed842bec00/argmax/internal/alias"
)

// Matrix is a row-major matrix of Rows × Cols: element (i, j) is
// Data[i*Stride+j]. The fields are those of gonum's blas32.General, in its order,
// so that one converts to the other.
type Matrix struct {
	Rows, Cols int
	Stride     int
	Data       []float32
}

// NewMatrix returns a matrix of zeros.
func NewMatrix(rows, cols int) Matrix {
	return Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
}

// Row is row i, without a copy.
func (m Matrix) Row(i int) []float32 { return view[float32](m).row(i) }

// Slice is rows lo to hi, without a copy.
func (m Matrix) Slice(lo, hi int) Matrix { return Matrix(view[float32](m).slice(lo, hi)) }

// Columns is columns lo to hi, without a copy.
func (m Matrix) Columns(lo, hi int) Matrix { return Matrix(view[float32](m).columns(lo, hi)) }

// Check returns an error unless the dimensions are possible and Data holds them.
func (m Matrix) Check() error { return view[float32](m).check() }

// must panics if a matrix is not sound: shape is code.
func must(checks ...error) {
	for _, err := range checks {
		if err != nil {
			panic(err.Error())
		}
	}
}

func mustEqual(operation, what string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("kernels: %s: %s %d, want %d", operation, what, got, want))
	}
}

// mustNotShare panics if the destination shares memory with an operand.
func mustNotShare[E, F element](operation string, dst view[E], operand string, x view[F]) {
	if alias.Overlap(dst.used(), x.used()) {
		panicShare(operation, operand)
	}
}

//go:noinline
func panicShare(operation, operand string) {
	panic(fmt.Sprintf("kernels: %s: the destination overlaps %s", operation, operand))
}
