package index

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"slices"
	"unsafe"

	"github.com/seed842bec00/argmax/internal/files"
	"github.com/seed842bec00/argmax/internal/sections"
)

// WriteFile writes the index to a file that [Open] opens, with attachments, if any. The
// file appears whole or not at all, even if the process is killed; a file that it
// replaces keeps its permissions. It panics if the name of an attachment is empty or too
// long.
func (x *Index[E]) WriteFile(path string, attached Attachments) error {
	x.file.use("WriteFile")
	defer x.file.unuse()
	return writeFile(path, attached, Info{KindIndex, "", x.metric, x.rows.Rows, x.rows.Cols}, func(yield func(uint64, measured[E]) bool) {
		for i := range x.rows.Rows {
			if !yield(0, x.measured(i)) {
				return
			}
		}
	}, x.derived()...)
}

// derived returns the sections of the compact copy and the sketch.
func (x *Index[E]) derived() []sections.Section {
	return append(x.compact.sections(), x.sketch.sections()...)
}

// WriteFile writes the rows and their ids, as [Index.WriteFile] does, to a file that
// [OpenLive] opens. It writes what speeds searches up, the compact copy and the sketch, if
// there is one segment with all of its rows, as [Live.Compact] leaves. [Snapshot.Among] is
// of no consequence.
func (s Snapshot[E]) WriteFile(path string, attached Attachments) error {
	s.live.file.use("WriteFile")
	defer s.live.file.unuse()
	var derived []sections.Section
	if seg := s.state.segments; len(seg) == 1 && seg[0].alive == nil {
		derived = seg[0].index.derived()
	}
	return writeFile(path, attached, Info{KindLive, "", s.live.metric, s.state.rows, s.live.columns}, func(yield func(uint64, measured[E]) bool) {
		ascending(s.state.segments, func(seg *segment[E], row int) bool {
			return yield(seg.ids[row], seg.index.measured(row))
		})
	}, derived...)
}

// measured is a row, its squared length, and the sum of its elements if it was needed.
type measured[E Element] struct {
	row    []E
	square float64
	sum    int32
}

func (x *Index[E]) measured(row int) measured[E] {
	m := measured[E]{row: x.rows.Row(row), square: x.squares[row]}
	if x.sums != nil {
		m.sum = x.sums[row]
	}
	return m
}

// writeFile writes an index of rows with ids, and more sections.
func writeFile[E Element](path string, attached Attachments, about Info, rows iter.Seq2[uint64, measured[E]], more ...sections.Section) error {
	b := binary.LittleEndian.AppendUint32(nil, uint32(about.Kind))
	b = binary.LittleEndian.AppendUint32(b, elementNumber[E]())
	b = binary.LittleEndian.AppendUint32(b, uint32(about.Metric))
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = binary.LittleEndian.AppendUint64(b, uint64(about.Rows))
	b = binary.LittleEndian.AppendUint64(b, uint64(about.Columns))
	list := []sections.Section{memorySection(sectionIndex, b)}

	each := func(name string, size int, bytes func(id uint64, row measured[E]) []byte) {
		list = append(list, sections.Section{Name: name, Length: int64(about.Rows) * int64(size), Write: func(w io.Writer) error {
			out := bufio.NewWriterSize(w, 1<<16)
			for id, row := range rows {
				if _, err := out.Write(bytes(id, row)); err != nil {
					return err
				}
			}
			return out.Flush()
		}})
	}
	var word [8]byte
	each(sectionSquares, len(word), func(_ uint64, row measured[E]) []byte {
		if row.square != row.square {
			row.square = math.NaN() // one of many
		}
		binary.LittleEndian.PutUint64(word[:], math.Float64bits(row.square))
		return word[:]
	})
	if hasSums[E](about.Metric, about.Columns) {
		each(sectionSums, 4, func(_ uint64, row measured[E]) []byte {
			binary.LittleEndian.PutUint32(word[:], uint32(row.sum))
			return word[:4]
		})
	}
	if about.Kind != KindIndex {
		each(sectionIDs, len(word), func(id uint64, _ measured[E]) []byte {
			binary.LittleEndian.PutUint64(word[:], id)
			return word[:]
		})
	}
	list = append(list, more...)
	for _, name := range slices.Sorted(maps.Keys(attached)) {
		if name == "" {
			panic("index: WriteFile: an attachment without a name")
		}
		list = append(list, memorySection(prefixAttached+name, attached[name]))
	}
	each(sectionRows, about.Columns*elementSize[E](), func(_ uint64, row measured[E]) []byte { return littleEndian(row.row) })

	if err := files.Replace(path, func(w io.Writer) error { return sections.Write(w, list) }); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}

// memorySection returns a section of data.
func memorySection(name string, data []byte) sections.Section {
	return sections.Section{Name: name, Length: int64(len(data)), Write: func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}}
}

func elementSize[E any]() int { return int(unsafe.Sizeof(*new(E))) }

// littleEndianMachine reports whether numbers lie in memory as they lie in a file.
var littleEndianMachine = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// littleEndian returns x as it lies in a file: its memory, if that is so.
func littleEndian[T any](x []T) []byte {
	size := elementSize[T]()
	raw := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*size)
	if littleEndianMachine || size == 1 {
		return raw
	}
	return swapped(slices.Clone(raw), size)
}

// fromLittleEndian returns the numbers that lie in a file as raw: its memory, if that is
// so and begins at a multiple of their size.
func fromLittleEndian[T any](raw []byte) []T {
	size := elementSize[T]()
	n := len(raw) / size
	if n == 0 {
		return nil
	}
	if littleEndianMachine || size == 1 {
		return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(raw))), n)
	}
	x := make([]T, n)
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), n*size)
	copy(b, raw)
	swapped(b, size)
	return x
}

// swapped reverses the bytes of numbers of a size.
func swapped(b []byte, size int) []byte {
	for at := 0; at < len(b); at += size {
		slices.Reverse(b[at:][:size])
	}
	return b
}
