// Package safetensors reads and writes model files in the safetensors format,
// which needs no code to open and no trust in who wrote it:
//
//	8 bytes   the length of the header, little-endian
//	header    a JSON object, padded with spaces: it maps the name of each tensor
//	          to its dtype, its shape and its place in the data, [begin, end)
//	          in bytes; "__metadata__" maps strings to strings
//	data      the tensors one after the other, row-major, little-endian
//
// Format: https://github.com/huggingface/safetensors. Of its dtypes this package
// reads F32. A file with a tensor of any other (F64, F16, BF16, I64, U8, …) is an
// error that names the tensor and the dtype.
package safetensors

import "math"

// Tensor is a named array of float32.
type Tensor struct {
	Name  string
	Shape []int     // the empty shape is one number
	Data  []float32 // row-major; as many as the product of Shape
}

const (
	prefix      = 8 // bytes before the header: its length
	elementSize = 4 // bytes of an F32
	dtypeF32    = "F32"
	metadataKey = "__metadata__"
)

// elements returns the product of shape, or false if a dimension is negative or the
// length of that many float32 in bytes overflows int.
func elements[T int | int64](shape []T) (int, bool) {
	n := int64(1)
	for _, dim := range shape {
		if dim < 0 || dim > 0 && n > math.MaxInt/elementSize/int64(dim) {
			return 0, false
		}
		n *= int64(dim)
	}
	return int(n), true
}
