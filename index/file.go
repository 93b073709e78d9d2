package index

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/seed842bec00/argmax/internal/sections"
	"github.com/seed842bec00/argmax/kernels"
)

// The sections of an index; doc/index-format.md describes their content.
const (
	sectionIndex   = "index"
	sectionRows    = "rows"
	sectionSquares = "squares"
	sectionSums    = "sums"
	sectionIDs     = "ids"
	sectionLists   = "lists"
	sectionCenters = "centroids"
	prefixAttached = "+"
)

// Kind is what a file holds.
type Kind uint32

const (
	KindIndex Kind = 1 // written by [Index.WriteFile]
	KindLive  Kind = 2 // written by [Snapshot.WriteFile]
	KindIVF   Kind = 3 // written by [IVF.WriteFile]
)

// Info describes the index in a file.
type Info struct {
	Kind    Kind
	Element string // "float32", "uint8", "float16" or "bfloat16"
	Metric  Metric
	Rows    int
	Columns int
}

// elements are the names of elements; their numbers in a file are one more.
var elements = []string{"float32", "uint8", "float16", "bfloat16"}

// String returns "an index", "a live index" or "an IVF".
func (k Kind) String() string {
	switch k {
	case KindIndex:
		return "an index"
	case KindLive:
		return "a live index"
	case KindIVF:
		return "an IVF"
	}
	return fmt.Sprintf("unknown kind %d", uint32(k))
}

// elementNumber returns the number of an element in a file.
func elementNumber[E Element]() uint32 {
	name := strings.ToLower(fmt.Sprintf("%T", *new(E)))
	return uint32(slices.Index(elements, name[strings.LastIndexByte(name, '.')+1:]) + 1)
}

// Attachments are what a file holds besides an index, such as labels of the rows, by
// names of 1 to 15 bytes.
type Attachments map[string][]byte

// A file is an open file, in which the rows of an index lie.
type file struct {
	using    sync.RWMutex // held for reading by those that read rows
	sections *sections.File
	path     string
	closed   bool
}

// use keeps the rows where they are until unuse. It panics if they are gone.
func (f *file) use(function string) {
	if f == nil {
		return
	}
	f.using.RLock()
	if f.closed {
		f.using.RUnlock()
		panic("index: " + function + ": the index is closed")
	}
}

func (f *file) unuse() {
	if f != nil {
		f.using.RUnlock()
	}
}

// close waits for those that read rows, and releases the file.
func (f *file) close() error {
	if f == nil {
		return nil
	}
	f.using.Lock()
	defer f.using.Unlock()
	if f.closed {
		return nil
	}
	f.closed = true
	return f.sections.Close()
}

// verify returns an error that names the offset of the first damaged block of the rows or
// of their compact copy.
func (f *file) verify(pool *kernels.Pool) error {
	if f == nil {
		return nil
	}
	f.use("Verify")
	defer f.unuse()
	if err := f.check(sectionRows, pool); err != nil {
		return err
	}
	return f.check(sectionCompact, pool)
}

// check checks a section.
func (f *file) check(section string, pool *kernels.Pool) error {
	first := struct {
		sync.Mutex
		block int
		err   error
	}{block: f.sections.Blocks(section)}
	pool.Split(first.block, 1, func(lo, hi int) {
		for i := lo; i < hi && pool.Err() == nil; i++ {
			if err := f.sections.Check(section, i); err != nil {
				first.Lock()
				if i < first.block {
					first.block, first.err = i, err
				}
				first.Unlock()
				return
			}
		}
	})
	if first.err != nil {
		return f.error(first.err)
	}
	return pool.Err()
}

// error says which file an error is of.
func (f *file) error(err error) error { return fmt.Errorf("index: %s: %w", f.path, err) }

// errorAt says where in the file an error is.
func (f *file) errorAt(offset int64, format string, args ...any) error {
	return fmt.Errorf("index: %s: offset %d: %w", f.path, offset, fmt.Errorf(format, args...))
}

// Close releases the file in which the rows lie, if they do; it waits for searches. After
// that, searches panic, and the rows must not be read.
func (x *Index[E]) Close() error { return x.file.close() }

// Verify checks the rows of an index that was opened without: an error names the file and
// the offset of what is damaged. It reads all rows; if the pool's context ends, it returns
// its error.
func (x *Index[E]) Verify(pool *kernels.Pool) error { return x.file.verify(pool) }

// Attached returns an attachment of the file that was opened, nil if it has none of this
// name. It must not be changed.
func (x *Index[E]) Attached(name string) []byte { return x.file.attached(name) }

func (f *file) attached(name string) []byte {
	if f == nil {
		return nil
	}
	f.use("Attached")
	defer f.unuse()
	data, _ := f.sections.Section(prefixAttached + name)
	return data
}

// sections returns the names of the sections of a kind, but for attachments.
func (k Kind) sections() []string {
	names := []string{sectionIndex, sectionRows, sectionSquares, sectionSums}
	switch k {
	case KindIndex:
		return slices.Concat(names, compactSections, sketchSections)
	case KindLive:
		return slices.Concat(names, []string{sectionIDs}, compactSections, sketchSections)
	case KindIVF:
		return append(names, sectionIDs, sectionLists, sectionCenters)
	}
	return names
}

// Close releases the file in which rows lie, if some do; it waits for searches. After
// that, searches and changes panic, and the rows must not be read.
func (x *Live[E]) Close() error { return x.file.close() }

// Verify is that of an [Index], for the rows that lie in the file that was opened.
func (x *Live[E]) Verify(pool *kernels.Pool) error { return x.file.verify(pool) }

// Attached returns an attachment of the file that was opened, as [Index.Attached] does.
func (x *Live[E]) Attached(name string) []byte { return x.file.attached(name) }
