package kernels

import (
	"fmt"
	"math/bits"
	"unsafe"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/blocks"
)

// Element is the type of the elements of a matrix. Every operation that takes
// either gives the same bits for bytes as for the same numbers in float32.
type Element = argmax.Element

// Dense is a row-major matrix of Rows × Cols: element (i, j) is Data[i*Stride+j].
// What lies between the rows is neither read nor written. Matrices of float16 and
// bfloat16 are for package index.
type Dense[E Element | argmax.Half] struct {
	Rows, Cols int
	Stride     int
	Data       []E
}

// Matrix is a matrix of float32. It has the fields of gonum's blas32.General, in
// the same order, so that one converts to the other.
type Matrix = Dense[float32]

// NewMatrix returns a matrix of zeros.
func NewMatrix(rows, cols int) Matrix { return NewDense[float32](rows, cols) }

// NewDense returns a matrix of zeros. It panics if there cannot be such a matrix.
func NewDense[E Element | argmax.Half](rows, cols int) Dense[E] {
	high, n := bits.Mul(uint(rows), uint(cols))
	if rows < 0 || cols < 0 || high != 0 || int(n) < 0 {
		panic(fmt.Sprintf("kernels: matrix of %d×%d", rows, cols))
	}
	return Dense[E]{Rows: rows, Cols: cols, Stride: cols, Data: make([]E, n)}
}

// Row returns row i, without a copy.
func (m Dense[E]) Row(i int) []E { return m.Data[i*m.Stride:][:m.Cols:m.Cols] }

// Slice returns rows lo to hi, hi excluded, without a copy.
func (m Dense[E]) Slice(lo, hi int) Dense[E] {
	if lo == hi {
		return Dense[E]{Cols: m.Cols, Stride: m.Stride}
	}
	return Dense[E]{hi - lo, m.Cols, m.Stride, m.Data[lo*m.Stride : (hi-1)*m.Stride+m.Cols]}
}

// Columns returns columns lo to hi, hi excluded, without a copy.
func (m Dense[E]) Columns(lo, hi int) Dense[E] {
	if m.Rows == 0 {
		return Dense[E]{Cols: hi - lo, Stride: m.Stride}
	}
	return Dense[E]{m.Rows, hi - lo, m.Stride, m.Data[lo : (m.Rows-1)*m.Stride+hi]}
}

// from returns m from row i and column j on, as package argmax takes it.
func (m Dense[E]) from(i, j int) argmax.Strided[E] {
	return argmax.Strided[E]{Data: m.Data[i*m.Stride+j:], Stride: m.Stride}
}

// Check returns an error if a dimension is negative, rows overlap or Data is too
// short. A single row needs no stride.
func (m Dense[E]) Check() error {
	if m.sound() {
		return nil
	}
	switch {
	case m.Rows < 0 || m.Cols < 0:
		return fmt.Errorf("kernels: matrix of %d×%d", m.Rows, m.Cols)
	case m.Rows > 1 && m.Stride < m.Cols:
		return fmt.Errorf("kernels: matrix of %d×%d has stride %d", m.Rows, m.Cols, m.Stride)
	}
	return fmt.Errorf("kernels: %d elements are too few for a matrix of %d×%d with stride %d",
		len(m.Data), m.Rows, m.Cols, m.Stride)
}

// mustBeSound panics if there is an error. Of a single row it costs a comparison.
func (m Dense[E]) mustBeSound() {
	if m.Rows == 1 && uint(m.Cols) <= uint(len(m.Data)) {
		return
	}
	must(m.Check())
}

func (m Dense[E]) sound() bool {
	if m.Rows <= 1 {
		return m.Rows == 0 && m.Cols >= 0 || m.Rows == 1 && uint(m.Cols) <= uint(len(m.Data))
	}
	high, last := bits.Mul64(uint64(m.Rows-1), uint64(m.Stride))
	return m.Cols >= 0 && m.Stride >= m.Cols && high == 0 && m.Cols <= len(m.Data) && last <= uint64(len(m.Data)-m.Cols)
}

// used returns the memory from the first element to the last.
func (m Dense[E]) used() []E {
	if m.Rows == 0 || m.Cols == 0 {
		return nil
	}
	return m.Data[:(m.Rows-1)*m.Stride+m.Cols]
}

// far reports whether the matrix is too large for the L2 cache.
func (m Dense[E]) far() bool {
	return uintptr(len(m.used()))*unsafe.Sizeof(*new(E)) > uintptr(blocks.Current().Far)
}

// row is a vector as a matrix of one row.
func row[E Element](x []E) Dense[E] { return Dense[E]{1, len(x), len(x), x} }
