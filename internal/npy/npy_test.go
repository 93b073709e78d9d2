package npy

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// file is an array as NumPy saves it, in version 1.
func file(header string, data ...any) []byte {
	b := append([]byte(Magic), 1, 0, byte(len(header)), byte(len(header)>>8))
	b = append(b, header...)
	return append(b, encoded(binary.LittleEndian, data...)...)
}

func encoded(order binary.AppendByteOrder, data ...any) []byte {
	var b bytes.Buffer
	for _, d := range data {
		if err := binary.Write(&b, order.(binary.ByteOrder), d); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

// floats reads a file of numbers.
func floats(b []byte) (*Header, []float32, error) {
	r := bytes.NewReader(b)
	h, err := ReadHeader(r)
	if err != nil {
		return nil, nil, err
	}
	data, err := h.ReadData(r, Limits{})
	if err != nil {
		return nil, nil, err
	}
	x := make([]float32, h.Elements())
	if _, err := h.DType.Float32s(x, data); err != nil {
		return nil, nil, err
	}
	return h, RowMajor(h, x), nil
}

// What numpy.save writes.
func TestReadNumbers(t *testing.T) {
	for header, c := range map[string]struct {
		data  []byte
		shape []int
		want  []float32
	}{
		"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n": {encoded(binary.LittleEndian, []float32{1, 2, 3, 4, 5, 6}), []int{2, 3}, []float32{1, 2, 3, 4, 5, 6}},
		"{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n":     {encoded(binary.LittleEndian, []float32{1, 4, 2, 5, 3, 6}), []int{2, 3}, []float32{1, 2, 3, 4, 5, 6}},
		"{'descr': '>f8', 'fortran_order': False, 'shape': (2,), }\n":      {encoded(binary.BigEndian, []float64{0.5, -3}), []int{2}, []float32{0.5, -3}},
		"{'descr': '<f2', 'fortran_order': True, 'shape': (2,), }\n":       {encoded(binary.LittleEndian, []uint16{0x3c00, 0xc000}), []int{2}, []float32{1, -2}},
		"{'descr': '|u1', 'fortran_order': False, 'shape': (3, 1), }\n":    {[]byte{0, 7, 255}, []int{3, 1}, []float32{0, 7, 255}},
		"{'descr': '|i1', 'fortran_order': False, 'shape': (1,), }\n":      {[]byte{0x80}, []int{1}, []float32{-128}},
		"{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }\n":      {[]byte{1, 0}, []int{2}, []float32{1, 0}},
		"{'descr': '>i2', 'fortran_order': False, 'shape': (1,), }\n":      {encoded(binary.BigEndian, []int16{-300}), []int{1}, []float32{-300}},
		"{'descr': '<u4', 'fortran_order': False, 'shape': (1,), }\n":      {encoded(binary.LittleEndian, uint32(1<<31)), []int{1}, []float32{1 << 31}},
		"{'descr': '<i8', 'fortran_order': False, 'shape': (), }\n":        {encoded(binary.LittleEndian, int64(-5)), []int{}, []float32{-5}},
		"{'shape': (0, 4), 'descr': \"<i4\", 'fortran_order': False}\n":    {nil, []int{0, 4}, []float32{}},
		"{'descr': '<u8', 'fortran_order': False, 'shape': (1L, 1L)}\n":    {encoded(binary.LittleEndian, uint64(9)), []int{1, 1}, []float32{9}},
	} {
		h, got, err := floats(append(file(header), c.data...))
		require.NoError(t, err, header)
		assert.Equal(t, c.shape, h.Shape, header)
		assert.Equal(t, c.want, got, header)
	}
	// Version 2 has a longer length, and 3 is like it.
	for _, version := range []byte{2, 3} {
		header := "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n"
		b := append([]byte(Magic), version, 0, byte(len(header)), 0, 0, 0)
		_, got, err := floats(append(append(b, header...), encoded(binary.LittleEndian, float32(7))...))
		require.NoError(t, err)
		assert.Equal(t, []float32{7}, got)
	}
}

func TestRowMajor(t *testing.T) {
	h := &Header{Shape: []int{2, 3, 2}, Fortran: true}
	x := make([]int, 12)
	for i := range 2 {
		for j := range 3 {
			for k := range 2 {
				x[i+2*(j+3*k)] = 100*i + 10*j + k
			}
		}
	}
	assert.Equal(t, []int{0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121}, RowMajor(h, x))
}

// What a conversion loses is counted; what it cannot express is an error.
func TestConversions(t *testing.T) {
	rounded := func(d DType, data any, n int) int {
		lost, err := d.Float32s(make([]float32, n), encoded(binary.LittleEndian, data))
		require.NoError(t, err)
		return lost
	}
	assert.Equal(t, 1, rounded(DType{'f', 8, false}, []float64{0.1, 0.5, math.Inf(1), math.NaN()}, 4))
	assert.Equal(t, 2, rounded(DType{'i', 8, false}, []int64{1<<24 + 1, -3, math.MaxInt64}, 3))
	assert.Equal(t, 2, rounded(DType{'u', 8, false}, []uint64{1<<24 + 1, 3, math.MaxUint64}, 3))
	_, err := DType{'f', 8, false}.Float32s(make([]float32, 2), encoded(binary.LittleEndian, []float64{0, 1e39}))
	assert.EqualError(t, err, "npy: element 1 is 1e+39: too large for float32")
	_, err = DType{'U', 4, false}.Float32s(make([]float32, 1), make([]byte, 4))
	assert.EqualError(t, err, "npy: <U1 are no numbers")
	assert.PanicsWithValue(t, "npy: Float32s: 3 bytes for 1 elements of <f4", func() { _, _ = DType{'f', 4, false}.Float32s(make([]float32, 1), make([]byte, 3)) })

	ints := make([]int64, 2)
	require.NoError(t, DType{'f', 8, false}.Int64s(ints, encoded(binary.LittleEndian, []float64{-3, 1 << 53})))
	assert.Equal(t, []int64{-3, 1 << 53}, ints)
	require.NoError(t, DType{'u', 1, false}.Int64s(ints, []byte{200, 1}))
	assert.Equal(t, []int64{200, 1}, ints)
	assert.EqualError(t, DType{'f', 4, false}.Int64s(ints, encoded(binary.LittleEndian, []float32{1, 1.5})), "npy: element 1 is 1.5: no integer")
	assert.EqualError(t, DType{'f', 2, false}.Int64s(ints, encoded(binary.LittleEndian, []uint16{0x3c00, 0x7c00})), "npy: element 1 is +Inf: no integer")
	assert.EqualError(t, DType{'u', 8, false}.Int64s(ints, encoded(binary.LittleEndian, []uint64{1, 1 << 63})), "npy: element 1 is 9223372036854775808: too large")
	assert.EqualError(t, DType{'S', 1, false}.Int64s(ints, []byte("ab")), "npy: |S1 are no integers")

	names := make([]string, 2)
	require.NoError(t, DType{'S', 3, false}.Strings(names, []byte("cat\x00\x00\x00")))
	assert.Equal(t, []string{"cat", ""}, names)
	require.NoError(t, DType{'U', 8, true}.Strings(names, encoded(binary.BigEndian, []rune("帆船é\x00"))))
	assert.Equal(t, []string{"帆船", "é"}, names)
	assert.EqualError(t, DType{'S', 1, false}.Strings(names, []byte("a\xff")), `npy: element 1, "\xff", is not UTF-8`)
	assert.EqualError(t, DType{'U', 4, false}.Strings(names, encoded(binary.LittleEndian, []int32{'a', 0xd800})), "npy: element 1 has the character 0xd800")
	assert.EqualError(t, DType{'i', 1, false}.Strings(names, []byte{1, 2}), "npy: |i1 are no strings")
}

func TestReadRefuses(t *testing.T) {
	whole := file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", []float32{1, 2})
	for problem, b := range map[string][]byte{
		"the beginning of the file: unexpected EOF":                 whole[:7],
		"the length of the header: unexpected EOF":                  whole[:9],
		"the header: unexpected EOF":                                whole[:20],
		`the file begins with "PK\x03\x04zi", not with "\x93NUMPY"`: []byte("PK\x03\x04zipfile"),
		"version 4.1; 1 to 3 can be read":                           append([]byte(Magic), 4, 1),
		"a header of 4294967295 bytes, the limit is 65536":          append([]byte(Magic), 2, 0, 255, 255, 255, 255),
		"takes 8 bytes: unexpected EOF":                             whole[:len(whole)-1],
		"the file goes on after the array":                          append(slices.Clone(whole), 0),
		"an array of Python objects":                                file("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }"),
		"an array of records":                                       file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }"),
		`dtype "<c8": neither numbers nor strings`:                  file("{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }"),
		`dtype "<f3": neither numbers nor strings`:                  file("{'descr': '<f3', 'fortran_order': False, 'shape': (2,), }"),
		`dtype "|S0": neither numbers nor strings`:                  file("{'descr': '|S0', 'fortran_order': False, 'shape': (2,), }"),
		`dtype "f": neither`:                                        file("{'descr': 'f', 'fortran_order': False, 'shape': (2,), }"),
		`key "descr" comes twice`:                                   file("{'descr': '<f4', 'descr': '<f4'}"),
		`unknown key "order"`:                                       file("{'order': 1}"),
		`no key "shape"`:                                            file("{'descr': '<f4', 'fortran_order': False}"),
		`"1}" instead of True or False`:                             file("{'fortran_order': 1}"),
		`"-1,)}" instead of a dimension`:                            file("{'shape': (-1,)}"),
		`"3}" instead of (`:                                         file("{'shape': 3}"),
		`"99999999999999999999" instead of a dimension`:             file("{'shape': (99999999999999999999,)}"),
		"more than 64 dimensions":                                   file("{'shape': (" + strings.Repeat("1,", 65) + ")}"),
		"its size overflows":                                        file("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647), }"),
		"an array of shape [2147483647 16]":                         file("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 16), }"), // on 32 bits its size overflows
		`"x" after its end`:                                         file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }x"),
		"instead of {":                                              file("[]"),
		"instead of a string":                                       file("{1: 2}"),
		`"'<f4'}" instead of :`:                                     file("{'descr' '<f4'}"),
		"instead of , or }":                                         file("{'descr': '<f4' 'shape': (2,)}"),
	} {
		_, _, err := floats(b)
		assert.ErrorContains(t, err, "npy: ", problem)
		assert.ErrorContains(t, err, problem)
	}
	h, err := ReadHeader(bytes.NewReader(whole))
	require.NoError(t, err)
	_, err = h.ReadData(bytes.NewReader(nil), Limits{Bytes: 7})
	assert.EqualError(t, err, "npy: an array of shape [2] takes 8 bytes, the limit is 7")
	_, err = h.ReadData(bytes.NewReader(nil), Limits{Bytes: -1})
	assert.EqualError(t, err, "npy: an array of shape [2] takes 8 bytes, the limit is 0")
	_, err = h.ReadData(iotest.ErrReader(io.ErrClosedPipe), Limits{})
	assert.ErrorIs(t, err, io.ErrClosedPipe)
}

