// Package kernels holds the loops around the assembly: matrices, the scores and
// gradients of linear models, row losses, distances and neighbours, and the
// goroutines that share the work.
//
// Every result is independent of the number of goroutines, of the instruction set
// and of the batch: a row treated alone gives the bits that it gives among others.
package kernels

import "fmt"

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
func (m Matrix) Row(i int) []float32 {
	return m.Data[i*m.Stride:][:m.Cols:m.Cols]
}

// Slice is rows lo to hi, without a copy.
func (m Matrix) Slice(lo, hi int) Matrix {
	if lo == hi {
		return Matrix{Cols: m.Cols, Stride: m.Stride}
	}
	return Matrix{hi - lo, m.Cols, m.Stride, m.Data[lo*m.Stride : (hi-1)*m.Stride+m.Cols]}
}

// Check returns an error unless the dimensions are possible and Data holds them.
func (m Matrix) Check() error {
	switch {
	case m.Rows < 0 || m.Cols < 0:
		return fmt.Errorf("kernels: matrix of %d×%d", m.Rows, m.Cols)
	case m.Rows == 0:
		return nil
	case m.Rows > 1 && m.Stride < m.Cols:
		return fmt.Errorf("kernels: matrix of %d×%d has stride %d", m.Rows, m.Cols, m.Stride)
	case len(m.Data) < m.Cols || m.Stride > 0 && (len(m.Data)-m.Cols)/m.Stride < m.Rows-1:
		return fmt.Errorf("kernels: %d elements are too few for a matrix of %d×%d with stride %d",
			len(m.Data), m.Rows, m.Cols, m.Stride)
	}
	return nil
}

// must panics unless every matrix is sound: shape is code.
func must(ms ...Matrix) {
	for _, m := range ms {
		if err := m.Check(); err != nil {
			panic(err.Error())
		}
	}
}

func mustEqual(operation, what string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("kernels: %s: %s %d, want %d", operation, what, got, want))
	}
}
