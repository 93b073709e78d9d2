package safetensors

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// littleEndian is the bytes of numbers.
func littleEndian(values any) []byte {
	b, err := binary.Append(nil, binary.LittleEndian, values)
	if err != nil {
		panic(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	inf := math.Inf(1)
	for dtype, c := range map[DType]struct {
		values  any
		want    []float32
		rounded int
	}{
		F32:  {[]float32{1.5, float32(-inf), 0x1p-149}, []float32{1.5, float32(-inf), 0x1p-149}, 0},
		F64:  {[]float64{0.5, 0.1, -inf, 0x1p-200, math.NaN()}, []float32{0.5, 0.1, float32(-inf), 0, float32(math.NaN())}, 2},
		F16:  {[]uint16{0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00}, []float32{1, -2, 65504, 0x1p-24, float32(inf)}, 0},
		BF16: {[]uint16{0x3f80, 0xc000, 0x7f7f}, []float32{1, -2, 0x1.fep127}, 0},
		I64:  {[]int64{-1, 1 << 24, 1<<24 + 1, math.MaxInt64, math.MinInt64}, []float32{-1, 1 << 24, 1 << 24, 1 << 63, -1 << 63}, 2},
		U64:  {[]uint64{7, 1<<24 + 1, math.MaxUint64, 1 << 63}, []float32{7, 1 << 24, 1 << 64, 1 << 63}, 2},
		I32:  {[]int32{-7, -1<<24 - 1, math.MaxInt32}, []float32{-7, -1 << 24, 1 << 31}, 2},
		U32:  {[]uint32{7, math.MaxUint32}, []float32{7, 1 << 32}, 1},
		I16:  {[]int16{math.MinInt16, 5}, []float32{-32768, 5}, 0},
		U16:  {[]uint16{65535}, []float32{65535}, 0},
		I8:   {[]int8{-128, 127}, []float32{-128, 127}, 0},
		U8:   {[]uint8{255, 0}, []float32{255, 0}, 0},
		Bool: {[]bool{true, false}, []float32{1, 0}, 0},
	} {
		got := make([]float32, len(c.want))
		rounded, err := dtype.Decode(got, littleEndian(c.values))
		require.NoError(t, err, dtype)
		assert.Equal(t, c.rounded, rounded, "%s: numbers that were rounded", dtype)
		for i := range got {
			assert.True(t, got[i] == c.want[i] || got[i] != got[i] && c.want[i] != c.want[i], "%s: %v instead of %v", dtype, got, c.want)
		}
	}
	_, err := F64.Decode(make([]float32, 2), littleEndian([]float64{1, -1e300}))
	assert.EqualError(t, err, "safetensors: element 1 is -1e+300: too large for float32")
	_, err = DType("C64").Decode(nil, nil)
	assert.EqualError(t, err, `safetensors: dtype "C64"; it cannot be converted to float32`)
	assert.PanicsWithValue(t, "safetensors: Decode: 3 bytes for 2 elements of F16", func() { F16.Decode(make([]float32, 2), make([]byte, 3)) })
}

// A file of several dtypes, some of which cannot be decoded, of which some tensors are
// wanted.
func TestReadSomeTensors(t *testing.T) {
	file := image(`{"__metadata__":{"format":"pt"},"steps":{"dtype":"I64","shape":[],"data_offsets":[0,8]},` +
		`"fc.weight":{"dtype":"F16","shape":[2,1],"data_offsets":[8,12],"note":{"by":["x",null,1.5,true]}},` +
		`"packed":{"dtype":"F4","shape":[3],"data_offsets":[12,14]},"fc.bias":{"dtype":"F64","shape":[2],"data_offsets":[14,30]},` +
		`"end":{"dtype":"U8","shape":[2],"data_offsets":[30,32]}}`)
	file = append(file, littleEndian(int64(3))...)
	file = append(file, littleEndian([]uint16{0x3c00, 0x4000})...)
	file = append(file, 9, 9)
	file = append(file, littleEndian([]float64{0.5, 0.1})...)
	file = append(file, 9, 9)
	wanted := func(e Entry) bool { return e.Name == "fc.weight" || e.Name == "fc.bias" }
	want := []Tensor{{"fc.weight", []int{2, 1}, []float32{1, 2}}, {"fc.bias", []int{2}, []float32{0.5, 0.1}}}

	seeker := bytes.NewReader(file)
	h, err := ReadHeader(seeker, int64(len(file)), Limits{})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"format": "pt"}, h.Metadata)
	require.Len(t, h.Tensors, 5)
	assert.Equal(t, Entry{"fc.weight", F16, []int{2, 1}, 8, 12}, h.Tensors[1])
	assert.Equal(t, int64(len(file)-32), h.Offset)
	got, err := h.Read(seeker, wanted)
	require.NoError(t, err)
	assert.Equal(t, want, got)

	stream := bytes.NewBuffer(file) // cannot seek
	h, err = ReadHeader(stream, -1, Limits{Bytes: 16})
	require.NoError(t, err)
	got, err = h.Read(stream, wanted)
	require.NoError(t, err)
	assert.Equal(t, want, got)

	read := func(file []byte, limits Limits, wanted func(Entry) bool) error {
		r := bytes.NewReader(file)
		h, err := ReadHeader(r, -1, limits)
		require.NoError(t, err)
		_, err = h.Read(r, wanted)
		return err
	}
	assert.ErrorContains(t, read(file, Limits{Bytes: 15}, wanted), `tensor "fc.bias", bytes 14 to 30 of the data, the limit is 15`)
	assert.ErrorContains(t, read(file, Limits{}, func(Entry) bool { return true }), `tensor "packed": dtype "F4" cannot be converted to float32`)
	for n := h.Offset; n < int64(len(file)); n++ {
		assert.Error(t, read(file[:n], Limits{}, wanted), "cut to %d bytes", n)
	}
	assert.ErrorContains(t, read(append(file, 0), Limits{}, wanted), "goes on after its tensors")
}
