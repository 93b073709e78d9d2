package dataset

import (
	"cmp"
	"fmt"
	"image"
	"math/rand/v2"
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

// New returns the set of the images in pixels, one after the other in the order
// that the package comment gives. Image i is of class labels[i], an index of
// classes. The set keeps pixels and labels, which must not change afterwards.
//
// It is an error, which names the row, if a label is no index of classes; and if
// the lengths do not fit each other, the shape is none that an image can have, or
// the name of a class is empty, not UTF-8 or that of another.
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

// Name says where the set comes from, for messages. [New] leaves it empty.
func (s *Set) Name() string { return s.name }

// Named returns the same set with another name. The two share their pixels.
func (s *Set) Named(name string) *Set {
	named := *s
	named.name = name
	return &named
}

// Len is the number of images.
func (s *Set) Len() int { return len(s.labels) }

// Shape is the size of every image.
func (s *Set) Shape() Shape { return s.shape }

// Features is the number of bytes of one image, and of floats in a row.
func (s *Set) Features() int { return s.shape.Size() }

// ImageShape returns [Set.Shape] as numbers, for packages that do not know this one.
func (s *Set) ImageShape() (height, width, channels int) {
	return s.shape.Height, s.shape.Width, s.shape.Channels
}

// Classes returns the names of the classes; a label is an index into them. The
// slice is the set's own and must not be changed.
func (s *Set) Classes() []string { return slices.Clip(s.classes) }

// Label returns the class of image i.
func (s *Set) Label(i int) int { return s.labels[i] }

// Labels returns the class of each image. The slice is the set's own and must not
// be changed.
func (s *Set) Labels() []int { return slices.Clip(s.labels) }

// Pixels returns the bytes of image i. They are the set's own and must not be
// changed.
func (s *Set) Pixels(i int) []byte {
	size := s.Features()
	return s.pixels[i*size : (i+1)*size : (i+1)*size]
}

// Dense returns the pixels of all images, a row for each. They are the set's own and
// must not be changed.
func (s *Set) Dense() kernels.Dense[uint8] {
	size := s.Features()
	return kernels.Dense[uint8]{Rows: s.Len(), Cols: size, Stride: size, Data: slices.Clip(s.pixels)}
}

// Row sets dst to the pixels of image i as floats from 0 to 255. It panics if dst
// does not have [Set.Features] elements.
func (s *Set) Row(dst []float32, i int) {
	s.Gather(kernels.Matrix{Rows: 1, Cols: len(dst), Stride: len(dst), Data: dst}, []int{i})
}

// Gather sets row i of dst to the pixels of image rows[i], as Row does. It panics if
// dst does not have a row for each element of rows and a column for each pixel.
func (s *Set) Gather(dst kernels.Matrix, rows []int) { kernels.Gather(dst, s.Dense(), rows) }

// Image returns a copy of image i, to be shown or saved.
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

// Subset returns the images with these indices, in their order; an index may
// occur more than once. Shape, classes and name stay. It panics if an index is
// out of range.
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

// Stratified splits the set into n images chosen at random and the rest. Both
// have the classes in the proportions of the set: of a class with m images,
// n·m/Len are chosen, rounded down or up so that the sum is n; up where the
// remainder is largest, in the lower class if equal. Both keep the set's order.
// The same seed gives the same split. It panics unless 0 ≤ n ≤ Len.
func (s *Set) Stratified(n int, seed uint64) (chosen, rest *Set) {
	if n < 0 || n > s.Len() {
		panic(fmt.Sprintf("dataset: Stratified: %d images of %d", n, s.Len()))
	}
	members := make([][]int, len(s.classes))
	for i, label := range s.labels {
		members[label] = append(members[label], i)
	}
	counts := apportion(n, members)

	random := rand.New(rand.NewPCG(seed, 0))
	var in, out []int
	for c, m := range members {
		random.Shuffle(len(m), func(i, j int) { m[i], m[j] = m[j], m[i] })
		in, out = append(in, m[:counts[c]]...), append(out, m[counts[c]:]...)
	}
	slices.Sort(in)
	slices.Sort(out)
	return s.Subset(in), s.Subset(out)
}

// apportion divides n among the classes by the method of largest remainders.
func apportion(n int, members [][]int) []int {
	total := uint64(0)
	for _, m := range members {
		total += uint64(len(m))
	}
	counts := make([]int, len(members))
	if total == 0 {
		return counts
	}
	remainders := make([]uint64, len(members))
	order := make([]int, len(members))
	left := n
	for c, m := range members {
		share := uint64(n) * uint64(len(m))
		counts[c], remainders[c] = int(share/total), share%total
		left -= counts[c]
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, c := range order[:left] {
		counts[c]++
	}
	return counts
}
