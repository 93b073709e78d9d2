package safetensors

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/seed842bec00/argmax/internal/files"
)

// ReadFile reads the file at path, as Read does. It must be a regular file.
func ReadFile(path string, limits Limits) ([]Tensor, map[string]string, error) {
	f, err := files.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	tensors, metadata, err := Read(f, info.Size(), limits)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return tensors, metadata, nil
}

// Read reads a file from r up to its end: size bytes, or as many as come if size
// is negative. The tensors are returned in the order of their data; without
// metadata the map is nil.
//
// Memory is allocated for what the limits allow and what size can hold; if size is
// negative, for at most twice as much as has come. The tensors must cover the data
// without gaps, overlaps or a rest, and no name may occur twice. Errors name the
// tensor or the offset.
func Read(r io.Reader, size int64, limits Limits) ([]Tensor, map[string]string, error) {
	limits = limits.orDefault()
	header, err := readHeader(r, size, limits)
	if err != nil {
		return nil, nil, err
	}
	entries, metadata, err := parseHeader(header, limits)
	if err != nil {
		return nil, nil, err
	}
	dataSize := int64(unknown)
	if size >= 0 {
		dataSize = size - prefix - int64(len(header))
	}
	if err := checkLayout(entries, dataSize, limits); err != nil {
		return nil, nil, err
	}
	tensors := make([]Tensor, len(entries))
	buf := make([]byte, chunk*elementSize)
	for i, e := range entries {
		values, err := readValues(r, int((e.end-e.begin)/elementSize), size >= 0, buf)
		if err != nil {
			return nil, nil, fmt.Errorf("safetensors: %v of the data: %w", e, err)
		}
		shape := make([]int, len(e.shape))
		for d, n := range e.shape {
			shape[d] = int(n)
		}
		tensors[i] = Tensor{e.name, shape, values}
	}
	switch _, err := io.ReadFull(r, buf[:1]); {
	case err == nil:
		return nil, nil, errors.New("safetensors: the file goes on after its tensors")
	case err != io.EOF:
		return nil, nil, fmt.Errorf("safetensors: the end of the data: %w", err)
	}
	return tensors, metadata, nil
}

// unknown is the size of a stream.
const unknown = -1

// readHeader reads the length of the header and the header.
func readHeader(r io.Reader, size int64, limits Limits) ([]byte, error) {
	var p [prefix]byte
	if n, err := io.ReadFull(r, p[:]); err != nil {
		return nil, fmt.Errorf("safetensors: a file of %d bytes: no length of the header: %w", n, err)
	}
	n := binary.LittleEndian.Uint64(p[:])
	switch left := uint64(size - prefix); {
	case n > uint64(limits.Header):
		return nil, fmt.Errorf("safetensors: a header of %d bytes, the limit is %d", n, limits.Header)
	case size >= 0 && n > left:
		return nil, fmt.Errorf("safetensors: a header of %d bytes, but the file has %d after offset %d", n, left, prefix)
	}
	header := make([]byte, n)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, fmt.Errorf("safetensors: the header: %w", err)
	}
	return header, nil
}

// checkLayout sorts entries by their place and checks that they hold what their
// shapes say and cover the data exactly.
func checkLayout(entries []entry, size int64, limits Limits) error {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end), cmp.Compare(a.name, b.name))
	})
	var end int64
	for _, e := range entries {
		switch n, ok := elements(e.shape); {
		case e.end < e.begin || size != unknown && e.end > size:
			if size == unknown {
				return fmt.Errorf("safetensors: %v of the data", e)
			}
			return fmt.Errorf("safetensors: %v of the data, which has %d bytes", e, size)
		case e.begin != end:
			return fmt.Errorf("safetensors: %v of the data: the tensor before it ends at %d", e, end)
		case e.end > limits.Bytes:
			return fmt.Errorf("safetensors: %v of the data, the limit is %d", e, limits.Bytes)
		case !ok:
			return fmt.Errorf("safetensors: %v of the data: the product of its shape overflows", e)
		case int64(n)*elementSize != e.end-e.begin:
			return fmt.Errorf("safetensors: %v of the data: its shape takes %d bytes", e, n*elementSize)
		}
		for _, n := range e.shape {
			if int64(int(n)) != n { // beside a zero, on 32 bits
				return fmt.Errorf("safetensors: %v of the data: a dimension of %d", e, n)
			}
		}
		end = e.end
	}
	if size != unknown && end != size {
		return fmt.Errorf("safetensors: the tensors end at %d of the data, which has %d bytes", end, size)
	}
	return nil
}

// readValues reads n numbers by way of buf. If it is not certain that there are so
// many, memory grows with what has come.
func readValues(r io.Reader, n int, certain bool, buf []byte) ([]float32, error) {
	values := make([]float32, 0, min(n, chunk))
	if certain {
		values = make([]float32, 0, n)
	}
	for len(values) < n {
		have := len(values)
		if have == cap(values) {
			values = append(make([]float32, 0, have+min(have, n-have)), values...)
		}
		part := values[have:min(cap(values), have+chunk)]
		b := buf[:len(part)*elementSize]
		if _, err := io.ReadFull(r, b); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		binary.Decode(b, binary.LittleEndian, part) // b has the size of part: no error
		values = values[:have+len(part)]
	}
	return values, nil
}
