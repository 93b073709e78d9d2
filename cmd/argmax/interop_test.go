package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	other "github.com/nlpodyssey/safetensors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/safetensors"
)

// Model files open in other tools, and theirs in ours. The other tool is a port
// of the format's reference implementation; what it shows of a file is compared
// with what we show of it.

var (
	sample = []safetensors.Tensor{
		{Name: "bias", Shape: []int{3}, Data: []float32{1.1, 3.2, -1.2}},
		{Name: "empty <&> ✓", Shape: []int{0, 4}, Data: []float32{}},
		{Name: "scalar", Shape: []int{}, Data: []float32{float32(math.Inf(1))}},
		{Name: "weight", Shape: []int{3, 4}, Data: []float32{0.2, -0.5, 0.1, 2, 1.5, 1.3, 2.1, 0, 0, 0.25, 0.2, -0.3}},
	}
	sampleMetadata = map[string]string{"kind": "linear", "labels": `["cat","R&D","καλό"]`}
)

func TestOthersReadOurModelFiles(t *testing.T) {
	var file bytes.Buffer
	require.NoError(t, safetensors.Write(&file, sample, sampleMetadata))

	_, header, err := other.ReadMetadata(file.Bytes())
	require.NoError(t, err)
	assert.Equal(t, sampleMetadata, header.Metadata())

	read, err := other.Deserialize(file.Bytes())
	require.NoError(t, err)
	require.Equal(t, len(sample), read.Len())
	for _, want := range sample {
		got, ok := read.Tensor(want.Name)
		require.True(t, ok, want.Name)
		assert.Equal(t, other.F32, got.DType(), want.Name)
		assert.Equal(t, unsigned(want.Shape), got.Shape(), want.Name)
		assert.Equal(t, littleEndian(want.Data), got.Data(), want.Name)
	}
}

func TestWeReadOthersModelFiles(t *testing.T) {
	views := make(map[string]other.TensorView)
	var written []safetensors.Tensor
	for _, s := range sample {
		if len(s.Shape) == 0 {
			continue // the port reads numbers without a dimension, and does not write them
		}
		written = append(written, s)
		view, err := other.NewTensorView(other.F32, unsigned(s.Shape), littleEndian(s.Data))
		require.NoError(t, err)
		views[s.Name] = view
	}
	file, err := other.Serialize(views, sampleMetadata)
	require.NoError(t, err)

	got, metadata, err := safetensors.Read(bytes.NewReader(file), int64(len(file)), safetensors.Limits{})
	require.NoError(t, err)
	assert.Equal(t, written, got)
	assert.Equal(t, sampleMetadata, metadata)
}

func TestWeReadOthersDtypes(t *testing.T) {
	views := make(map[string]other.TensorView)
	for dtype, bits := range map[other.DType][]byte{
		other.BF16: {0xc0, 0x3f, 0x40, 0xc0}, other.F16: {0x00, 0x3e, 0x00, 0xc2},
		other.I8: {1, 0xfd}, other.I64: {1, 0, 0, 0, 0, 0, 0, 0, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	} {
		view, err := other.NewTensorView(dtype, []uint64{2}, bits)
		require.NoError(t, err)
		views[dtype.String()] = view
	}
	file, err := other.Serialize(views, nil)
	require.NoError(t, err)
	got, _, err := safetensors.Read(bytes.NewReader(file), int64(len(file)), safetensors.Limits{})
	require.NoError(t, err)
	data := map[string][]float32{}
	for _, tensor := range got {
		data[tensor.Name] = tensor.Data
	}
	assert.Equal(t, map[string][]float32{"BF16": {1.5, -3}, "F16": {1.5, -3}, "I8": {1, -3}, "I64": {1, -3}}, data)
}

func unsigned(shape []int) []uint64 {
	all := make([]uint64, len(shape))
	for i, dim := range shape {
		all[i] = uint64(dim)
	}
	return all
}

func littleEndian(values []float32) []byte {
	b := []byte{}
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}
