package safetensors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"
)

// entry is what the header says of one tensor.
type entry struct {
	name       string
	shape      []int
	begin, end int // bytes of the data
}

// String is how errors call the tensor. The name is whatever a file says:
// quoted, and cut.
func (e entry) String() string {
	return fmt.Sprintf("tensor %.64q, bytes %d to %d", e.name, e.begin, e.end)
}

// parseHeader takes the header apart, in the header's order. Decoding it into
// structs would be shorter, but would let pass keys that come twice or differ in
// case, and null for anything.
func parseHeader(header []byte) (entries []entry, metadata map[string]string, err error) {
	if !bytes.HasPrefix(header, []byte("{")) {
		return nil, nil, fmt.Errorf("safetensors: offset %d: the header does not begin with {", prefix)
	}
	if !utf8.Valid(header) {
		return nil, nil, errors.New("safetensors: the header is not UTF-8")
	}
	p := parser{json.NewDecoder(bytes.NewReader(header))}
	p.UseNumber()
	err = p.object(func(name string) error {
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

// parser reads JSON token by token. json.Decoder sees to it that they stand
// where the grammar has them.
type parser struct{ *json.Decoder }

func (p parser) metadata() (map[string]string, error) {
	metadata := make(map[string]string)
	err := p.object(func(key string) (err error) {
		metadata[key], err = token[string](p)
		return err
	})
	return metadata, err
}

// entry reads what the header says of the tensor called name.
func (p parser) entry(name string) (entry, error) {
	var dtype string
	var shape, offsets []int
	err := p.object(func(key string) (err error) {
		switch key {
		case "dtype":
			dtype, err = token[string](p)
		case "shape":
			shape, err = p.integers()
		case "data_offsets":
			offsets, err = p.integers()
		default:
			err = fmt.Errorf("unknown key %.64q", key)
		}
		return err
	})
	switch {
	case err != nil:
	case dtype != dtypeF32:
		err = fmt.Errorf("dtype %.64q; only %s can be read", dtype, dtypeF32)
	case shape == nil:
		err = errors.New("no shape")
	case len(offsets) != 2:
		err = fmt.Errorf("%d data_offsets instead of 2", len(offsets))
	default:
		return entry{name, shape, offsets[0], offsets[1]}, nil
	}
	return entry{}, fmt.Errorf("tensor %.64q: %w", name, err)
}

// object reads an object and calls member at the value of each key.
func (p parser) object(member func(key string) error) error {
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
		seen[key] = true
		if err := member(key); err != nil {
			return err
		}
	}
	return p.delim('}')
}

// integers reads an array of integers, none negative. It is not nil.
func (p parser) integers() ([]int, error) {
	if err := p.delim('['); err != nil {
		return nil, err
	}
	all := []int{}
	for p.More() {
		number, err := token[json.Number](p)
		if err != nil {
			return nil, err
		}
		n, err := strconv.ParseUint(number.String(), 10, strconv.IntSize-1)
		if err != nil {
			return nil, fmt.Errorf("%.64s is no integer from 0 to %d", number, math.MaxInt)
		}
		all = append(all, int(n))
	}
	return all, p.delim(']')
}

func (p parser) delim(want json.Delim) error {
	got, err := token[json.Delim](p)
	if err == nil && got != want {
		err = fmt.Errorf("%v instead of %v", got, want)
	}
	return err
}

// finish reads the spaces after the header's object.
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

// token reads the next token, which has to be a T.
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
