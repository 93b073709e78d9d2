// Package sections reads and writes files of named sections with checksums. Where the
// system can map files into memory, a section is read where it lies, and a file may be
// larger than the memory; elsewhere the file is read. doc/index-format.md describes the
// layout.
package sections

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"
)

const (
	magic   = "\x8aARGMX\r\n"
	version = 1

	headerSize = 32
	entrySize  = 32
	nameSize   = 16
	align      = 64 // sections begin at multiples of it
	most       = 64 // sections of a file

	// BlockSize is how many bytes of a section have a checksum of their own.
	BlockSize = 1 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A Section is a part of a file that is to be written. Write writes Length bytes.
type Section struct {
	Name   string // of 1 to 16 bytes
	Length int64
	Write  func(w io.Writer) error
}

// place is where a section lies. It is followed by the checksums of its blocks and their
// own checksum, and by zeros up to the next multiple of align.
type place struct{ offset, length int64 }

func (p place) blocks() int64    { return (p.length + BlockSize - 1) / BlockSize }
func (p place) checksums() int64 { return roundUp(p.offset+p.length, 4) }
func (p place) end() int64       { return p.checksums() + 4*p.blocks() + 4 }

func roundUp(n, multiple int64) int64 { return (n + multiple - 1) / multiple * multiple }

// longest is the length of the longest section: what is added to it does not overflow.
const longest = math.MaxInt64 / 4

// Write writes a file. It panics if a section has no possible name or length.
func Write(w io.Writer, list []Section) error {
	if len(list) > most {
		panic(fmt.Sprintf("sections: %d sections", len(list)))
	}
	table := make([]byte, entrySize*len(list))
	places, at := make([]place, len(list)), roundUp(headerSize+int64(len(table)), align)
	for i, s := range list {
		if s.Name == "" || len(s.Name) > nameSize || strings.ContainsRune(s.Name, 0) || s.Length < 0 || s.Length > longest {
			panic(fmt.Sprintf("sections: section %q of %d bytes", s.Name, s.Length))
		}
		places[i] = place{at, s.Length}
		at = roundUp(places[i].end(), align)
		entry := table[i*entrySize:][:entrySize]
		copy(entry, s.Name)
		binary.LittleEndian.PutUint64(entry[nameSize:], uint64(places[i].offset))
		binary.LittleEndian.PutUint64(entry[nameSize+8:], uint64(s.Length))
	}
	header := make([]byte, headerSize)
	copy(header, magic)
	binary.LittleEndian.PutUint32(header[8:], version)
	binary.LittleEndian.PutUint32(header[12:], uint32(len(list)))
	binary.LittleEndian.PutUint64(header[16:], uint64(at))
	binary.LittleEndian.PutUint32(header[24:], crc32.Checksum(table, castagnoli))
	binary.LittleEndian.PutUint32(header[28:], crc32.Checksum(header[:28], castagnoli))

	out := &summer{w: w}
	for _, part := range [][]byte{header, table} {
		if _, err := out.Write(part); err != nil {
			return err
		}
	}
	for i, s := range list {
		if err := out.pad(places[i].offset); err != nil {
			return err
		}
		out.begin()
		if err := s.Write(out); err != nil {
			return err
		}
		if n := out.n - places[i].offset; n != s.Length {
			return fmt.Errorf("sections: section %s has %d bytes, not %d", s.Name, n, s.Length)
		}
		sums := out.finish()
		if err := out.pad(places[i].checksums()); err != nil {
			return err
		}
		sums = binary.LittleEndian.AppendUint32(sums, crc32.Checksum(sums, castagnoli))
		if _, err := out.Write(sums); err != nil {
			return err
		}
	}
	return out.pad(at)
}

// A summer counts what it writes, and computes the checksums of blocks.
type summer struct {
	w    io.Writer
	n    int64
	sum  uint32
	room int64 // in the block
	sums []byte
}

func (s *summer) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.n += int64(n)
	for p = p[:n]; len(p) > 0; {
		part := p[:min(int64(len(p)), s.room)]
		s.sum = crc32.Update(s.sum, castagnoli, part)
		p = p[len(part):]
		if s.room -= int64(len(part)); s.room == 0 {
			s.sums = binary.LittleEndian.AppendUint32(s.sums, s.sum)
			s.sum, s.room = 0, BlockSize
		}
	}
	return n, err
}

// begin begins a section.
func (s *summer) begin() { s.sum, s.room, s.sums = 0, BlockSize, nil }

// finish returns the checksums of the blocks of the section.
func (s *summer) finish() []byte {
	if s.room < BlockSize {
		s.sums = binary.LittleEndian.AppendUint32(s.sums, s.sum)
	}
	s.room = math.MaxInt64
	return s.sums
}

// pad writes zeros up to an offset.
func (s *summer) pad(offset int64) error {
	s.begin()
	_, err := s.Write(make([]byte, offset-s.n))
	return err
}

// A File is a file of sections. It is safe for concurrent use but for Close.
type File struct {
	data   []byte
	names  []string
	places []place
	unmap  func([]byte) error
}

