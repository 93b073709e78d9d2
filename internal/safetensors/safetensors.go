// Package safetensors reads and writes model files in the safetensors format,
// which needs no code to open and no trust in who wrote it:
//
//	8 bytes   the length of the header, little-endian
//	header    a JSON object, padded with spaces: from the name of each tensor to
//	          its dtype, its shape and its place in the data, [begin, end) in
//	          bytes; "__metadata__" maps strings to strings
//	data      the tensors one after the other, row-major, little-endian
//
// Format: https://github.com/huggingface/safetensors. Of its dtypes this package
// knows F32. A file that holds another one (F64, F16, BF16, I64, U8, …) is
// refused whole, with an error that names the tensor and the dtype.
package safetensors

import "math"

// Tensor is a named array of float32.
type Tensor struct {
	Name  string
	Shape []int     // the empty shape is one number
	Data  []float32 // row-major; as many as the product of Shape
}

// MaxHeader is the largest header, in bytes, that is read or written: the limit
// of the format's reference implementation.
const MaxHeader = 100_000_000

const (
	prefix      = 8 // bytes before the header: its length
	elementSize = 4 // bytes of an F32
	dtypeF32    = "F32"
	metadataKey = "__metadata__"
)

// elements is the product of shape, and false if a dimension is negative or the
// bytes of so many float32 do not fit an int.
func elements(shape []int) (int, bool) {
	n := 1
	for _, dim := range shape {
		if dim < 0 || dim > 0 && n > math.MaxInt/elementSize/dim {
			return 0, false
		}
		n *= dim
	}
	return n, true
}
