package safetensors

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// Read reads a file from r up to its end: size bytes, or as many as come if size
// is negative. It returns all tensors, in the order of their data, and the metadata,
// which is nil if there is none.
//
// Memory is allocated for what the limits allow and what size can hold; if size is
// negative, for at most twice as much as has come. The tensors must cover the data
// without gaps, overlaps or a rest, and no name may occur twice. Errors name the
// tensor or the offset.
func Read(r io.Reader, size int64, limits Limits) ([]Tensor, map[string]string, error) {
	h, err := ReadHeader(r, size, limits)
	if err != nil {
		return nil, nil, err
	}
	tensors, err := h.Read(r, func(Entry) bool { return true })
	if err != nil {
		return nil, nil, err
	}
	return tensors, h.Metadata, nil
}

// ReadHeader reads the header of a file of size bytes; a negative size is an unknown one.
// It checks all that [Read] promises to check, except for the end of the data if size is
// negative.
func ReadHeader(r io.Reader, size int64, limits Limits) (*Header, error) {
	limits = limits.orDefault()
	header, err := readHeader(r, size, limits)
	if err != nil {
		return nil, err
	}
	entries, metadata, err := parseHeader(header, limits)
	if err != nil {
		return nil, err
	}
	h := &Header{Metadata: metadata, Offset: prefix + int64(len(header)), certain: size >= 0, limits: limits}
	dataSize := int64(unknown)
	if size >= 0 {
		dataSize = size - h.Offset
	}
	if err := checkLayout(entries, dataSize); err != nil {
		return nil, err
	}
	for _, e := range entries {
		shape := make([]int, len(e.shape))
		for d, n := range e.shape {
			shape[d] = int(n)
		}
		h.Tensors = append(h.Tensors, Entry{e.name, e.dtype, shape, e.begin, e.end})
	}
	return h, nil
}

// Read reads the data from r, which is where ReadHeader left it, up to its end. It
// returns the tensors that are wanted, in the order of their data, and skips the others,
// without reading them if r can seek. Numbers that are no float32 are rounded to the
// nearest, see [DType.Decode].
func (h *Header) Read(r io.Reader, wanted func(Entry) bool) ([]Tensor, error) {
	var tensors []Tensor
	at, left := int64(0), min(h.limits.Bytes, math.MaxInt)
	buf := make([]byte, chunk*8)
	for _, e := range h.Tensors {
		if !wanted(e) {
			continue
		}
		size := e.DType.Size()
		if size == 0 {
			return nil, fmt.Errorf("safetensors: tensor %.64q: dtype %.64q cannot be converted to float32", e.Name, string(e.DType))
		}
		elements := (e.End - e.Begin) / int64(size)
		if elements > left/elementSize {
			return nil, fmt.Errorf("safetensors: %v of the data, the limit is %d", e, h.limits.Bytes)
		}
		left -= elements * elementSize
		if err := h.skip(r, e.Begin-at); err != nil {
			return nil, fmt.Errorf("safetensors: %v of the data: before it: %w", e, err)
		}
		values, err := readValues(r, e, h.certain, buf)
		if err != nil {
			return nil, fmt.Errorf("safetensors: %v of the data: %w", e, err)
		}
		tensors = append(tensors, Tensor{e.Name, e.Shape, values})
		at = e.End
	}
	if n := len(h.Tensors); n > 0 {
		last := h.Tensors[n-1]
		if err := h.skip(r, last.End-at); err != nil {
			return nil, fmt.Errorf("safetensors: %v of the data: %w", last, err)
		}
	}
	switch _, err := io.ReadFull(r, buf[:1]); {
	case err == nil:
		return nil, errors.New("safetensors: the file goes on after its tensors")
	case err != io.EOF:
		return nil, fmt.Errorf("safetensors: the end of the data: %w", err)
	}
	return tensors, nil
}

// String names the tensor in errors. The name is whatever a file says: it is quoted, and
// cut.
func (e Entry) String() string {
	return fmt.Sprintf("tensor %.64q, bytes %d to %d", e.Name, e.Begin, e.End)
}

// skip moves n bytes on.
func (h *Header) skip(r io.Reader, n int64) error {
	if s, ok := r.(io.Seeker); ok && h.certain {
		if _, err := s.Seek(n, io.SeekCurrent); err == nil {
			return nil
		}
	}
	_, err := io.CopyN(io.Discard, r, n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
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
	case n >= 1<<40: // no header is so long: what has been read is the beginning of a text, or of another format
		return nil, fmt.Errorf("safetensors: another format: the file begins with %q", p)
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
func checkLayout(entries []entry, size int64) error {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end), cmp.Compare(a.name, b.name))
	})
	var end int64
	for _, e := range entries {
		bytes := max(1, e.dtype.Size()) // others have elements of bits, or of an unknown size
		switch n, ok := product(e.shape, bytes, math.MaxInt64); {
		case e.end < e.begin || size != unknown && e.end > size:
			if size == unknown {
				return fmt.Errorf("safetensors: %v of the data", e)
			}
			return fmt.Errorf("safetensors: %v of the data, which has %d bytes", e, size)
		case e.begin != end:
			return fmt.Errorf("safetensors: %v of the data: the tensor before it ends at %d", e, end)
		case !ok:
			return fmt.Errorf("safetensors: %v of the data: the product of its shape overflows", e)
		case e.dtype.Size() > 0 && n*int64(bytes) != e.end-e.begin:
			return fmt.Errorf("safetensors: %v of the data: its shape takes %d bytes", e, n*int64(bytes))
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

// readValues reads the numbers of a tensor by way of buf. If it is not certain that
// there are so many, memory grows with what has come.
func readValues(r io.Reader, e Entry, certain bool, buf []byte) ([]float32, error) {
	n, size := e.Elements(), e.DType.Size()
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
		b := buf[:len(part)*size]
		if _, err := io.ReadFull(r, b); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		if _, err := e.DType.Decode(part, b); err != nil {
			return nil, fmt.Errorf("after %d elements: %w", have, err)
		}
		values = values[:have+len(part)]
	}
	return values, nil
}
