package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readBytes(b []byte) ([]Tensor, map[string]string, error) {
	return Read(bytes.NewReader(b), int64(len(b)), Limits{})
}

func TestReadWhatWasWritten(t *testing.T) {
	long := make([]float32, 3*chunk+5) // several chunks and a part of one
	for i := range long {
		long[i] = float32(i) / 7
	}
	tensors := []Tensor{
		{"", []int{}, []float32{float32(math.Inf(-1))}},
		{"bias", []int{3}, []float32{0, float32(math.Copysign(0, -1)), math.SmallestNonzeroFloat32}},
		{"leer \"<&>\" \u2028 ✓", []int{2, 0, 9}, []float32{}},
		{"weight", []int{len(long), 1}, long},
	}
	metadata := map[string]string{"labels": `["T-shirt/top","R&D"]`, "": "", "\x00\n": "\u2029"}
	got, gotMetadata, err := readBytes(written(t, tensors, metadata))
	require.NoError(t, err)
	assert.Equal(t, metadata, gotMetadata)
	require.Equal(t, tensors, got)
	assert.True(t, math.Signbit(float64(got[1].Data[1])), "−0 became 0")
}

// Other writers order keys and tensors differently and pad otherwise.
func TestReadOtherWriters(t *testing.T) {
	header := "{ \"b\" : {\"data_offsets\":[0,4], \"shape\":[1,1], \"dtype\":\"F32\"},\n" +
		`"a":{"shape":[2],"dtype":"F32","data_offsets":[4,12]},"empty":{"dtype":"F32","shape":[0],"data_offsets":[4,4]},` +
		"\"__metadata__\":{\"format\":\"pt\"}}\n\t "
	tensors, metadata, err := readBytes(image(header, 1, 2, 3))
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"format": "pt"}, metadata)
	assert.Equal(t, []Tensor{
		{"b", []int{1, 1}, []float32{1}},
		{"empty", []int{0}, []float32{}},
		{"a", []int{2}, []float32{2, 3}},
	}, tensors)

	tensors, metadata, err = readBytes(image(`{}`))
	require.NoError(t, err)
	assert.Empty(t, tensors)
	assert.Nil(t, metadata)
}

