package kernels

import (
	"fmt"
	"math/bits"
	"unsafe"

	"github.com/seed842bec00/argmax"
)

// Pixels is a row-major matrix of bytes, as images are: element (i, j) is
// Data[i*Stride+j]. Computing with it gives the bits that computing with the same
// numbers as float32 does.
type Pixels struct {
	Rows, Cols int
	Stride     int
	Data       []uint8
}

// Row is row i, without a copy.
func (p Pixels) Row(i int) []uint8 { return view[uint8](p).row(i) }

// Slice is rows lo to hi, without a copy.
func (p Pixels) Slice(lo, hi int) Pixels { return Pixels(view[uint8](p).slice(lo, hi)) }

// Check returns an error unless the dimensions are possible and Data holds them.
func (p Pixels) Check() error { return view[uint8](p).check() }

// element is a number of a matrix.
type element interface{ float32 | uint8 }

// view is what Matrix and Pixels are, for code that takes either.
type view[E element] struct {
	Rows, Cols int
	Stride     int
	Data       []E
}

func (v view[E]) row(i int) []E { return v.Data[i*v.Stride:][:v.Cols:v.Cols] }

func (v view[E]) slice(lo, hi int) view[E] {
	if lo == hi {
		return view[E]{Cols: v.Cols, Stride: v.Stride}
	}
	return view[E]{hi - lo, v.Cols, v.Stride, v.Data[lo*v.Stride : (hi-1)*v.Stride+v.Cols]}
}

// used is the memory from the first element to the last.
func (v view[E]) used() []E {
	if v.Rows == 0 || v.Cols == 0 {
		return nil
	}
	return v.Data[:(v.Rows-1)*v.Stride+v.Cols]
}

// columns is columns lo to hi.
func (v view[E]) columns(lo, hi int) view[E] {
	if v.Rows == 0 {
		return view[E]{Cols: hi - lo, Stride: v.Stride}
	}
	return view[E]{v.Rows, hi - lo, v.Stride, v.Data[lo : (v.Rows-1)*v.Stride+hi]}
}

func (v view[E]) check() error {
	if v.sound() {
		return nil
	}
	switch {
	case v.Rows < 0 || v.Cols < 0:
		return fmt.Errorf("kernels: matrix of %d×%d", v.Rows, v.Cols)
	case v.Rows > 1 && v.Stride < v.Cols:
		return fmt.Errorf("kernels: matrix of %d×%d has stride %d", v.Rows, v.Cols, v.Stride)
	}
	return fmt.Errorf("kernels: %d elements are too few for a matrix of %d×%d with stride %d",
		len(v.Data), v.Rows, v.Cols, v.Stride)
}

// sound reports whether the dimensions are possible and the data holds them. A
// single row needs no stride.
func (v view[E]) sound() bool {
	if v.Rows <= 1 {
		return v.Rows == 0 && v.Cols >= 0 || v.Rows == 1 && uint(v.Cols) <= uint(len(v.Data))
	}
	high, last := bits.Mul64(uint64(v.Rows-1), uint64(v.Stride))
	return v.Cols >= 0 && v.Stride >= v.Cols && high == 0 && v.Cols <= len(v.Data) && last <= uint64(len(v.Data)-v.Cols)
}

// far reports whether the data is too large for caches.
func (v view[E]) far() bool {
	return v.Rows*v.Stride*int(unsafe.Sizeof(*new(E))) > current().cached
}

// copyTo copies v, converted, to dst, whose rows are stride elements apart.
func (v view[E]) copyTo(dst []float32, stride int) {
	for i := range v.Rows {
		to := dst[i*stride:][:v.Cols]
		switch from := any(v.row(i)).(type) {
		case []float32:
			copy(to, from)
		case []uint8:
			argmax.FromBytes(to, from)
		}
	}
}
