package dataset

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// source is a file that is read once from front to back, unpacked if it is
// gzip. It counts bytes so that every error names file and offset.
type source struct {
	name   string
	r      io.Reader
	zipped bool
	offset int64 // of the next byte, after unpacking
}

func newSource(name string, r io.Reader) (*source, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	s := &source{name: name, r: buffered}
	// An error of Peek comes back with the first Read.
	if magic, _ := buffered.Peek(2); string(magic) != "\x1f\x8b" {
		return s, nil
	}
	unzipped, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, s.errorf("gzip header: %w", err)
	}
	s.r, s.zipped = unzipped, true
	return s, nil
}

// Read is io.Reader's. io.EOF is the end of the data; that of a compressed
// stream which stops before its own end is another error.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.offset += int64(n)
	if s.zipped && err == io.ErrUnexpectedEOF {
		err = fmt.Errorf("the gzip stream is cut short: %w", err)
	}
	return n, err
}

// take returns the next n bytes. It allocates as they arrive, the double of what
// has come so far, so that a wrong n costs nothing.
func (s *source) take(n int, what string) ([]byte, error) {
	const first = 1 << 20
	b := make([]byte, min(n, first))
	for have := 0; ; {
		m, err := io.ReadFull(s, b[have:])
		have += m
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return nil, s.errorf("%w in the %s: %d bytes are missing", io.ErrUnexpectedEOF, what, n-have)
		case err != nil:
			return nil, s.errorf("%w", err)
		case have == n:
			return b, nil
		}
		grown := make([]byte, have+min(have, n-have))
		copy(grown, b)
		b = grown
	}
}

// end returns an error unless all has been read. For gzip this checks the sum.
func (s *source) end() error {
	switch _, err := io.ReadFull(s, make([]byte, 1)); {
	case err == nil:
		return s.errorAt(s.offset-1, "data after the end")
	case errors.Is(err, io.EOF):
		return nil
	default:
		return s.errorf("%w", err)
	}
}

// errorf is an error at the next byte.
func (s *source) errorf(format string, args ...any) error {
	return s.errorAt(s.offset, format, args...)
}

func (s *source) errorAt(offset int64, format string, args ...any) error {
	return fmt.Errorf("dataset: %s: offset %d: %w", s.name, offset, fmt.Errorf(format, args...))
}
