package index

import (
	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/sections"
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
	list := []sections.Section{
		memorySection(sectionCompactRange, littleEndian([]float64{c.offset, c.step, c.longest})),
		memorySection(sectionCompactTerms, littleEndian(c.terms)),
	}
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
	if !f.has(sectionCompact) {
		return nil, nil
	}
	if info.Element != elements[0] || info.Metric == LInf || info.Columns > argmax.ByteTileColumns {
		_, at := f.sections.Section(sectionCompact)
		return nil, f.errorAt(at, "a compact copy of %d columns of %s by %v", info.Columns, info.Element, info.Metric)
	}
	r := reading{file: f}
	c := &compact{
		rows:  matrixOf(numbers[uint8](&r, sectionCompact, info.Rows, info.Columns), info.Rows, info.Columns),
		terms: numbers[float32](&r, sectionCompactTerms, info.Rows, nearRow),
	}
	if info.Metric != L1 {
		c.sums = numbers[int32](&r, sectionCompactSums, info.Rows, 1)
	}
	if info.Metric == L2 {
		c.squares = numbers[float32](&r, sectionCompactSquares, info.Rows, 1)
	}
	if limits := numbers[float64](&r, sectionCompactRange, 3, 1); r.err == nil {
		c.offset, c.step, c.longest = limits[0], limits[1], limits[2]
	}
	return c, r.err
}
