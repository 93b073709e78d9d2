package safetensors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// entry describes one tensor. Its numbers are what the header says, which may be
// more than fits an int.
type entry struct {
	name       string
	dtype      DType
	shape      []int64
	begin, end int64 // bytes of the data
}

// String names the tensor in errors. The name is whatever a file says: it is
// quoted, and cut.
func (e entry) String() string {
	return fmt.Sprintf("tensor %.64q, bytes %d to %d", e.name, e.begin, e.end)
}

// maxKeys is the largest number of keys in the description of a tensor; the format has 3.
const maxKeys = 1024

// parseHeader returns what the header says, in the header's order. Decoding it
// into structs would be shorter, but would accept duplicate keys, keys in another
// case, null for anything, and lists without end.
func parseHeader(header []byte, limits Limits) (entries []entry, metadata map[string]string, err error) {
	if !bytes.HasPrefix(header, []byte("{")) {
		return nil, nil, fmt.Errorf("safetensors: offset %d: the header does not begin with {", prefix)
	}
	if !utf8.Valid(header) {
		return nil, nil, errors.New("safetensors: the header is not UTF-8")
	}
	if i := LoneSurrogate(header); i >= 0 {
		return nil, nil, fmt.Errorf("safetensors: offset %d: %s is half of a character", prefix+i, header[i:i+6])
	}
	p := parser{json.NewDecoder(bytes.NewReader(header)), limits}
	p.UseNumber()
	err = p.object(limits.Tensors+1, "tensors", func(name string) error { // and the metadata
		if name == metadataKey {
			m, err := p.metadata()
			metadata = m
			return err
		}
		e, err := p.entry(name)
		entries = append(entries, e)
		return err
	})
	if err == nil {
		err = p.finish()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("safetensors: offset %d: %w", prefix+p.InputOffset(), err)
	}
	return entries, metadata, nil
}

// LoneSurrogate returns the index of the first escape, \ud800 to \udfff, that
// does not form a character with its neighbour, or −1. Package json would replace
// it by U+FFFD, so that two names could become one.
func LoneSurrogate(text []byte) int {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		unit, ok := escapedUnit(text[i:])
		switch {
		case !ok:
			i++ // the character after the backslash, which may be one
		case !utf16.IsSurrogate(unit):
			i += 5
		default:
			low, ok := escapedUnit(text[i+6:])
			if !ok || utf16.DecodeRune(unit, low) == utf8.RuneError {
				return i
			}
			i += 11
		}
	}
	return -1
}

// escapedUnit decodes the \uXXXX that text begins with.
func escapedUnit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(unit), err == nil
}

// parser reads JSON token by token. json.Decoder makes sure that they follow the
// grammar.
type parser struct {
	*json.Decoder
	limits Limits
}

func (p parser) metadata() (map[string]string, error) {
	metadata := make(map[string]string)
	err := p.object(p.limits.Metadata, "metadata keys", func(key string) (err error) {
		metadata[key], err = token[string](p)
		return err
	})
	return metadata, err
}

// entry reads what the header says of the tensor called name. Keys beyond those of the
// format are allowed, as in the reference implementation.
func (p parser) entry(name string) (entry, error) {
	var dtype string
	var shape, offsets []int64
	err := p.object(maxKeys, "keys", func(key string) (err error) {
		switch key {
		case "dtype":
			dtype, err = token[string](p)
		case "shape":
			shape, err = p.integers(p.limits.Dimensions, "dimensions")
		case "data_offsets":
			offsets, err = p.integers(2, "data_offsets")
		default:
			err = p.skip()
		}
		return err
	})
	switch {
	case err != nil:
	case dtype == "":
		err = errors.New("no dtype")
	case shape == nil:
		err = errors.New("no shape")
	case len(offsets) != 2:
		err = fmt.Errorf("%d data_offsets instead of 2", len(offsets))
	default:
		return entry{name, DType(dtype), shape, offsets[0], offsets[1]}, nil
	}
	return entry{}, fmt.Errorf("tensor %.64q: %w", name, err)
}

// object reads an object of no more than most members and calls member at the value of each
// key.
func (p parser) object(most int, what string, member func(key string) error) error {
	if err := p.delim('{'); err != nil {
		return err
	}
	seen := make(map[string]bool)
	for p.More() {
		key, err := token[string](p)
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("key %.64q comes twice", key)
		}
		if len(seen) == most {
			return fmt.Errorf("more than %d %s", most, what)
		}
		seen[key] = true
		if err := member(key); err != nil {
			return err
		}
	}
	return p.delim('}')
}

// integers reads an array of no more than most integers, none negative. The result is
// not nil.
func (p parser) integers(most int, what string) ([]int64, error) {
	if err := p.delim('['); err != nil {
		return nil, err
	}
	all := []int64{}
	for p.More() {
		if len(all) == most {
			return nil, fmt.Errorf("more than %d %s", most, what)
		}
		number, err := token[json.Number](p)
		if err != nil {
			return nil, err
		}
		n, err := strconv.ParseUint(number.String(), 10, 63)
		if err != nil {
			return nil, fmt.Errorf("%.64s is no integer from 0 to %d", number, int64(math.MaxInt64))
		}
		all = append(all, int64(n))
	}
	return all, p.delim(']')
}

// skip reads a value of any kind, at most 64 levels deep.
func (p parser) skip() error {
	const most = 64
	for depth := 0; depth <= most; {
		t, err := p.Token()
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
	return fmt.Errorf("more than %d levels", most)
}

func (p parser) delim(want json.Delim) error {
	got, err := token[json.Delim](p)
	if err == nil && got != want {
		err = fmt.Errorf("%v instead of %v", got, want)
	}
	return err
}

// finish reads the spaces that pad the header.
func (p parser) finish() error {
	switch t, err := p.Token(); {
	case err == io.EOF:
		return nil
	case err != nil:
		return err
	default:
		return fmt.Errorf("%.64v after the end of the header", t)
	}
}

// token reads the next token, which must be a T.
func token[T any](p parser) (T, error) {
	t, err := p.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	want, ok := t.(T)
	if err == nil && !ok {
		err = fmt.Errorf("%T instead of %T", t, want)
	}
	return want, err
}
