package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed842bec00/argmax"
)

// DType is the type of elements.
type DType struct {
	// Kind is 'f' for IEEE floats, 'i' and 'u' for integers, 'b' for booleans, 'U' for
	// strings of Unicode, 'S' for strings of bytes.
	Kind byte
	// Size is the number of bytes of an element.
	Size int
	// Big means big-endian.
	Big bool
}

// String returns the dtype as NumPy writes it, such as "<f4".
func (d DType) String() string {
	order, size := "<", d.Size
	switch {
	case d.Kind == 'S' || d.Size == 1:
		order = "|"
	case d.Big:
		order = ">"
	}
	if d.Kind == 'U' {
		size /= 4
	}
	return order + string(d.Kind) + strconv.Itoa(size)
}

// parseDType parses a descr.
func parseDType(text string) (DType, error) {
	bad := fmt.Errorf("dtype %.64q: neither numbers nor strings", text)
	if len(text) < 2 {
		return DType{}, bad
	}
	order, kind := text[0], text[1]
	if kind == 'O' {
		return DType{}, errors.New("an array of Python objects: save it with the dtype of numbers or strings")
	}
	size, err := strconv.ParseUint(text[2:], 10, 16)
	if err != nil || !strings.ContainsRune("<>|=", rune(order)) {
		return DType{}, bad
	}
	d := DType{kind, int(size), order == '>'}
	switch kind {
	case 'f':
		if size != 2 && size != 4 && size != 8 {
			return DType{}, bad
		}
	case 'i', 'u':
		if size != 1 && size != 2 && size != 4 && size != 8 {
			return DType{}, bad
		}
	case 'b':
		if size != 1 {
			return DType{}, bad
		}
	case 'U':
		d.Size *= 4
	case 'S':
	default:
		return DType{}, bad
	}
	if size == 0 { // elements without a byte could be any number of them
		return DType{}, bad
	}
	return d, nil
}

func (d DType) order() binary.ByteOrder {
	if d.Big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// check panics unless src has Size bytes for each of n elements.
func (d DType) check(function string, n int, src []byte) {
	if len(src) != n*d.Size {
		panic(fmt.Sprintf("npy: %s: %d bytes for %d elements of %v", function, len(src), n, d))
	}
}

// Float32s sets dst to the numbers in src and returns how many of them float32 does not
// hold exactly: they are rounded to the nearest, ties to even. A finite number that would
// become infinite is an error that says where it is, and so are strings. It panics unless
// src has Size bytes for each element of dst.
func (d DType) Float32s(dst []float32, src []byte) (rounded int, err error) {
	d.check("Float32s", len(dst), src)
	order := d.order()
	switch d.Kind {
	case 'f':
		for i := range dst {
			b := src[i*d.Size:]
			switch d.Size {
			case 2:
				dst[i] = argmax.Float16(order.Uint16(b)).Float32()
			case 4:
				dst[i] = math.Float32frombits(order.Uint32(b))
			case 8:
				v := math.Float64frombits(order.Uint64(b))
				dst[i] = float32(v)
				if float64(dst[i]) != v && v == v {
					if math.IsInf(float64(dst[i]), 0) {
						return rounded, fmt.Errorf("npy: element %d is %v: too large for float32", i, v)
					}
					rounded++
				}
			}
		}
	case 'u', 'b':
		for i := range dst {
			v := d.unsigned(order, src[i*d.Size:])
			dst[i] = float32(v)
			if f := float64(dst[i]); f >= 1<<64 || uint64(f) != v {
				rounded++
			}
		}
	case 'i':
		for i := range dst {
			v := d.signed(order, src[i*d.Size:])
			dst[i] = float32(v)
			if f := float64(dst[i]); f >= 1<<63 || int64(f) != v {
				rounded++
			}
		}
	default:
		return 0, fmt.Errorf("npy: %v are no numbers", d)
	}
	return rounded, nil
}

// Int64s sets dst to the integers in src. Floats that are whole numbers are integers, too;
// anything else is an error that says where it is. It panics unless src has Size bytes for
// each element of dst.
func (d DType) Int64s(dst []int64, src []byte) error {
	d.check("Int64s", len(dst), src)
	order := d.order()
	for i := range dst {
		b := src[i*d.Size:]
		switch d.Kind {
		case 'i':
			dst[i] = d.signed(order, b)
		case 'u', 'b':
			v := d.unsigned(order, b)
			if v > math.MaxInt64 {
				return fmt.Errorf("npy: element %d is %d: too large", i, v)
			}
			dst[i] = int64(v)
		case 'f':
			var v float64
			switch d.Size {
			case 2:
				v = float64(argmax.Float16(order.Uint16(b)).Float32())
			case 4:
				v = float64(math.Float32frombits(order.Uint32(b)))
			case 8:
				v = math.Float64frombits(order.Uint64(b))
			}
			if !(math.Abs(v) <= 1<<53) || v != math.Trunc(v) {
				return fmt.Errorf("npy: element %d is %v: no integer", i, v)
			}
			dst[i] = int64(v)
		default:
			return fmt.Errorf("npy: %v are no integers", d)
		}
	}
	return nil
}

// Strings sets dst to the strings in src, without the zeros that fill them up. Strings of
// bytes must be UTF-8. It panics unless src has Size bytes for each element of dst.
func (d DType) Strings(dst []string, src []byte) error {
	d.check("Strings", len(dst), src)
	for i := range dst {
		b := src[i*d.Size:][:d.Size]
		switch d.Kind {
		case 'S':
			dst[i] = strings.TrimRight(string(b), "\x00")
			if !utf8.ValidString(dst[i]) {
				return fmt.Errorf("npy: element %d, %.64q, is not UTF-8", i, dst[i])
			}
		case 'U':
			var s strings.Builder
			for ; len(b) > 0; b = b[4:] {
				r := rune(d.order().Uint32(b))
				if !utf8.ValidRune(r) {
					return fmt.Errorf("npy: element %d has the character %#x", i, uint32(r))
				}
				s.WriteRune(r)
			}
			dst[i] = strings.TrimRight(s.String(), "\x00")
		default:
			return fmt.Errorf("npy: %v are no strings", d)
		}
	}
	return nil
}

func (d DType) signed(order binary.ByteOrder, b []byte) int64 {
	switch d.Size {
	case 8:
		return int64(order.Uint64(b))
	case 4:
		return int64(int32(order.Uint32(b)))
	case 2:
		return int64(int16(order.Uint16(b)))
	}
	return int64(int8(b[0]))
}

func (d DType) unsigned(order binary.ByteOrder, b []byte) uint64 {
	switch d.Size {
	case 8:
		return order.Uint64(b)
	case 4:
		return uint64(order.Uint32(b))
	case 2:
		return uint64(order.Uint16(b))
	}
	return uint64(b[0])
}