// A file that lies about its sizes would, believed, take terabytes here.
func TestReadRefuses(t *testing.T) {
	// tensor is a header of one tensor.
	tensor := func(info string) string { return `{"w":{` + info + `}}` }
	for name, c := range map[string]struct {
		file    []byte
		problem string
	}{
		"empty":                {nil, "a file of 0 bytes: no length of the header: EOF"},
		"no length":            {[]byte{2, 0, 0, 0, 0, 0, 0}, "a file of 7 bytes: no length of the header: unexpected EOF"},
		"no header":            {image(""), "offset 8: the header does not begin with {"},
		"header past the end":  {image(`{}`)[:9], "a header of 2 bytes, but the file has 1 after offset 8"},
		"header past all ends": {binary.LittleEndian.AppendUint64(nil, 1<<63+5), `another format: the file begins with "\x05\x00\x00\x00\x00\x00\x00\x80"`},
		"a text":               {[]byte("<!DOCTYPE html>"), `another format: the file begins with "<!DOCTYP"`},
		"header over limit":    {binary.LittleEndian.AppendUint64(nil, MaxHeader+1), "a header of 33554433 bytes, the limit is 33554432"},
		"header not UTF-8":     {image("{\"\xff\":{}}"), "the header is not UTF-8"},
		"space before header":  {image(` {}`), "offset 8: the header does not begin with {"},
		"header is a list":     {image(`[]`), "offset 8: the header does not begin with {"},
		"header cut":           {image(`{"w":{"dtype"`), "offset 21: tensor \"w\": unexpected EOF"},
		"text after header":    {image(`{}  {}`), "offset 13: { after the end of the header"},
		"zero after header":    {image("{}\x00"), "offset 10: invalid character '\\x00' looking for beginning of value"},
		"comma too many":       {image(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}`, 1), "offset 62: invalid character '}' looking for beginning of object key string"},
		"no comma":             {image(tensor(`"dtype":"F32" "shape":[1]`)), `offset 28: tensor "w": invalid character '"' after object key:value pair`},

		"tensor twice":          {image(`{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`), `offset 65: key "w" comes twice`},
		"escaped, but the same": {image(`{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\u0077":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`), `offset 70: key "w" comes twice`},
		"metadata twice":        {image(`{"__metadata__":{},"__metadata__":{}}`), `offset 41: key "__metadata__" comes twice`},
		"metadata key twice":    {image(`{"__metadata__":{"a":"","a":""}}`), `offset 35: key "a" comes twice`},
		"dtype twice":           {image(tensor(`"dtype":"I8","dtype":"F32"`)), `offset 34: tensor "w": key "dtype" comes twice`},
		"half a character":      {image(`{"a":{},"\ud800":{}}`), `offset 17: \ud800 is half of a character`},
		"halves swapped":        {image(`{"\\\udc00\ud800":{}}`), `offset 12: \udc00 is half of a character`},
		"metadata a number":     {image(`{"__metadata__":{"a":1}}`), `offset 30: json.Number instead of string`},
		"metadata null":         {image(`{"__metadata__":null}`), `offset 28: <nil> instead of json.Delim`},
		"tensor a list":         {image(`{"w":[]}`), `offset 14: tensor "w": [ instead of {`},

		"other dtype":        {append(image(tensor(`"dtype":"F4","shape":[2],"data_offsets":[0,1]`)), 0), `tensor "w": dtype "F4" cannot be converted to float32`},
		"no dtype":           {image(tensor(`"shape":[0],"data_offsets":[0,0]`)), `offset 47: tensor "w": no dtype`},
		"size of a dtype":    {image(tensor(`"dtype":"F64","shape":[1],"data_offsets":[0,4]`), 1), `tensor "w", bytes 0 to 4 of the data: its shape takes 8 bytes`},
		"no shape":           {image(tensor(`"dtype":"F32","data_offsets":[0,0]`)), `offset 49: tensor "w": no shape`},
		"no offsets":         {image(tensor(`"dtype":"F32","shape":[0]`)), `offset 40: tensor "w": 0 data_offsets instead of 2`},
		"three offsets":      {image(tensor(`"dtype":"F32","shape":[0],"data_offsets":[0,0,0]`)), `offset 59: tensor "w": more than 2 data_offsets`},
		"key in capitals":    {image(tensor(`"DTYPE":"F32"`)), `offset 28: tensor "w": no dtype`},
		"levels without end": {image(tensor(`"x":` + strings.Repeat("[", 100))), `offset 83: tensor "w": more than 64 levels`},
		"unknown value cut":  {image(tensor(`"x":[1`)), `offset 20: tensor "w": invalid character '}' after array element`},
		"shape null":         {image(tensor(`"shape":null`)), `offset 26: tensor "w": <nil> instead of json.Delim`},
		"dimension null":     {image(tensor(`"shape":[null]`)), `offset 27: tensor "w": <nil> instead of json.Number`},
		"dimension negative": {image(tensor(`"shape":[-1]`)), `offset 25: tensor "w": -1 is no integer from 0 to 9223372036854775807`},
		"dimension −0":       {image(tensor(`"shape":[-0]`)), `offset 25: tensor "w": -0 is no integer from 0 to 9223372036854775807`},
		"dimension 1e2":      {image(tensor(`"shape":[1e2]`)), `offset 26: tensor "w": 1e2 is no integer from 0 to 9223372036854775807`},
		"dimension 2⁶³":      {image(tensor(`"shape":[9223372036854775808]`)), `offset 42: tensor "w": 9223372036854775808 is no integer from 0 to 9223372036854775807`},

		"data past the end": {image(tensor(`"dtype":"F32","shape":[2],"data_offsets":[0,8]`), 1), `tensor "w", bytes 0 to 8 of the data, which has 4 bytes`},
		"data of 4 TB":      {image(tensor(`"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]`), 1), `tensor "w", bytes 0 to 4398046511104 of the data, which has 4 bytes`},
		"shape overflows":   {image(tensor(`"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]`)), `tensor "w", bytes 0 to 0 of the data: the product of its shape overflows`},
		"bytes overflow":    {image(tensor(`"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]`), 1), `tensor "w", bytes 0 to 4 of the data: the product of its shape overflows`},
		"shape too small":   {image(tensor(`"dtype":"F32","shape":[1],"data_offsets":[0,8]`), 1, 2), `tensor "w", bytes 0 to 8 of the data: its shape takes 4 bytes`},
		"half a number":     {image(tensor(`"dtype":"F32","shape":[1],"data_offsets":[0,2]`), 1), `tensor "w", bytes 0 to 2 of the data: its shape takes 4 bytes`},
		"backwards":         {image(tensor(`"dtype":"F32","shape":[1],"data_offsets":[4,0]`), 1), `tensor "w", bytes 4 to 0 of the data, which has 4 bytes`},
		"hole first":        {image(tensor(`"dtype":"F32","shape":[1],"data_offsets":[4,8]`), 1, 2), `tensor "w", bytes 4 to 8 of the data: the tensor before it ends at 0`},
		"overlap":           {image(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 1, 2), `tensor "b", bytes 4 to 8 of the data: the tensor before it ends at 8`},
		"rest":              {image(tensor(`"dtype":"F32","shape":[1],"data_offsets":[0,4]`), 1, 2), `the tensors end at 4 of the data, which has 8 bytes`},
		"rest without any":  {image(`{}`, 1), `the tensors end at 0 of the data, which has 4 bytes`},
	} {
		t.Run(name, func(t *testing.T) {
			tensors, metadata, err := readBytes(c.file)
			assert.EqualError(t, err, "safetensors: "+c.problem)
			assert.Nil(t, tensors)
			assert.Nil(t, metadata)
		})
	}
}

// A name is not trusted with the size of an error.
func TestReadCutsLongNames(t *testing.T) {
	_, _, err := readBytes(image(`{"` + strings.Repeat("n", 1<<16) + `":{"dtype":"I64"}}`))
	require.ErrorContains(t, err, "no shape")
	assert.Less(t, len(err.Error()), 200)
}

// Every file that is cut short is refused, wherever it is cut.
func TestReadTruncated(t *testing.T) {
	whole := written(t, []Tensor{{"b", []int{1}, []float32{1}}, {"w", []int{2, 1}, []float32{2, 3}}}, map[string]string{"k": "v"})
	for n := range whole {
		_, _, err := readBytes(whole[:n])
		assert.Error(t, err, "cut to %d bytes", n)
		// The reader ends before the size that was promised.
		_, _, err = Read(bytes.NewReader(whole[:n]), int64(len(whole)), Limits{})
		assert.Error(t, err, "%d bytes instead of %d", n, len(whole))
	}
}

// A stream has no size that could be compared with the header.
func TestReadStreams(t *testing.T) {
	long := make([]float32, 5*chunk+3)
	for i := range long {
		long[i] = float32(i)
	}
	tensors := []Tensor{{"a", []int{}, []float32{7}}, {"b", []int{0}, []float32{}}, {"w", []int{len(long)}, long}}
	file := written(t, tensors, nil)
	for name, r := range map[string]io.Reader{
		"whole":         bytes.NewReader(file),
		"in halves":     iotest.HalfReader(bytes.NewReader(file)),
		"byte by byte":  iotest.OneByteReader(bytes.NewReader(file)),
		"with its EOF":  iotest.DataErrReader(bytes.NewReader(file)),
		"of known size": io.LimitReader(bytes.NewReader(file), int64(len(file))),
	} {
		got, _, err := Read(r, -1, Limits{})
		require.NoError(t, err, name)
		assert.Equal(t, tensors, got, name)
	}
	for _, n := range []int{0, 7, 8, 50, len(file) - 1} {
		_, _, err := Read(bytes.NewReader(file[:n]), -1, Limits{})
		assert.Error(t, err, "cut to %d bytes", n)
	}
	_, _, err := Read(bytes.NewReader(append(file, 0)), -1, Limits{})
	assert.EqualError(t, err, "safetensors: the file goes on after its tensors")
	broken := errors.New("broken")
	for _, n := range []int{0, 5, 20, len(file) - 1, len(file)} {
		_, _, err := Read(io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(broken)), -1, Limits{})
		assert.ErrorIs(t, err, broken, "after %d bytes", n)
	}
	_, _, err = Read(bytes.NewReader(image(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}`, 1, 2)), -1, Limits{})
	assert.EqualError(t, err, `safetensors: tensor "w", bytes 8 to 4 of the data`)
}

func TestReadKeepsToItsLimits(t *testing.T) {
	tensors := []Tensor{{"a", []int{1, 1, 1}, []float32{1}}, {"b", []int{2}, []float32{2, 3}}}
	file := written(t, tensors, map[string]string{"k": "v", "l": "w"})
	header := int(binary.LittleEndian.Uint64(file))
	for problem, limits := range map[string]Limits{
		"":                          {Header: header, Bytes: 12, Tensors: 2, Dimensions: 3, Metadata: 2},
		"the limit is ":             {Header: header - 1},
		"the limit is 0":            {Header: -1},
		"of the data, the limit is": {Bytes: -1},
		"12 of the data, the limit": {Bytes: 11},
		"more than 2 tensors":       {Tensors: 1}, // the metadata count
		"more than 2 dimensions":    {Dimensions: 2},
		"more than 1 metadata keys": {Metadata: 1},
	} {
		_, _, err := Read(bytes.NewReader(file), int64(len(file)), limits)
		if problem == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, problem)
		}
	}
}
