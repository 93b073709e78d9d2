package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed842bec00/argmax/internal/files"
)

// WriteFile writes a file as Write does, whole or not at all: see files.Replace.
func WriteFile(path string, tensors []Tensor, metadata map[string]string) error {
	return files.Replace(path, func(w io.Writer) error { return Write(w, tensors, metadata) })
}

// Write writes a file. Equal tensors and metadata give equal bytes: the tensors
// are sorted by name and the metadata by key. Empty metadata is left out.
//
// It panics if the length of a tensor's Data is not the product of its Shape. A
// name or metadata that is not UTF-8, a duplicate name or one that is
// "__metadata__", and a header longer than MaxHeader are errors; then nothing has
// been written.
func Write(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	tensors = slices.Clone(tensors)
	slices.SortStableFunc(tensors, func(a, b Tensor) int { return strings.Compare(a.Name, b.Name) })
	header, err := encodeHeader(tensors, metadata)
	if err != nil {
		return err
	}
	head := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	if _, err := w.Write(append(head, header...)); err != nil {
		return err
	}
	buf := make([]byte, 0, chunk*elementSize)
	for _, t := range tensors {
		for part := range slices.Chunk(t.Data, chunk) {
			buf, _ = binary.Append(buf[:0], binary.LittleEndian, part) // float32 always encodes
			if _, err := w.Write(buf); err != nil {
				return err
			}
		}
	}
	return nil
}

// chunk is the number of elements that are converted at a time, so that no second copy
// of the tensors is needed in memory.
const chunk = 16 << 10

// encodeHeader returns the header of tensors that are sorted by name and stored in
// that order, padded so that the data after it is aligned to 8 bytes.
func encodeHeader(tensors []Tensor, metadata map[string]string) ([]byte, error) {
	var h bytes.Buffer
	h.WriteByte('{')
	if len(metadata) > 0 {
		for key, value := range metadata {
			if !utf8.ValidString(key) || !utf8.ValidString(value) {
				return nil, fmt.Errorf("safetensors: metadata %.64q = %.64q is not UTF-8", key, value)
			}
		}
		member(&h, metadataKey, metadata)
	}
	var end int64
	for i, t := range tensors {
		switch {
		case !utf8.ValidString(t.Name):
			return nil, fmt.Errorf("safetensors: the tensor name %.64q is not UTF-8", t.Name)
		case t.Name == metadataKey:
			return nil, fmt.Errorf("safetensors: no tensor can be named %q", t.Name)
		case i > 0 && t.Name == tensors[i-1].Name:
			return nil, fmt.Errorf("safetensors: two tensors are named %.64q", t.Name)
		}
		if n, ok := product(t.Shape, elementSize, math.MaxInt); !ok || n != int64(len(t.Data)) {
			panic(fmt.Sprintf("safetensors: tensor %.64q has %d numbers, its shape is %v", t.Name, len(t.Data), t.Shape))
		}
		begin := end
		end += int64(len(t.Data)) * elementSize
		member(&h, t.Name, struct {
			Dtype   DType    `json:"dtype"`
			Shape   []int    `json:"shape"`
			Offsets [2]int64 `json:"data_offsets"`
		}{F32, append([]int{}, t.Shape...), [2]int64{begin, end}}) // not nil: JSON would say null
	}
	h.WriteByte('}')
	for h.Len()%8 != 0 {
		h.WriteByte(' ')
	}
	if h.Len() > MaxHeader {
		return nil, fmt.Errorf("safetensors: the header takes %d bytes, the limit is %d", h.Len(), MaxHeader)
	}
	return h.Bytes(), nil
}

// member appends a member to the object that begins in h. The key is UTF-8, and
// value has a type that always encodes.
func member(h *bytes.Buffer, key string, value any) {
	if h.Len() > 1 {
		h.WriteByte(',')
	}
	k, _ := json.Marshal(key)
	v, _ := json.Marshal(value)
	h.Write(k)
	h.WriteByte(':')
	h.Write(v)
}
