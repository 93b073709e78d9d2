package index

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/internal/sections"
	"github.com/seed842bec00/argmax/kernels"
)

// OpenOptions say how a file is opened. The zero value checks all of it, on the caller's
// goroutine.
type OpenOptions struct {
	// Unverified leaves out the checksums of the rows and of their compact copy, so that
	// opening does not read them: see [Index.Verify]. Everything else is checked, up to 120
	// bytes for each row and the attachments.
	Unverified bool
	// Pool is what opening may use.
	Pool *kernels.Pool
}

// Open opens an index that [Index.WriteFile] wrote. The rows stay in the file, which is
// mapped into memory where the system can (Unix), so that processes share them, and they
// may be more than the memory; elsewhere they are read, as on big-endian machines unless
// they are bytes. The file must not be changed as long as the index is in use; it can be
// replaced, as WriteFile does.
//
// A file that is damaged, or holds something else, is an error that names it and the
// offset.
func Open[E Element](path string, o OpenOptions) (*Index[E], error) {
	f, c, err := open[E](path, KindIndex, o)
	if err != nil {
		return nil, err
	}
	return c.index(f, new(freeList[pass[E]]), o.Pool), nil
}

// OpenLive opens an index that [Snapshot.WriteFile] wrote, as [Open] does. Changes are in
// memory, until the index is written again. The rows of the file are copied into memory
// only by [Live.Compact].
func OpenLive[E Element](path string, o OpenOptions) (*Live[E], error) {
	f, c, err := open[E](path, KindLive, o)
	if err != nil {
		return nil, err
	}
	x := NewLive[E](c.info.Columns, c.info.Metric)
	x.file = f
	if c.info.Rows > 0 {
		s := *x.state.Load()
		s.rows = c.info.Rows
		s.segments = []*segment[E]{{index: c.index(f, &x.passes, o.Pool), ids: c.ids, live: s.rows, fixed: true}}
		x.state.Store(&s)
	}
	return x, nil
}

// ReadInfo returns what the file at path says of the index in it.
func ReadInfo(path string) (Info, error) {
	f, err := openSections(path)
	if err != nil {
		return Info{}, err
	}
	defer f.close()
	return f.info()
}

func openSections(path string) (*file, error) {
	s, err := sections.Open(path)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return &file{sections: s, path: path}, nil
}

// content is what a file holds, checked.
type content[E Element] struct {
	info    Info
	rows    []E
	squares []float64
	sums    []int32  // nil if the file has none
	compact *compact // nil if the file has none
	sketch  *sketch  // nil if the file has none
	ids     []uint64
}

func open[E Element](path string, kind Kind, o OpenOptions) (*file, *content[E], error) {
	f, err := openSections(path)
	if err != nil {
		return nil, nil, err
	}
	c, err := read[E](f, kind, o)
	if err != nil {
		f.close()
		return nil, nil, err
	}
	return f, c, nil
}

// read returns the content of a file, which must be of a kind.
func read[E Element](f *file, kind Kind, o OpenOptions) (*content[E], error) {
	info, err := f.info()
	if err != nil {
		return nil, err
	}
	_, at := f.sections.Section(sectionIndex)
	if info.Kind != kind {
		return nil, f.errorAt(at, "%v, want %v", info.Kind, kind)
	}
	if want := elements[elementNumber[E]()-1]; info.Element != want {
		return nil, f.errorAt(at+4, "rows of %s, want %s", info.Element, want)
	}
	if err := checkMetric[E](info.Metric); err != nil {
		return nil, f.errorAt(at+8, "%w", err)
	}
	for _, name := range f.sections.Names() {
		switch {
		case (name == sectionRows || name == sectionCompact) && o.Unverified:
			continue
		case slices.Contains(kind.sections(), name):
		case len(name) > 1 && strings.HasPrefix(name, prefixAttached):
		default:
			_, at := f.sections.Section(name)
			return nil, f.errorAt(at, "unknown section %q", name)
		}
		if err := f.check(name, o.Pool); err != nil {
			return nil, err
		}
	}
	r := reading{file: f}
	c := &content[E]{
		info:    info,
		rows:    numbers[E](&r, sectionRows, info.Rows, info.Columns),
		squares: numbers[float64](&r, sectionSquares, info.Rows, 1),
	}
	if f.has(sectionSums) {
		c.sums = numbers[int32](&r, sectionSums, info.Rows, 1)
	}
	if kind != KindIndex {
		c.ids = numbers[uint64](&r, sectionIDs, info.Rows, 1)
	}
	if r.err != nil || kind == KindIVF {
		return c, r.err
	}
	if c.compact, err = f.compact(info); err != nil {
		return nil, err
	}
	if c.sketch, err = f.sketch(info); err != nil {
		return nil, err
	}
	return c, f.ascend(c.ids, 0, len(c.ids))
}