// The bytes are those of numpy.save.
func TestWrite(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Write(&b, []float32{1, 2, 3, 4, 5, 6}, 2, 3))
	want := "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
	want += strings.Repeat(" ", 128-10-len(want)-1) + "\n"
	assert.Equal(t, string(file(want, []float32{1, 2, 3, 4, 5, 6})), b.String())
	long := make([]float64, 40_000)
	for i := range long {
		long[i] = float64(i)
	}
	for text, write := range map[string]func(io.Writer) error{
		"'<f8', 'fortran_order': False, 'shape': (40000,), ":  func(w io.Writer) error { return Write(w, long, 40_000) },
		"'<i8', 'fortran_order': False, 'shape': (), ":        func(w io.Writer) error { return Write(w, []int64{-1}) },
		"'|u1', 'fortran_order': False, 'shape': (1, 2, 1), ": func(w io.Writer) error { return Write(w, []uint8{1, 2}, 1, 2, 1) },
		"'<U4', 'fortran_order': False, 'shape': (3,), ":      func(w io.Writer) error { return WriteStrings(w, []string{"", "帆船", "ship"}) },
	} {
		var b bytes.Buffer
		require.NoError(t, write(&b))
		assert.Contains(t, b.String(), text)
		h, err := ReadHeader(&b)
		require.NoError(t, err)
		assert.Zero(t, h.Offset%64)
		data, err := h.ReadData(&b, Limits{})
		require.NoError(t, err)
		if h.DType.Kind == 'U' {
			names := make([]string, 3)
			require.NoError(t, h.DType.Strings(names, data))
			assert.Equal(t, []string{"", "帆船", "ship"}, names)
		}
	}
	assert.EqualError(t, WriteStrings(&b, []string{"a", "\xff"}), `npy: string 1, "\xff", cannot be written`)
	assert.EqualError(t, WriteStrings(&b, []string{"a\x00"}), `npy: string 0, "a\x00", cannot be written`)
	assert.PanicsWithValue(t, "npy: 2 elements of shape [3]", func() { _ = Write(&b, []float32{1, 2}, 3) })
}

