package dataset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"unsafe"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/mmap"
	"github.com/seed842bec00/argmax/internal/npy"
	"github.com/seed842bec00/argmax/kernels"
)

// array is an array in a file. Its header is read, its data are next.
type array struct {
	in      *source // whose name is that of the file, and perhaps of the array in it
	dtype   npy.DType
	shape   []int
	fortran bool // column-major
	limits  Limits
	// file holds the data as they are, from offset on; nil if it does not.
	file   *os.File
	offset int64
	last   bool // nothing may follow in the file
}

// bfloat is the kind of bfloat16, which NumPy does not have.
const bfloat = 'B'

// rows returns the number of rows and of features of each.
func (a *array) rows() (n, features int, err error) {
	if len(a.shape) < 2 {
		return 0, 0, a.in.errorf("an array of shape %v: rows of features have two dimensions", a.shape)
	}
	if n, features = a.shape[0], 1; n == 0 {
		return 0, 0, a.in.errorf("an array of shape %v has no rows", a.shape)
	}
	for _, d := range a.shape[1:] {
		if d > 0 && features > math.MaxInt/d/max(1, n)/8 { // of an IDX file; others are checked
			return 0, 0, a.in.errorf("an array of shape %v: its size overflows", a.shape)
		}
		features *= d
	}
	if features == 0 {
		return 0, 0, a.in.errorf("an array of shape %v has no features", a.shape)
	}
	if n > a.limits.Images {
		return 0, 0, a.in.errorf("%d rows, the limit is %d", n, a.limits.Images)
	}
	return n, features, nil
}

// checkBytes returns an error if the rows, of this many bytes each, are over the limit.
func (a *array) checkBytes(n int, rowBytes uint64) error {
	if uint64(n) > uint64(a.limits.Bytes)/(rowBytes+labelSize) {
		return a.in.errorf("%d rows of %d bytes: the limit of a set is %d bytes", n, rowBytes, a.limits.Bytes)
	}
	return nil
}

// mapFrom is the size in bytes from which on arrays are mapped rather than read.
const mapFrom = 16 << 20

// examples returns the rows of the array: images if they are bytes and have the shape of
// images, otherwise a table. unmap is nil unless they lie in the file.
func (a *array) examples(r *Report) (ex Examples, unmap func() error, err error) {
	n, features, err := a.rows()
	if err != nil {
		return nil, nil, err
	}
	if a.isBytes() {
		return a.byteRows(n, features)
	}
	data, unmap, err := mapValues[float32](a, n*features)
	if err != nil {
		return nil, nil, err
	}
	if data == nil {
		if err := a.checkBytes(n, 4*uint64(features)); err != nil {
			return nil, nil, err
		}
		if data, err = a.floats(n, features, r); err != nil {
			return nil, nil, err
		}
	}
	return &Table[float32]{x: kernels.Dense[float32]{Rows: n, Cols: features, Stride: features, Data: data}}, unmap, nil
}

func (a *array) isBytes() bool {
	return a.dtype.Size == 1 && (a.dtype.Kind == 'u' || a.dtype.Kind == 'b')
}

// byteRows are the rows of an array of bytes.
func (a *array) byteRows(n, features int) (ex Examples, unmap func() error, err error) {
	data, unmap, err := mapValues[uint8](a, n*features)
	if err != nil {
		return nil, nil, err
	}
	if data == nil {
		if err := a.checkBytes(n, uint64(features)); err != nil {
			return nil, nil, err
		}
		if data, err = a.bytes(n, features); err != nil {
			return nil, nil, err
		}
	}
	shape, interleaved := imageShape(a.shape[1:])
	if shape == (Shape{}) || a.limits.checkShape(shape) != nil {
		return &Table[uint8]{x: kernels.Dense[uint8]{Rows: n, Cols: features, Stride: features, Data: data}}, unmap, nil
	}
	if interleaved {
		planes := make([]byte, len(data))
		for i := range n {
			deinterleave(planes[i*features:][:features], data[i*features:][:features], shape.Channels)
		}
		if data = planes; unmap != nil {
			err = unmap()
		}
		unmap = nil
	}
	return &Set{shape: shape, pixels: data}, unmap, err
}