// Parse returns the file with the given content, which it refers to. It checks all but
// the sections: those are checked by [File.Check].
func Parse(data []byte) (*File, error) {
	if len(data) < headerSize || string(data[:len(magic)]) != magic {
		if len(data) > 0 && len(data) < headerSize && strings.HasPrefix(magic, string(data[:min(len(magic), len(data))])) {
			return nil, fmt.Errorf("offset %d: the file ends in its header", len(data))
		}
		return nil, fmt.Errorf("offset 0: the file does not begin with %q", magic)
	}
	header := data[:headerSize]
	if crc32.Checksum(header[:28], castagnoli) != binary.LittleEndian.Uint32(header[28:]) {
		return nil, fmt.Errorf("offset 0: the header is damaged")
	}
	if v := binary.LittleEndian.Uint32(header[8:]); v != version {
		return nil, fmt.Errorf("offset 8: version %d, want %d", v, version)
	}
	n := int64(binary.LittleEndian.Uint32(header[12:]))
	if n > most {
		return nil, fmt.Errorf("offset 12: %d sections, at most %d are possible", n, most)
	}
	if length := binary.LittleEndian.Uint64(header[16:]); length != uint64(len(data)) {
		return nil, fmt.Errorf("offset 16: the file has %d bytes, its header says %d", len(data), length)
	}
	if headerSize+n*entrySize > int64(len(data)) {
		return nil, fmt.Errorf("offset %d: the file ends in its table of sections", len(data))
	}
	table := data[headerSize:][:n*entrySize]
	if crc32.Checksum(table, castagnoli) != binary.LittleEndian.Uint32(header[24:]) {
		return nil, fmt.Errorf("offset %d: the table of sections is damaged", headerSize)
	}
	f := &File{data: data}
	at := int64(headerSize + len(table))
	for i := range n {
		if err := f.parseEntry(table[i*entrySize:][:entrySize], at); err != nil {
			return nil, fmt.Errorf("offset %d: %w", headerSize+i*entrySize, err)
		}
		p := f.places[i]
		if err := f.zeros(at, p.offset); err != nil {
			return nil, err
		}
		if err := f.zeros(p.offset+p.length, p.checksums()); err != nil {
			return nil, err
		}
		at = p.end()
		sums := data[p.checksums() : at-4]
		if crc32.Checksum(sums, castagnoli) != binary.LittleEndian.Uint32(data[at-4:]) {
			return nil, fmt.Errorf("offset %d: the checksums of section %.16q are damaged", p.checksums(), f.names[i])
		}
	}
	if roundUp(at, align) != int64(len(data)) {
		return nil, fmt.Errorf("offset %d: %d bytes behind the last section", at, int64(len(data))-at)
	}
	return f, f.zeros(at, int64(len(data)))
}

// parseEntry adds the section of an entry of the table, which must begin at the first
// multiple of align from an offset on, and end in the file.
func (f *File) parseEntry(entry []byte, from int64) error {
	name := entry[:nameSize]
	if i := bytes.IndexByte(name, 0); i >= 0 {
		if len(bytes.Trim(name[i:], "\x00")) > 0 {
			return fmt.Errorf("section %.16q", name)
		}
		name = name[:i]
	}
	offset, length := binary.LittleEndian.Uint64(entry[nameSize:]), binary.LittleEndian.Uint64(entry[nameSize+8:])
	switch want := uint64(roundUp(from, align)); {
	case len(name) == 0:
		return fmt.Errorf("a section without a name")
	case f.has(string(name)):
		return fmt.Errorf("two sections %.16q", name)
	case offset != want:
		return fmt.Errorf("section %.16q begins at %d, want %d", name, offset, want)
	case length > longest:
		return fmt.Errorf("section %.16q of %d bytes", name, length)
	}
	p := place{int64(offset), int64(length)}
	if p.end() > int64(len(f.data)) {
		return fmt.Errorf("section %.16q of %d bytes, from %d on, does not fit in a file of %d", name, length, offset, len(f.data))
	}
	f.names, f.places = append(f.names, string(name)), append(f.places, p)
	return nil
}

func (f *File) has(name string) bool {
	for _, n := range f.names {
		if n == name {
			return true
		}
	}
	return false
}

// zeros returns an error unless the bytes from lo to hi are zeros.
func (f *File) zeros(lo, hi int64) error {
	for i, b := range f.data[lo:hi] {
		if b != 0 {
			return fmt.Errorf("offset %d: %#02x between sections, want 0", lo+int64(i), b)
		}
	}
	return nil
}

// Names returns the names of the sections.
func (f *File) Names() []string { return f.names }

// Section returns a section, nil if there is none, and where it lies in the file. It must
// not be changed.
func (f *File) Section(name string) (data []byte, offset int64) {
	for i, n := range f.names {
		if n == name {
			p := f.places[i]
			return f.data[p.offset : p.offset+p.length : p.offset+p.length], p.offset
		}
	}
	return nil, 0
}

// Blocks returns the number of blocks of a section, 0 if there is no such section.
func (f *File) Blocks(name string) int {
	for i, n := range f.names {
		if n == name {
			return int(f.places[i].blocks())
		}
	}
	return 0
}

// Check returns an error that names the offset if block i of a section is damaged.
func (f *File) Check(name string, i int) error {
	data, offset := f.Section(name)
	p := place{offset, int64(len(data))}
	lo := int64(i) * BlockSize
	block := data[lo:min(lo+BlockSize, p.length)]
	if crc32.Checksum(block, castagnoli) != binary.LittleEndian.Uint32(f.data[p.checksums()+4*int64(i):]) {
		return fmt.Errorf("offset %d: section %.16q is damaged in the %d bytes from here on", offset+lo, name, len(block))
	}
	return nil
}

// Close releases the content of the file, to which nothing may refer any more.
func (f *File) Close() error {
	data, unmap := f.data, f.unmap
	f.data, f.unmap = nil, nil
	if unmap == nil {
		return nil
	}
	return unmap(data)
}
