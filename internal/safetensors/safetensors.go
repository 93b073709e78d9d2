// Package safetensors reads and writes files of tensors in the safetensors format,
// which needs no code to open and no trust in who wrote it:
//
//	8 bytes   the length of the header, little-endian
//	header    a JSON object, padded with spaces: it maps the name of each tensor
//	          to its dtype, its shape and its place in the data, [begin, end)
//	          in bytes; "__metadata__" maps strings to strings
//	data      the tensors one after the other, row-major, little-endian
//
// Format: https://github.com/huggingface/safetensors.
//
// [Read] reads a whole file. A caller that wants some of the tensors reads the header
// first ([ReadHeader]) and then those ([Header.Read]); one that wants some of the rows
// reads them where [Entry] says that they are and converts them with [DType.Decode].
package safetensors

// Tensor is a named array of float32.
type Tensor struct {
	Name  string
	Shape []int     // the empty shape is one number
	Data  []float32 // row-major; as many as the product of Shape
}

// Header is what a file says of its tensors.
type Header struct {
	// Tensors are in the order of their data.
	Tensors []Entry
	// Metadata is nil if there is none.
	Metadata map[string]string
	// Offset is that of the data, from the beginning of the file.
	Offset int64

	certain bool // the file is as long as the tensors say
	limits  Limits
}

// Entry describes a tensor.
type Entry struct {
	Name       string
	DType      DType
	Shape      []int
	Begin, End int64 // its bytes of the data, End excluded
}

// Elements returns the number of elements, the product of the shape. On 32-bit processors
// it is right for what fits memory.
func (e Entry) Elements() int {
	n := 1
	for _, d := range e.Shape {
		n *= d
	}
	return n
}

const (
	prefix      = 8 // bytes before the header: its length
	elementSize = 4 // bytes of an F32
	metadataKey = "__metadata__"
)

// product returns the product of shape, or false if a dimension is negative or the
// product, times the size of an element, exceeds most.
func product[T int | int64](shape []T, size int, most int64) (int64, bool) {
	n := int64(1)
	for _, dim := range shape {
		if dim < 0 || dim > 0 && n > most/int64(size)/int64(dim) {
			return 0, false
		}
		n *= int64(dim)
	}
	return n, true
}
