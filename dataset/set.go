package dataset

import (
	"fmt"
	"image"
	"slices"

	"github.com/seed842bec00/argmax/kernels"
)

// Set is a labelled set of images of one shape. It does not change once it is
// built and is safe for concurrent use.
type Set struct {
	name    string
	shape   Shape
	classes []string
	pixels  []byte // image after image
	labels  []int
}

// New returns the set of the images in pixels, which are contiguous and have the layout
// described in the package comment. Image i is of class labels[i], an index into
// classes. The set keeps pixels and labels, which must not change afterwards.
//
// New returns an error if a label is not an index into classes, which names the row, if
// the lengths do not match each other, if the shape is invalid, or if the name of a class
// is empty, not UTF-8, or occurs twice.
func New(shape Shape, classes []string, pixels []byte, labels []int) (*Set, error) {
	if err := shape.check(); err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	if size := shape.Size(); len(pixels)%size != 0 || len(pixels)/size != len(labels) {
		return nil, fmt.Errorf("dataset: %d bytes of pixels and %d labels: images of %v take %d bytes each",
			len(pixels), len(labels), shape, size)
	}
	if err := checkNames(classes); err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	for i, label := range labels {
		if label < 0 || label >= len(classes) {
			return nil, fmt.Errorf("dataset: row %d: label %d, but there are %d classes", i, label, len(classes))
		}
	}
	return &Set{shape: shape, classes: slices.Clone(classes), pixels: pixels, labels: labels}, nil
}

// Name returns the origin of the set, for messages. It is empty for a set from [New].
func (s *Set) Name() string { return s.name }

// Named returns a set with the given name that shares the images of s.
func (s *Set) Named(name string) *Set {
	named := *s
	named.name = name
	return &named
}

func (s *Set) named(name string) Examples { return s.Named(name) }

// Len returns the number of images.
func (s *Set) Len() int { return len(s.pixels) / s.Features() }

// Shape returns the size of every image.
func (s *Set) Shape() Shape { return s.shape }

// Features returns the number of bytes of an image, which is that of floats in a row.
func (s *Set) Features() int { return s.shape.Size() }

// ImageShape returns [Set.Shape] as numbers, for interfaces of packages that do not
// import this one.
func (s *Set) ImageShape() (height, width, channels int) {
	return s.shape.Height, s.shape.Width, s.shape.Channels
}

// Classes returns the names of the classes; a label is an index into them. The slice
// belongs to the set and must not be modified.
func (s *Set) Classes() []string { return slices.Clip(s.classes) }

// Label returns the class of image i.
func (s *Set) Label(i int) int { return s.labels[i] }

// Labels returns the class of each image. The slice belongs to the set and must not be
// modified.
func (s *Set) Labels() []int { return slices.Clip(s.labels) }

// Pixels returns the bytes of image i. They belong to the set and must not be modified.
func (s *Set) Pixels(i int) []byte {
	size := s.Features()
	return s.pixels[i*size : (i+1)*size : (i+1)*size]
}

// Dense returns the pixels of all images, one row for each. They belong to the set and
// must not be modified.
func (s *Set) Dense() kernels.Dense[uint8] {
	size := s.Features()
	return kernels.Dense[uint8]{Rows: s.Len(), Cols: size, Stride: size, Data: slices.Clip(s.pixels)}
}

// Row sets dst to the pixels of image i as floats from 0 to 255. It panics if dst
// does not have [Set.Features] elements.
func (s *Set) Row(dst []float32, i int) {
	s.Gather(kernels.Matrix{Rows: 1, Cols: len(dst), Stride: len(dst), Data: dst}, []int{i})
}

// Gather sets row i of dst to the pixels of image rows[i], as [Set.Row] does. It panics
// if dst does not have a row for each element of rows and a column for each feature.
func (s *Set) Gather(dst kernels.Matrix, rows []int) { kernels.Gather(dst, s.Dense(), rows) }

// Image returns a copy of image i, for display or encoding.
func (s *Set) Image(i int) image.Image {
	pixels, bounds := s.Pixels(i), image.Rect(0, 0, s.shape.Width, s.shape.Height)
	if s.shape.Channels == 1 {
		grey := image.NewGray(bounds)
		copy(grey.Pix, pixels)
		return grey
	}
	colour, plane := image.NewRGBA(bounds), len(pixels)/3
	for j := range plane {
		copy(colour.Pix[4*j:], []byte{pixels[j], pixels[j+plane], pixels[j+2*plane], 255})
	}
	return colour
}

// Subset returns a set of copies of the images with the given indices, in that order; an
// index may occur more than once. Shape, classes and name are those of s. It panics if
// an index is out of range.
func (s *Set) Subset(indices []int) *Set {
	subset := *s
	subset.pixels = make([]byte, 0, len(indices)*s.Features())
	subset.labels = make([]int, 0, len(indices))
	for _, i := range indices {
		subset.pixels = append(subset.pixels, s.Pixels(i)...)
		subset.labels = append(subset.labels, s.labels[i])
	}
	return &subset
}

func (s *Set) labelled(classes []string, labels []int) Examples {
	labelled := *s
	labelled.classes, labelled.labels = classes, labels
	return &labelled
}

func (s *Set) subset(indices []int) Examples { return s.Subset(indices) }
