package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/seed842bec00/argmax"
)

// DType is the type of the elements of a tensor, as the format names it.
type DType string

// The dtypes whose elements are numbers that this package decodes. Tensors of others are
// listed, and skipped.
const (
	F64  DType = "F64"
	F32  DType = "F32"
	F16  DType = "F16"
	BF16 DType = "BF16"
	I64  DType = "I64"
	I32  DType = "I32"
	I16  DType = "I16"
	I8   DType = "I8"
	U64  DType = "U64"
	U32  DType = "U32"
	U16  DType = "U16"
	U8   DType = "U8"
	Bool DType = "BOOL" // 0 or 1
)

// Size returns the bytes of an element, 0 if this package does not decode the dtype.
func (d DType) Size() int {
	switch d {
	case F64, I64, U64:
		return 8
	case F32, I32, U32:
		return 4
	case F16, BF16, I16, U16:
		return 2
	case I8, U8, Bool:
		return 1
	}
	return 0
}

// Decode sets dst to the numbers in src and returns how many of them float32 does not
// hold exactly: they are rounded to the nearest, ties to even. A finite number that
// would become infinite is an error that says where it is; dst is then incomplete. It
// panics unless src has Size bytes for each element of dst.
func (d DType) Decode(dst []float32, src []byte) (rounded int, err error) {
	size := d.Size()
	if size == 0 {
		return 0, fmt.Errorf("safetensors: dtype %.64q; it cannot be converted to float32", string(d))
	}
	if len(src) != size*len(dst) {
		panic(fmt.Sprintf("safetensors: Decode: %d bytes for %d elements of %s", len(src), len(dst), d))
	}
	order := binary.LittleEndian
	switch d {
	case F32:
		for i := range dst {
			dst[i] = math.Float32frombits(order.Uint32(src[4*i:]))
		}
	case F16:
		for i := range dst {
			dst[i] = argmax.Float16(order.Uint16(src[2*i:])).Float32()
		}
	case BF16:
		for i := range dst {
			dst[i] = argmax.BFloat16(order.Uint16(src[2*i:])).Float32()
		}
	case F64:
		for i := range dst {
			v := math.Float64frombits(order.Uint64(src[8*i:]))
			dst[i] = float32(v)
			switch {
			case float64(dst[i]) == v || v != v:
			case math.IsInf(float64(dst[i]), 0):
				return rounded, fmt.Errorf("safetensors: element %d is %v: too large for float32", i, v)
			default:
				rounded++
			}
		}
	case I64, I32, I16, I8:
		for i := range dst {
			v := d.signed(src[size*i:])
			dst[i] = float32(v)
			if f := float64(dst[i]); f >= 1<<63 || int64(f) != v {
				rounded++
			}
		}
	default:
		for i := range dst {
			v := d.unsigned(src[size*i:])
			dst[i] = float32(v)
			if f := float64(dst[i]); f >= 1<<64 || uint64(f) != v {
				rounded++
			}
		}
	}
	return rounded, nil
}

// signed decodes the integer that b begins with.
func (d DType) signed(b []byte) int64 {
	switch d {
	case I64:
		return int64(binary.LittleEndian.Uint64(b))
	case I32:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	case I16:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	}
	return int64(int8(b[0]))
}

// unsigned decodes the integer that b begins with.
func (d DType) unsigned(b []byte) uint64 {
	switch d {
	case U64:
		return binary.LittleEndian.Uint64(b)
	case U32:
		return uint64(binary.LittleEndian.Uint32(b))
	case U16:
		return uint64(binary.LittleEndian.Uint16(b))
	}
	return uint64(b[0])
}
