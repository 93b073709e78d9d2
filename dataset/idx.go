package dataset

import (
	"encoding/binary"
	"io"
	"math"
	"slices"

	"github.com/seed842bec00/argmax/internal/npy"
)

// An IDX file consists of two zero bytes, the type of the elements, the number of
// dimensions, the size of each dimension as four bytes, big-endian, and the
// elements.
// See http://yann.lecun.com/exdb/mnist.

// ReadIDX reads a set from a file of images and a file of labels in the format of
// MNIST and its family: unsigned bytes, in three dimensions (count, height, width)
// and in one. The images are grey. Each file may be compressed with gzip, which is
// detected by its content, not by its name. Both must be regular files.
//
// Labels are indices of classes. If classes is nil, the names are the numbers from
// 0 to the largest label, or to 9 if that is larger. The name of the set is
// imagesFile.
func ReadIDX(imagesFile, labelsFile string, classes []string) (*Set, error) {
	return Limits{}.ReadIDX(imagesFile, labelsFile, classes)
}

// ReadIDX is the function ReadIDX with these limits.
func (l Limits) ReadIDX(imagesFile, labelsFile string, classes []string) (*Set, error) {
	pair := idxPair{imagesFile, labelsFile}
	images, labels, err := pair.open()
	if err != nil {
		return nil, err
	}
	defer images.Close()
	defer labels.Close()
	set, err := l.orDefault().decodeIDX(imagesFile, images, labelsFile, labels, idxClasses{names: classes, least: 10})
	if err != nil {
		return nil, err
	}
	return set.Named(imagesFile), nil
}

// DecodeIDX is [ReadIDX] for readers. Errors call them images and labels.
func DecodeIDX(images, labels io.Reader, classes []string) (*Set, error) {
	return Limits{}.DecodeIDX(images, labels, classes)
}

// DecodeIDX is the function DecodeIDX with these limits.
func (l Limits) DecodeIDX(images, labels io.Reader, classes []string) (*Set, error) {
	return l.orDefault().decodeIDX("images", images, "labels", labels, idxClasses{names: classes, least: 10})
}

// idxClasses are the classes that the labels of IDX files are.
type idxClasses struct {
	names []string    // if nil, the numbers from 0 to the largest label, or to least-1
	index map[int]int // of labels in names; if nil, labels are indices
	least int
}

// of returns the names of the classes and the class of each label.
func (c idxClasses) of(labels []int, at func(i int) int64, out *source, limits Limits) ([]string, error) {
	names := c.names
	if names == nil {
		largest := slices.Max(labels)
		if largest >= limits.Classes {
			i := slices.Index(labels, largest)
			return nil, out.errorAt(at(i), "label %d of row %d: the limit is %d classes", largest, i, limits.Classes)
		}
		names = numbers(max(c.least, largest+1))
	}
	for i, label := range labels {
		if c.index != nil {
			index, ok := c.index[label]
			if !ok {
				return nil, out.errorAt(at(i), "label %d of row %d is not in the mapping", label, i)
			}
			labels[i] = index
		} else if label < 0 || label >= len(names) {
			return nil, out.errorAt(at(i), "label %d of row %d, but there are %d classes", label, i, len(names))
		}
	}
	return names, nil
}

func (l Limits) decodeIDX(imagesName string, images io.Reader, labelsName string, labels io.Reader, classes idxClasses) (*Set, error) {
	in, err := newSource(imagesName, images, l)
	if err != nil {
		return nil, err
	}
	a, err := in.idxHeader(l)
	if err != nil {
		return nil, err
	}
	if a.dtype != idxTypes[idxBytes] || len(a.shape) != 3 {
		return nil, a.wrongIDX(3)
	}
	return l.decodeIDXImages(a, labelsName, labels, classes)
}

// decodeIDXImages reads images after their header, and labels.
func (l Limits) decodeIDXImages(a *array, labelsName string, labels io.Reader, classes idxClasses) (*Set, error) {
	in := a.in
	count, height, width := a.shape[0], a.shape[1], a.shape[2]
	if count == 0 {
		return nil, in.errorAt(4, "no images")
	}
	if uint64(height)*uint64(width) > uint64(l.Pixels) { // and perhaps more than an int can hold
		return nil, in.errorAt(8, "images of %dx%dx1: the limit is %d pixels", height, width, l.Pixels)
	}
	shape := Shape{Height: height, Width: width, Channels: 1}
	if err := l.checkShape(shape); err != nil {
		return nil, in.errorAt(8, "%w", err)
	}
	if err := l.checkSet(uint64(count), shape); err != nil {
		return nil, in.errorAt(4, "%w", err)
	}
	names, classOf, err := l.readIDXLabels(labelsName, labels, count, in.name, "images", classes)
	if err != nil {
		return nil, err
	}
	pixels, err := in.take(count*shape.Size(), "images")
	if err != nil {
		return nil, err
	}
	if err := in.end(); err != nil {
		return nil, err
	}
	return New(shape, names, pixels, classOf)
}