// imageShape returns the shape of images that an array has behind its rows, and whether
// the channels of a pixel are side by side; no shape if it is not that of images.
func imageShape(dims []int) (s Shape, interleaved bool) {
	switch {
	case len(dims) == 2:
		return Shape{Height: dims[0], Width: dims[1], Channels: 1}, false
	case len(dims) == 3 && (dims[2] == 1 || dims[2] == 3):
		return Shape{Height: dims[0], Width: dims[1], Channels: dims[2]}, dims[2] > 1
	case len(dims) == 3 && (dims[0] == 1 || dims[0] == 3):
		return Shape{Height: dims[1], Width: dims[2], Channels: dims[0]}, false
	}
	return Shape{}, false
}

// deinterleave stores the channels of the pixels in src as planes.
func deinterleave(dst, src []byte, channels int) {
	plane := len(src) / channels
	for c := range channels {
		for i := range plane {
			dst[c*plane+i] = src[i*channels+c]
		}
	}
}

// mapValues maps the data, if they are n values of E as they lie in memory, and returns
// nil otherwise.
func mapValues[E kernels.Element](a *array, n int) (data []E, unmap func() error, err error) {
	var zero E
	size := int64(unsafe.Sizeof(zero))
	littleEndian := binary.NativeEndian.Uint16([]byte{1, 0}) == 1
	switch {
	case a.file == nil || a.fortran || a.dtype.Size != int(size) || int64(n)*size < mapFrom:
		return nil, nil, nil
	case size > 1 && (a.dtype.Kind != 'f' || a.dtype.Big == littleEndian || a.offset%size != 0):
		return nil, nil, nil
	}
	end := a.offset + int64(n)*size
	info, err := a.file.Stat()
	switch {
	case err != nil:
		return nil, nil, a.in.errorf("%w", err)
	case int64(int(end)) != end:
		return nil, nil, a.in.errorf("an array of shape %v is larger than the address space", a.shape)
	case info.Size() < end:
		return nil, nil, a.in.errorf("%w: %d bytes of the array are missing", io.ErrUnexpectedEOF, end-info.Size())
	case a.last && info.Size() > end:
		return nil, nil, a.in.errorAt(end, "data after the end")
	}
	raw, unmap, err := mmap.Map(a.file, int(end))
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return nil, nil, nil
	case err != nil:
		return nil, nil, fmt.Errorf("dataset: %w", err)
	}
	return unsafe.Slice((*E)(unsafe.Pointer(&raw[a.offset])), n), unmap, nil
}

// bytes reads n rows of bytes.
func (a *array) bytes(n, features int) ([]byte, error) {
	data, err := a.in.take(n*features, "array")
	if err != nil {
		return nil, err
	}
	if a.fortran {
		data = npy.RowMajor(&npy.Header{DType: a.dtype, Shape: a.shape, Fortran: true}, data)
	}
	if a.dtype.Kind == 'b' {
		for _, v := range data {
			if v > 1 {
				return nil, a.in.errorf("%d in an array of booleans", v)
			}
		}
	}
	return data, a.end()
}

// end checks that nothing follows, where nothing may.
func (a *array) end() error {
	if !a.last {
		return nil
	}
	return a.in.end()
}

