package index

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/sections"
	"github.com/seed842bec00/argmax/internal/wide"
)

// The sections of the sketch of an index; doc/index-format.md describes their content.
const (
	sectionSketch      = "sketch"
	sectionSketchTerms = "sketch terms"
	sectionSketchSums  = "sketch sums"
	sectionSketchBasis = "sketch basis"
	sectionSketchMean  = "sketch mean"
	sectionSketchRange = "sketch range"
)

var sketchSections = []string{sectionSketch, sectionSketchTerms, sectionSketchSums, sectionSketchBasis, sectionSketchMean, sectionSketchRange}

// sections returns those of a sketch, none if there is no sketch.
func (k *sketch) sections() []sections.Section {
	if k == nil {
		return nil
	}
	return []sections.Section{
		memorySection(sectionSketchRange, littleEndian([]float64{k.middle, k.defect, k.longest})),
		memorySection(sectionSketchMean, littleEndian(k.mean)),
		memorySection(sectionSketchBasis, littleEndian(k.basis.Data)),
		memorySection(sectionSketchTerms, littleEndian(k.terms)),
		memorySection(sectionSketchSums, littleEndian(k.sums)),
		memorySection(sectionSketch, k.rows.Data),
	}
}

// sketch returns the sketch in a file, nil if it has none.
func (f *file) sketch(info Info) (*sketch, error) {
	if !f.has(sectionSketch) {
		return nil, nil
	}
	if !usesProducts(info.Metric) || info.Columns > argmax.ByteTileColumns {
		_, at := f.sections.Section(sectionSketch)
		return nil, f.errorAt(at, "a sketch of %d columns by %v", info.Columns, info.Metric)
	}
	r := reading{file: f}
	k := &sketch{
		rows:  matrixOf(numbers[uint8](&r, sectionSketch, info.Rows, sketchWidth), info.Rows, sketchWidth),
		terms: numbers[float32](&r, sectionSketchTerms, info.Rows, nearRow),
		sums:  numbers[int32](&r, sectionSketchSums, info.Rows, 1),
		mean:  numbers[float32](&r, sectionSketchMean, 1, info.Columns),
		basis: matrixOf(numbers[float32](&r, sectionSketchBasis, sketchWidth-1, info.Columns), sketchWidth-1, info.Columns),
	}
	if limits := numbers[float64](&r, sectionSketchRange, 3, 1); r.err == nil {
		k.middle, k.defect, k.longest = limits[0], limits[1], limits[2]
		k.offset = math.Sqrt(wide.Dot.Of(k.mean, k.mean))
	}
	return k, r.err
}