// readIDXLabels reads labels: integers in one dimension, or the first column of a matrix
// of int32, as in QMNIST. There must be one for each row of the file of this name.
func (l Limits) readIDXLabels(name string, r io.Reader, count int, rowsName, rows string, classes idxClasses) ([]string, []int, error) {
	out, err := newSource(name, r, l)
	if err != nil {
		return nil, nil, err
	}
	a, err := out.idxHeader(l)
	if err != nil {
		return nil, nil, err
	}
	columns := 1
	switch {
	case len(a.shape) == 2 && a.dtype == idxTypes[idxInts]:
		columns = a.shape[1]
	case len(a.shape) != 1 || a.dtype.Kind == 'f':
		return nil, nil, a.wrongIDX(1)
	}
	if a.shape[0] != count {
		return nil, nil, out.errorAt(4, "%d labels, but %s has %d %s", a.shape[0], rowsName, count, rows)
	}
	if columns < 1 || columns > 1<<10 {
		return nil, nil, out.errorAt(8, "%d columns of labels", columns)
	}
	size := columns * a.dtype.Size
	if count > l.Images || uint64(count)*uint64(size) > uint64(l.Bytes) {
		return nil, nil, out.errorAt(4, "%d labels of %d bytes: the limits are %d and %d bytes in all", count, size, l.Images, l.Bytes)
	}
	raw, err := out.take(count*size, "labels")
	if err != nil {
		return nil, nil, err
	}
	if err := out.end(); err != nil {
		return nil, nil, err
	}
	labels := make([]int, count)
	var value [1]int64
	for i := range labels {
		if err := a.dtype.Int64s(value[:], raw[i*size:][:a.dtype.Size]); err != nil {
			return nil, nil, out.errorf("%w", err)
		}
		labels[i] = int(max(-1, min(value[0], math.MaxInt32)))
	}
	names, err := classes.of(labels, func(i int) int64 { return out.header + int64(i*size) }, out, l)
	return names, labels, err
}

// The types of the elements of IDX files.
const (
	idxBytes = 0x08
	idxInts  = 0x0c
)

var idxTypes = map[byte]npy.DType{
	idxBytes: {Kind: 'u', Size: 1}, 0x09: {Kind: 'i', Size: 1}, 0x0b: {Kind: 'i', Size: 2, Big: true},
	idxInts: {Kind: 'i', Size: 4, Big: true}, 0x0d: {Kind: 'f', Size: 4, Big: true}, 0x0e: {Kind: 'f', Size: 8, Big: true},
}

// idxHeader reads a header.
func (s *source) idxHeader(limits Limits) (*array, error) {
	magic, err := s.take(4, "magic number")
	if err != nil {
		return nil, err
	}
	a := &array{in: s, limits: limits, last: true}
	var known bool
	a.dtype, known = idxTypes[magic[2]]
	dims := int(magic[3])
	if magic[0] != 0 || magic[1] != 0 || !known || dims < 1 || dims > 4 {
		return nil, s.errorAt(0, "magic number %#08x, want 0x00000803: IDX, unsigned bytes, 3 dimensions, or another type (8, 9, b to e) and number (1 to 4)", magic)
	}
	for range dims {
		b, err := s.take(4, "dimensions")
		if err != nil {
			return nil, err
		}
		n := binary.BigEndian.Uint32(b)
		if uint64(int(n)) != uint64(n) {
			return nil, s.errorAt(s.offset-4, "a dimension of %d: the limit is %d", n, math.MaxInt)
		}
		a.shape = append(a.shape, int(n))
	}
	s.header = s.offset
	return a, nil
}

// wrongIDX is the error of a file that should have unsigned bytes in these many
// dimensions.
func (a *array) wrongIDX(dims int) error {
	var kind byte
	for k, d := range idxTypes {
		if d == a.dtype {
			kind = k
		}
	}
	return a.in.errorAt(0, "magic number 0x0000%02x%02x, want 0x0000%02x%02x: IDX, unsigned bytes, %d dimensions", kind, len(a.shape), idxBytes, dims, dims)
}
