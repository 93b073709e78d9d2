package safetensors

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// image is a file: the length of header, header, data.
func image(header string, data ...float32) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(b, header...)
	for _, v := range data {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

func written(t *testing.T, tensors []Tensor, metadata map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, tensors, metadata))
	return b.Bytes()
}

// The expected bytes are what the reference implementation writes, up to its
// unspecified order of metadata.
func TestWriteLayout(t *testing.T) {
	for name, c := range map[string]struct {
		tensors  []Tensor
		metadata map[string]string
		want     []byte
	}{
		"nothing":       {nil, nil, image(`{}      `)},
		"metadata only": {nil, map[string]string{"b": "2", "a": "1"}, image(`{"__metadata__":{"a":"1","b":"2"}}      `)},
		"no padding":    {[]Tensor{{"wxx", []int{2}, []float32{1, 2}}}, nil, image(`{"wxx":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 1, 2)},
		"sorted": {
			[]Tensor{
				{"weight", []int{2, 3}, []float32{1, 2, 3, 4, 5, -0.5}},
				{"bias", []int{2}, []float32{7, 8}},
				{"scale", nil, []float32{9}},
				{"none", []int{0, 5}, nil},
			},
			map[string]string{"kind": "linear"},
			image(`{"__metadata__":{"kind":"linear"},`+
				`"bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},`+
				`"none":{"dtype":"F32","shape":[0,5],"data_offsets":[8,8]},`+
				`"scale":{"dtype":"F32","shape":[],"data_offsets":[8,12]},`+
				`"weight":{"dtype":"F32","shape":[2,3],"data_offsets":[12,36]}}     `,
				7, 8, 9, 1, 2, 3, 4, 5, -0.5),
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := written(t, c.tensors, c.metadata)
			assert.Equal(t, string(c.want), string(got))
			assert.Zero(t, binary.LittleEndian.Uint64(got)%8, "the data is not aligned")
		})
	}
}

func TestWriteLeavesItsArgumentsAlone(t *testing.T) {
	tensors := []Tensor{{"b", []int{1}, []float32{1}}, {"a", []int{1}, []float32{2}}}
	written(t, tensors, nil)
	assert.Equal(t, []Tensor{{"b", []int{1}, []float32{1}}, {"a", []int{1}, []float32{2}}}, tensors)
}

func TestWriteRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		tensors  []Tensor
		metadata map[string]string
		problem  string
	}{
		"a name twice":       {[]Tensor{{Name: "w", Shape: []int{0}}, {Name: "b", Shape: []int{0}}, {Name: "w", Shape: []int{0}}}, nil, `two tensors are named "w"`},
		"the metadata's key": {[]Tensor{{Name: "__metadata__", Shape: []int{0}}}, nil, `no tensor can be named "__metadata__"`},
		"a name in Latin-1":  {[]Tensor{{Name: "caf\xe9", Shape: []int{0}}}, nil, `the tensor name "caf\xe9" is not UTF-8`},
		"a label in Latin-1": {nil, map[string]string{"label": "caf\xe9"}, `metadata "label" = "caf\xe9" is not UTF-8`},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			assert.EqualError(t, Write(&b, c.tensors, c.metadata), "safetensors: "+c.problem)
			assert.Zero(t, b.Len(), "something was written")
		})
	}
}

func TestWriteRefusesALongHeader(t *testing.T) {
	var b bytes.Buffer
	err := Write(&b, nil, map[string]string{"k": strings.Repeat("v", MaxHeader)})
	assert.EqualError(t, err, "safetensors: the header takes 33554464 bytes, the limit is 33554432")
	assert.Zero(t, b.Len(), "something was written")
}

func TestWritePanicsOnWrongShape(t *testing.T) {
	for _, c := range []struct {
		tensor Tensor
		want   string
	}{
		{Tensor{"w", []int{2, 3}, make([]float32, 5)}, "5 numbers, its shape is [2 3]"},
		{Tensor{"w", []int{-1, -2}, make([]float32, 2)}, "2 numbers, its shape is [-1 -2]"},
		{Tensor{"w", []int{math.MaxInt32, math.MaxInt32, 4, 0}, nil}, "0 numbers, its shape is [2147483647 2147483647 4 0]"},
	} {
		assert.PanicsWithValue(t, `safetensors: tensor "w" has `+c.want, func() {
			Write(io.Discard, []Tensor{c.tensor}, nil)
		})
	}
}

func TestElements(t *testing.T) {
	const most = math.MaxInt / elementSize
	for _, c := range []struct {
		shape []int
		want  int
		ok    bool
	}{
		{nil, 1, true},
		{[]int{0}, 0, true},
		{[]int{10, 3072}, 30720, true},
		{[]int{0, math.MaxInt, math.MaxInt}, 0, true},
		{[]int{most}, most, true},
		{[]int{most, 1, 1}, most, true},
		{[]int{most + 1}, 0, false},
		{[]int{most/2 + 1, 2}, 0, false},
		{[]int{math.MaxInt, math.MaxInt}, 0, false},
		{[]int{3, -1}, 0, false},
		{[]int{0, -1}, 0, false},
	} {
		got, ok := product(c.shape, elementSize, math.MaxInt)
		assert.Equal(t, int64(c.want), got, "%v", c.shape)
		assert.Equal(t, c.ok, ok, "%v", c.shape)
	}
}

func TestWriteFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.safetensors")
	model, metadata := []Tensor{{"w", []int{2}, []float32{1, 2}}}, map[string]string{"kind": "linear"}
	for range 2 { // a new file, then one to replace
		require.NoError(t, WriteFile(path, model, metadata))
		gotModel, gotMetadata, err := readFile(path)
		require.NoError(t, err)
		assert.Equal(t, model, gotModel)
		assert.Equal(t, metadata, gotMetadata)
	}
	assert.ErrorContains(t, WriteFile(path, []Tensor{{Name: "\xff", Shape: []int{0}}}, nil), "not UTF-8")
	assert.Panics(t, func() { WriteFile(path, []Tensor{{Name: "w", Shape: []int{1}}}, nil) })
	gotModel, _, err := readFile(path)
	require.NoError(t, err)
	assert.Equal(t, model, gotModel, "a failed write changes nothing")
}

func readFile(path string) ([]Tensor, map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	return Read(f, info.Size(), Limits{})
}
