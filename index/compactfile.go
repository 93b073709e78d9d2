package index

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/sections"
	"github.com/seed842bec00/argmax/kernels"
)

// The sections of the compact copy of an index; doc/index-format.md describes their
// content.
const (
	sectionCompact        = "compact"
	sectionCompactTerms   = "compact terms"
	sectionCompactSums    = "compact sums"
	sectionCompactSquares = "compact squares"
	sectionCompactRange   = "compact range"
)

var compactSections = []string{sectionCompact, sectionCompactTerms, sectionCompactSums, sectionCompactSquares, sectionCompactRange}

// sections returns those of a compact copy, the rows last, none if there is no copy.
func (c *compact) sections() []sections.Section {
	if c == nil {
		return nil
	}
	var limits []byte
	for _, v := range []float64{c.offset, c.step, c.longest} {
		limits = binary.LittleEndian.AppendUint64(limits, math.Float64bits(v))
	}
	list := []sections.Section{memorySection(sectionCompactRange, limits), memorySection(sectionCompactTerms, littleEndian(c.terms))}
	if c.sums != nil {
		list = append(list, memorySection(sectionCompactSums, littleEndian(c.sums)))
	}
	if c.squares != nil {
		list = append(list, memorySection(sectionCompactSquares, littleEndian(c.squares)))
	}
	return append(list, memorySection(sectionCompact, c.rows.Data))
}

// compact returns the compact copy in a file, nil if it has none.
func (f *file) compact(info Info) (*compact, error) {
	if !slices.Contains(f.sections.Names(), sectionCompact) {
		return nil, nil
	}
	if info.Element != elements[0] || info.Metric == LInf || info.Columns > argmax.ByteTileColumns {
		_, at := f.sections.Section(sectionCompact)
		return nil, f.errorAt(at, "a compact copy of %d columns of %s by %v", info.Columns, info.Element, info.Metric)
	}
	data, err := numbers[uint8](f, sectionCompact, info.Rows, info.Columns)
	if err != nil {
		return nil, err
	}
	c := &compact{rows: kernels.Dense[uint8]{Rows: info.Rows, Cols: info.Columns, Stride: info.Columns, Data: data}}
	if c.terms, err = numbers[float32](f, sectionCompactTerms, info.Rows, nearRow); err != nil {
		return nil, err
	}
	if info.Metric != L1 {
		if c.sums, err = numbers[int32](f, sectionCompactSums, info.Rows, 1); err != nil {
			return nil, err
		}
	}
	if info.Metric == L2 {
		if c.squares, err = numbers[float32](f, sectionCompactSquares, info.Rows, 1); err != nil {
			return nil, err
		}
	}
	limits, err := numbers[float64](f, sectionCompactRange, 3, 1)
	if err != nil {
		return nil, err
	}
	c.offset, c.step, c.longest = limits[0], limits[1], limits[2]
	return c, nil
}