// ascend returns an error unless ids lo to hi ascend.
func (f *file) ascend(ids []uint64, lo, hi int) error {
	for i := lo + 1; i < hi; i++ {
		if ids[i] <= ids[i-1] {
			_, at := f.sections.Section(sectionIDs)
			return f.errorAt(at+8*int64(i), "id %d after %d: ids ascend", ids[i], ids[i-1])
		}
	}
	return nil
}

// info returns what the file says of its index, checked.
func (f *file) info() (Info, error) {
	const size = 32
	data, at := f.sections.Section(sectionIndex)
	if len(data) != size {
		return Info{}, f.errorAt(at, "section %q has %d bytes, want %d: not an index", sectionIndex, len(data), size)
	}
	if err := f.check(sectionIndex, nil); err != nil {
		return Info{}, err
	}
	kind, element, metric, zero := binary.LittleEndian.Uint32(data), binary.LittleEndian.Uint32(data[4:]), binary.LittleEndian.Uint32(data[8:]), binary.LittleEndian.Uint32(data[12:])
	rows, columns := binary.LittleEndian.Uint64(data[16:]), binary.LittleEndian.Uint64(data[24:])
	switch {
	case kind < uint32(KindIndex) || kind > uint32(KindIVF):
		return Info{}, f.errorAt(at, "%v", Kind(kind))
	case element < 1 || element > uint32(len(elements)):
		return Info{}, f.errorAt(at+4, "unknown element %d", element)
	case metric > uint32(Hamming):
		return Info{}, f.errorAt(at+8, "unknown metric %d", metric)
	case zero != 0:
		return Info{}, f.errorAt(at+12, "%d, want 0", zero)
	case rows > math.MaxInt:
		return Info{}, f.errorAt(at+16, "%d rows", rows)
	case columns > math.MaxInt:
		return Info{}, f.errorAt(at+24, "%d columns", columns)
	}
	return Info{Kind(kind), elements[element-1], Metric(metric), int(rows), int(columns)}, nil
}

// has reports whether the file has a section.
func (f *file) has(section string) bool { return slices.Contains(f.sections.Names(), section) }

// A reading is of several sections of a file; err is the first error.
type reading struct {
	file *file
	err  error
}

// numbers returns a section of rows of numbers, nil after an error.
func numbers[T any](r *reading, section string, rows, columns int) []T {
	if r.err != nil {
		return nil
	}
	data, at := r.file.sections.Section(section)
	high, n := bits.Mul64(uint64(rows), uint64(columns))
	if high != 0 || uint64(len(data)%elementSize[T]()) != 0 || uint64(len(data)/elementSize[T]()) != n {
		r.err = r.file.errorAt(at, "section %q has %d bytes, which are not %d × %d numbers of %d", section, len(data), rows, columns, elementSize[T]())
		return nil
	}
	return fromLittleEndian[T](data)
}

// matrixOf returns rows that lie close together.
func matrixOf[T Element](data []T, rows, columns int) kernels.Dense[T] {
	return kernels.Dense[T]{Rows: rows, Cols: columns, Stride: columns, Data: data}
}

// index returns the index that a file holds.
func (c *content[E]) index(f *file, memory *freeList[pass[E]], pool *kernels.Pool) *Index[E] {
	x := c.part(f, 0, c.info.Rows, memory, pool)
	x.compact, x.sketch = c.compact, c.sketch
	return x
}

// part returns an index of rows lo to hi of a file.
func (c *content[E]) part(f *file, lo, hi int, memory *freeList[pass[E]], pool *kernels.Pool) *Index[E] {
	x := &Index[E]{
		rows:    matrixOf(c.rows, c.info.Rows, c.info.Columns).Slice(lo, hi),
		metric:  c.info.Metric,
		element: elementOf[E](),
		bounds:  newBounds(c.info.Metric, c.info.Columns),
		squares: c.squares[lo:hi],
		passes:  memory,
		file:    f,
	}
	if c.sums != nil {
		x.sums = c.sums[lo:hi]
	}
	x.derive(pool)
	return x
}
