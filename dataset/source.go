package dataset

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// source is a file that is read once, from its beginning to its end, and unpacked
// if it is gzip. It counts bytes, so that every error names the file and the
// offset.
type source struct {
	name    string
	r       io.Reader
	zipped  bool
	packing string  // gzip or zip, if it is zipped
	packed  counted // what r reads
	offset  int64   // of the next byte, after unpacking
	header  int64   // the length of the header of an IDX file

	expansion int64
	// size is the number of bytes of a file that is not compressed, and 0 if that is
	// not known. Of a compressed file, usual is how many bytes it may well unpack to.
	size, usual int64
}

// usualExpansion is how many times its length a compressed file may well unpack to: images
// of MNIST take five times as much.
const usualExpansion = 8

// has reports whether it is certain that n bytes follow, and lacks whether it is certain
// that they do not.
func (s *source) has(n int64) bool   { return s.size > 0 && n <= s.size-s.offset }
func (s *source) lacks(n int64) bool { return s.size > 0 && n > s.size-s.offset }

func newSource(name string, r io.Reader, limits Limits) (*source, error) {
	s := &source{name: name, packed: counted{r: r}, expansion: int64(limits.Expansion)}
	buffered := bufio.NewReaderSize(&s.packed, 1<<16)
	s.r = buffered
	size := int64(0)
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			size = info.Size()
		}
	}
	// The first Read returns the error of Peek, if any.
	if magic, _ := buffered.Peek(2); string(magic) != "\x1f\x8b" {
		s.size = size
		return s, nil
	}
	unzipped, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, s.errorf("gzip header: %w", err)
	}
	s.r, s.zipped, s.packing = &members{unzipped, buffered}, true, "gzip"
	s.usual = usualExpansion * size
	return s, nil
}

// members reads the members of a gzip file one after the other. Zeros may follow the
// last: tapes and some archivers fill blocks with them, and gzip(1) ignores them.
type members struct {
	member   *gzip.Reader
	buffered *bufio.Reader
}

func (m *members) Read(p []byte) (int, error) {
	m.member.Multistream(false)
	n, err := m.member.Read(p)
	if err != io.EOF {
		return n, err
	}
	if n > 0 {
		return n, nil // the end comes again
	}
	for {
		next, err := m.buffered.ReadByte()
		if err != nil {
			return 0, err
		}
		if next != 0 {
			break
		}
	}
	if err := m.buffered.UnreadByte(); err != nil {
		return 0, err
	}
	if err := m.member.Reset(m.buffered); err != nil {
		return 0, err
	}
	return m.Read(p)
}

// Read implements io.Reader. A compressed stream that is cut short is not io.EOF.
// One that unpacks to far more than data does is an error, too.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.offset += int64(n)
	switch {
	case !s.zipped:
	case err == io.ErrUnexpectedEOF:
		err = fmt.Errorf("the %s stream is cut short: %w", s.packing, err)
	case s.offset > expandsFree && s.offset/s.expansion > s.packed.n:
		err = fmt.Errorf("the %s stream unpacks to more than %d times its length", s.packing, s.expansion)
	}
	return n, err
}

// counted counts the bytes that are read from r.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// take returns the next n bytes. Unless it is certain that there are as many, or a file
// usually unpacks to as many, it allocates as they arrive, at most twice what has come so
// far, so that a wrong n costs nothing.
func (s *source) take(n int, what string) ([]byte, error) {
	const first = 1 << 20
	certain := int(min(int64(n), max(first, s.usual-s.offset)))
	if s.lacks(int64(n)) {
		return nil, s.errorAt(s.size, "%w in the %s: %d bytes are missing", io.ErrUnexpectedEOF, what, int64(n)-(s.size-s.offset))
	}
	if s.has(int64(n)) {
		certain = n
	}
	b := make([]byte, certain)
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

// end returns an error unless all data has been read. For gzip it verifies the
// checksum.
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

// errorf returns an error at the next byte.
func (s *source) errorf(format string, args ...any) error {
	return s.errorAt(s.offset, format, args...)
}

func (s *source) errorAt(offset int64, format string, args ...any) error {
	return fmt.Errorf("dataset: %s: offset %d: %w", s.name, offset, fmt.Errorf(format, args...))
}
