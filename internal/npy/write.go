package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Number is an element that Write writes.
type Number interface {
	float32 | float64 | int64 | uint8
}

// Write writes an array of numbers, in row-major order. It panics if the length of x is not
// the product of shape.
func Write[T Number](w io.Writer, x []T, shape ...int) error {
	d := DType{Kind: 'f'}
	switch any(x).(type) {
	case []float32:
		d.Size = 4
	case []float64:
		d.Size = 8
	case []int64:
		d = DType{Kind: 'i', Size: 8}
	case []uint8:
		d = DType{Kind: 'u', Size: 1}
	}
	if err := writeHeader(w, d, len(x), shape); err != nil {
		return err
	}
	const chunk = 1 << 14
	var b []byte
	for len(x) > 0 {
		n := min(chunk, len(x))
		b, _ = binary.Append(b[:0], binary.LittleEndian, x[:n]) // numbers always encode
		if _, err := w.Write(b); err != nil {
			return err
		}
		x = x[n:]
	}
	return nil
}

// WriteStrings writes a list of strings of Unicode. A string that is not UTF-8 or ends with
// a zero, which the format would drop, is an error.
func WriteStrings(w io.Writer, x []string) error {
	longest := 1
	for i, s := range x {
		if !utf8.ValidString(s) || strings.HasSuffix(s, "\x00") {
			return fmt.Errorf("npy: string %d, %.64q, cannot be written", i, s)
		}
		longest = max(longest, utf8.RuneCountInString(s))
	}
	d := DType{Kind: 'U', Size: 4 * longest}
	if err := writeHeader(w, d, len(x), []int{len(x)}); err != nil {
		return err
	}
	b := make([]byte, d.Size)
	for _, s := range x {
		clear(b)
		i := 0
		for _, r := range s {
			binary.LittleEndian.PutUint32(b[4*i:], uint32(r))
			i++
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// writeHeader writes a header of version 1, padded so that the data is aligned to 64 bytes.
func writeHeader(w io.Writer, d DType, n int, shape []int) error {
	h := Header{DType: d, Shape: shape}
	if !h.fits() || h.Elements() != n {
		panic(fmt.Sprintf("npy: %d elements of shape %v", n, shape))
	}
	var dimensions strings.Builder
	for _, s := range shape {
		fmt.Fprintf(&dimensions, "%d, ", s)
	}
	tuple := strings.TrimSuffix(dimensions.String(), " ")
	if len(shape) > 1 {
		tuple = strings.TrimSuffix(tuple, ",")
	}
	text := fmt.Sprintf("{'descr': '%v', 'fortran_order': False, 'shape': (%s), }", d, tuple)
	const before = len(Magic) + 4
	text += strings.Repeat(" ", 63-(before+len(text))%64) + "\n"
	head := append([]byte(Magic), 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(text)))
	_, err := w.Write(append(head, text...))
	return err
}
