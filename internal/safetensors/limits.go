package safetensors

import (
	"cmp"
	"math"
)

// Limits bound the time and the memory that reading a file may take, whatever the
// file says of itself. A zero stands for the default; a negative number allows
// nothing.
type Limits struct {
	// Header is the largest header in bytes, by default MaxHeader. Decoding a
	// header takes up to eight times its size.
	Header int
	// Bytes is the most that the tensors that are read may take as float32, by default
	// 16 GiB, on 32-bit processors 2 GiB.
	Bytes int64
	// Tensors, Dimensions and Metadata are the largest numbers of tensors, by
	// default 1024, of dimensions of one tensor, 8, and of metadata keys, 1024.
	Tensors, Dimensions, Metadata int
}

// MaxHeader is the largest header in bytes that is written, and by default read:
// room for a million names of classes. The reference implementation stops at 100
// million.
const MaxHeader = 32 << 20

func (l Limits) orDefault() Limits {
	return Limits{
		Header:     max(0, cmp.Or(l.Header, MaxHeader)),
		Bytes:      max(0, cmp.Or(l.Bytes, min(16<<30, math.MaxInt))),
		Tensors:    max(0, cmp.Or(l.Tensors, 1024)),
		Dimensions: max(0, cmp.Or(l.Dimensions, 8)),
		Metadata:   max(0, cmp.Or(l.Metadata, 1024)),
	}
}