// Whatever bytes a file has, reading ends with an error or with an array that survives
// being written and read again.
func FuzzRead(f *testing.F) {
	f.Add(file("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1), }\n", []float32{1, 2}))
	f.Add(file("{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }\n", []float64{1e300}))
	f.Add(file("{'descr': '<U2', 'fortran_order': False, 'shape': (1,), }\n", []int32{'a', 0x110000}))
	f.Add(file("{'descr': '|S3', 'fortran_order': False, 'shape': (2,), }\n", []byte("catdog")))
	f.Add(file("{'descr': '<i8', 'fortran_order': False, 'shape': (), }\n", int64(-1)))
	f.Add(file("{'descr': '<f2', 'fortran_order': False, 'shape': (1099511627776, 0), }\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		h, err := ReadHeader(r)
		if err != nil {
			return
		}
		data, err := h.ReadData(r, Limits{})
		if err != nil {
			return
		}
		x, ints, names := make([]float32, h.Elements()), make([]int64, h.Elements()), make([]string, h.Elements())
		_, errFloats := h.DType.Float32s(x, data)
		errInts, errNames := h.DType.Int64s(ints, data), h.DType.Strings(names, data)
		if isText := h.DType.Kind == 'U' || h.DType.Kind == 'S'; len(x) > 0 && (isText && errFloats == nil || !isText && errNames == nil) {
			t.Fatalf("%v: numbers: %v, integers: %v, strings: %v", h.DType, errFloats, errInts, errNames)
		}
		if errFloats != nil {
			return
		}
		x = RowMajor(h, x)
		var out bytes.Buffer
		require.NoError(t, Write(&out, x, h.Shape...))
		again, y, err := floats(out.Bytes())
		require.NoError(t, err)
		require.Equal(t, h.Shape, again.Shape)
		require.True(t, slices.EqualFunc(x, y, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }))
	})
}
