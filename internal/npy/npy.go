// Package npy reads and writes arrays in the format of NumPy:
//
//	6 bytes   "\x93NUMPY"
//	2 bytes   the version
//	2 bytes   the length of the header, little-endian; 4 bytes from version 2 on
//	header    a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
//	data      the elements, row-major, or column-major if fortran_order is True
//
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Arrays of
// numbers, booleans and strings are read; those of Python objects need Python, and trust,
// and those of records are no matrix.
package npy

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// Header describes an array.
type Header struct {
	DType   DType
	Shape   []int // the empty shape is one element
	Fortran bool  // column-major
	Offset  int64 // of the data, from the beginning of the file
}

// Limits bound what reading may take. A zero stands for the default; a negative number
// allows nothing.
type Limits struct {
	// Bytes is the most that the data of an array may take, by default 16 GiB, on 32-bit
	// processors 2 GiB.
	Bytes int64
}

// Magic is what every file begins with.
const Magic = "\x93NUMPY"

// maxHeader is the largest header in bytes; those of NumPy have less than 200, and its
// own limit is 10,000.
const maxHeader = 1 << 16

// Elements returns the number of elements, the product of the shape.
func (h *Header) Elements() int {
	n := 1
	for _, d := range h.Shape {
		n *= d
	}
	return n
}

// ReadHeader reads a header. Nothing that it claims takes memory.
func ReadHeader(r io.Reader) (*Header, error) {
	var head [len(Magic) + 2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, fmt.Errorf("npy: the beginning of the file: %w", unexpected(err))
	}
	if string(head[:len(Magic)]) != Magic {
		return nil, fmt.Errorf("npy: the file begins with %q, not with %q", head[:len(Magic)], Magic)
	}
	version, size := head[len(Magic)], 2
	switch version {
	case 1:
	case 2, 3:
		size = 4
	default:
		return nil, fmt.Errorf("npy: version %d.%d; 1 to 3 can be read", version, head[len(Magic)+1])
	}
	var length [4]byte
	if _, err := io.ReadFull(r, length[:size]); err != nil {
		return nil, fmt.Errorf("npy: the length of the header: %w", unexpected(err))
	}
	n := int64(length[0]) | int64(length[1])<<8 | int64(length[2])<<16 | int64(length[3])<<24
	if n > maxHeader {
		return nil, fmt.Errorf("npy: a header of %d bytes, the limit is %d", n, maxHeader)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, fmt.Errorf("npy: the header: %w", unexpected(err))
	}
	h, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("npy: the header: %w", err)
	}
	h.Offset = int64(len(head)+size) + n
	if !h.fits() {
		return nil, fmt.Errorf("npy: an array of shape %v: its size overflows", h.Shape)
	}
	return h, nil
}

// fits reports whether the bytes of the array can be counted by an int.
func (h *Header) fits() bool {
	n := max(1, h.DType.Size)
	for _, d := range h.Shape {
		if d > 0 && n > math.MaxInt/d {
			return false
		}
		n *= d
	}
	return true
}

// ReadData reads the data from r, which is where ReadHeader left it, up to its end. Memory
// grows with what has come.
func (h *Header) ReadData(r io.Reader, limits Limits) ([]byte, error) {
	n, limit := h.Elements()*h.DType.Size, limits.Bytes
	if limit == 0 {
		limit = min(16<<30, math.MaxInt)
	}
	if int64(n) > limit {
		return nil, fmt.Errorf("npy: an array of shape %v takes %d bytes, the limit is %d", h.Shape, n, max(0, limit))
	}
	const chunk = 1 << 18
	data := make([]byte, 0, min(n, chunk))
	for len(data) < n {
		have := len(data)
		if have == cap(data) {
			data = append(make([]byte, 0, have+min(have, n-have)), data...)
		}
		if _, err := io.ReadFull(r, data[have:cap(data)]); err != nil {
			return nil, fmt.Errorf("npy: an array of shape %v takes %d bytes: %w", h.Shape, n, unexpected(err))
		}
		data = data[:cap(data)]
	}
	switch _, err := io.ReadFull(r, make([]byte, 1)); {
	case err == nil:
		return nil, errors.New("npy: the file goes on after the array")
	case err != io.EOF:
		return nil, fmt.Errorf("npy: the end of the file: %w", err)
	}
	return data, nil
}

// RowMajor returns the elements of the array in row-major order, which is a copy if they
// are not.
func RowMajor[T any](h *Header, x []T) []T {
	if !h.Fortran || len(h.Shape) < 2 || len(x) == 0 {
		return x
	}
	out, at := make([]T, len(x)), make([]int, len(h.Shape))
	for _, v := range x {
		i := 0
		for d, n := range h.Shape {
			i = i*n + at[d]
		}
		out[i] = v
		for d := range at { // the first index runs fastest
			if at[d]++; at[d] < h.Shape[d] {
				break
			}
			at[d] = 0
		}
	}
	return out
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
