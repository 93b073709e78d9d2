package index

import (
	"slices"

	"github.com/seed842bec00/argmax/internal/sections"
	"github.com/seed842bec00/argmax/kernels"
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
	if !slices.Contains(f.sections.Names(), sectionSketch) {
		return nil, nil
	}
	if info.Metric != L2 && info.Metric != Cosine || info.Element != elements[0] && info.Element != elements[1] {
		_, at := f.sections.Section(sectionSketch)
		return nil, f.errorAt(at, "a sketch of rows of %s by %v", info.Element, info.Metric)
	}
	data, err := numbers[uint8](f, sectionSketch, info.Rows, sketchWidth)
	if err != nil {
		return nil, err
	}
	k := &sketch{rows: kernels.Dense[uint8]{Rows: info.Rows, Cols: sketchWidth, Stride: sketchWidth, Data: data}}
	if k.terms, err = numbers[float32](f, sectionSketchTerms, info.Rows, nearRow); err != nil {
		return nil, err
	}
	if k.sums, err = numbers[int32](f, sectionSketchSums, info.Rows, 1); err != nil {
		return nil, err
	}
	if k.mean, err = numbers[float32](f, sectionSketchMean, 1, info.Columns); err != nil {
		return nil, err
	}
	basis, err := numbers[float32](f, sectionSketchBasis, sketchWidth-1, info.Columns)
	if err != nil {
		return nil, err
	}
	k.basis = kernels.Matrix{Rows: sketchWidth - 1, Cols: info.Columns, Stride: info.Columns, Data: basis}
	limits, err := numbers[float64](f, sectionSketchRange, 3, 1)
	if err != nil {
		return nil, err
	}
	k.middle, k.defect, k.longest = limits[0], limits[1], limits[2]
	return k, nil
}