// floats reads n rows of numbers, and adds to the report how many were rounded.
func (a *array) floats(n, features int, r *Report) ([]float32, error) {
	if !strings.ContainsRune("fiub"+string(bfloat), rune(a.dtype.Kind)) {
		return nil, a.in.errorf("features of dtype %v: they must be numbers", a.dtype)
	}
	const chunk = 1 << 16
	total := n * features
	short := func(offset int64) error {
		return a.in.errorAt(offset, "%w in the array: it has %d rows of %d features", io.ErrUnexpectedEOF, n, features)
	}
	certain, size := 4*chunk, int64(total)*int64(a.dtype.Size)
	switch {
	case a.in.lacks(size):
		return nil, short(a.in.size)
	case a.in.has(size):
		certain = total
	}
	data := make([]float32, 0, min(total, certain))
	raw := make([]byte, min(total, chunk)*a.dtype.Size)
	var lost rounding
	for len(data) < total {
		have := len(data)
		if have == cap(data) {
			data = append(make([]float32, 0, have+min(have, total-have)), data...)
		}
		part := data[have:min(cap(data), have+chunk)]
		src := raw[:len(part)*a.dtype.Size]
		if _, err := io.ReadFull(a.in, src); err != nil {
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				return nil, short(a.in.offset)
			}
			return nil, a.in.errorf("%w", err)
		}
		if at, v := lost.decode(part, src, a.dtype); at >= 0 {
			row, column := a.place(have+at, n, features)
			return nil, a.in.errorf("row %d: feature %d is %v: too large for float32", row, column, v)
		}
		data = data[:have+len(part)]
	}
	lost.describe(a.in.name, total, r)
	if a.fortran {
		data = npy.RowMajor(&npy.Header{DType: a.dtype, Shape: a.shape, Fortran: true}, data)
	}
	return data, a.end()
}

// place returns the row and the feature of an element, counted in the order of the file.
func (a *array) place(i, n, features int) (row, column int) {
	if !a.fortran {
		return i / features, i % features
	}
	row, i = i%n, i/n
	stride := features
	for _, d := range a.shape[1:] {
		stride /= d
		column += i % d * stride
		i /= d
	}
	return row, column
}

// rounding is what numbers lose when they become float32.
type rounding struct {
	count int
	worst float64 // the largest relative error
}

// decode sets dst to the numbers in src. It returns the place and the value of the first
// that is finite and too large, or −1.
func (r *rounding) decode(dst []float32, src []byte, d npy.DType) (at int, v float64) {
	if d.Kind == bfloat {
		for i := range dst {
			dst[i] = argmax.BFloat16(binary.LittleEndian.Uint16(src[2*i:])).Float32()
		}
		return -1, 0
	}
	rounded, err := d.Float32s(dst, src)
	if err == nil && rounded == 0 {
		return -1, 0
	}
	r.count += rounded
	exact := wide(d)
	for i := range dst {
		v := exact(src[i*d.Size:])
		e := math.Abs(v-float64(dst[i])) / math.Abs(v)
		switch {
		case v == 0 || v-v != 0:
		case math.IsInf(e, 0) || math.Abs(v) > math.MaxFloat32 && math.IsInf(float64(float32(v)), 0):
			return i, v
		case e > r.worst:
			r.worst = e
		}
	}
	return -1, 0
}

// wide returns a function that decodes a number as float64: exactly, or, of an integer
// beyond 2⁵³, as nearly as matters for a relative error.
func wide(d npy.DType) func([]byte) float64 {
	order := binary.ByteOrder(binary.LittleEndian)
	if d.Big {
		order = binary.BigEndian
	}
	switch {
	case d.Kind == 'f':
		return func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) }
	case d.Kind == 'i' && d.Size == 4:
		return func(b []byte) float64 { return float64(int32(order.Uint32(b))) }
	case d.Kind == 'i':
		return func(b []byte) float64 { return float64(int64(order.Uint64(b))) }
	case d.Size == 4:
		return func(b []byte) float64 { return float64(order.Uint32(b)) }
	}
	return func(b []byte) float64 { return float64(order.Uint64(b)) }
}

// describe adds a note if anything was rounded.
func (r *rounding) describe(name string, of int, report *Report) {
	if r.count > 0 {
		report.notef("%s: %d of %d numbers are rounded to float32, by at most %.2g of their value", name, r.count, of, r.worst)
	}
}
