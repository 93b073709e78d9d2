package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// Whatever bytes a file has, reading ends with an error or with tensors that
// survive being written and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte{})
	f.Add(image(`{}`))
	f.Add(image(`{"__metadata__":{"format":"pt"}}`))
	f.Add(image(`{"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}`, 1, 2, float32(math.NaN())))
	f.Add(image(`{"w":{"dtype":"F32","shape":[0,9],"data_offsets":[0,0]}}  `))
	f.Add(image(`{"\\\ud83d\ude00":{"dtype":"F32","shape":[0,9,1,1,1,1,1,1,1],"data_offsets":[0,0]}}  `))
	f.Add(image(`{"w":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}`, 1))
	f.Add(image(`{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		tensors, metadata, err := readBytes(file)
		if streamed, _, streamErr := Read(bytes.NewReader(file), -1, Limits{}); (streamErr == nil) != (err == nil) || !slices.EqualFunc(tensors, streamed, sameTensor) {
			t.Fatalf("%v (%v), but %v (%v) as a stream", tensors, err, streamed, streamErr)
		}
		if err != nil {
			if len(err.Error()) > 1000 {
				t.Fatalf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		if header := file[prefix:][:binary.LittleEndian.Uint64(file)]; !json.Valid(header) {
			t.Fatalf("%q was taken for JSON", header)
		}
		var b bytes.Buffer
		if err := Write(&b, tensors, metadata); err != nil {
			t.Fatal(err)
		}
		again, metadataAgain, err := readBytes(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(tensors, func(a, b Tensor) int { return strings.Compare(a.Name, b.Name) })
		if !slices.EqualFunc(again, tensors, sameTensor) || !maps.Equal(metadataAgain, metadata) {
			t.Fatalf("%v, %q came back as %v, %q", tensors, metadata, again, metadataAgain)
		}
	})
}

// sameTensor compares bits: NaN is like itself, and 0 is not like −0.
func sameTensor(a, b Tensor) bool {
	return a.Name == b.Name && slices.Equal(a.Shape, b.Shape) &&
		slices.EqualFunc(a.Data, b.Data, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) })
}
