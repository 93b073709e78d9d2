package dataset

import (
	"encoding/binary"
	"io"
	"slices"
)

// An IDX file consists of two zero bytes, the type of the elements, the number of
// dimensions, the size of each dimension as four bytes, big-endian, and the
// elements.
// See http://yann.lecun.com/exdb/mnist.
const idxBytes = 0x0800 // unsigned bytes; the number of dimensions is added

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
	return idxPair{imagesFile, labelsFile}.read(l.orDefault(), classes, 10)
}

// DecodeIDX is [ReadIDX] for readers. Errors call them images and labels.
func DecodeIDX(images, labels io.Reader, classes []string) (*Set, error) {
	return Limits{}.DecodeIDX(images, labels, classes)
}

// DecodeIDX is the function DecodeIDX with these limits.
func (l Limits) DecodeIDX(images, labels io.Reader, classes []string) (*Set, error) {
	return l.orDefault().decodeIDX("images", images, "labels", labels, classes, 10)
}

// decodeIDX has at least so many classes if classes is nil.
func (l Limits) decodeIDX(imagesName string, images io.Reader, labelsName string, labels io.Reader, classes []string, least int) (*Set, error) {
	in, err := newSource(imagesName, images, l)
	if err != nil {
		return nil, err
	}
	size, err := in.idxHeader(3)
	if err != nil {
		return nil, err
	}
	count, height, width := size[0], size[1], size[2]
	if count == 0 {
		return nil, in.errorAt(4, "no images")
	}
	if uint64(height)*uint64(width) > uint64(l.Pixels) { // and perhaps more than an int can hold
		return nil, in.errorAt(8, "images of %dx%dx1: the limit is %d pixels", height, width, l.Pixels)
	}
	shape := Shape{Height: int(height), Width: int(width), Channels: 1}
	if err := l.checkShape(shape); err != nil {
		return nil, in.errorAt(8, "%w", err)
	}
	if err := l.checkSet(uint64(count), shape); err != nil {
		return nil, in.errorAt(4, "%w", err)
	}

	out, err := newSource(labelsName, labels, l)
	if err != nil {
		return nil, err
	}
	size, err = out.idxHeader(1)
	if err != nil {
		return nil, err
	}
	if size[0] != count {
		return nil, out.errorAt(4, "%d labels, but %s has %d images", size[0], imagesName, count)
	}

	classOf, err := out.idxData(int(count), "labels")
	if err != nil {
		return nil, err
	}
	if classes == nil {
		classes = numbers(max(least, int(slices.Max(classOf))+1))
	}
	wide := make([]int, len(classOf))
	for i, label := range classOf {
		if int(label) >= len(classes) {
			return nil, out.errorAt(8+int64(i), "label %d of row %d, but there are %d classes", label, i, len(classes))
		}
		wide[i] = int(label)
	}
	pixels, err := in.idxData(int(count)*shape.Size(), "images")
	if err != nil {
		return nil, err
	}
	return New(shape, classes, pixels, wide)
}

// idxHeader reads the header of a file of unsigned bytes and returns the sizes of
// its dimensions.
func (s *source) idxHeader(dims int) ([]uint32, error) {
	magic, err := s.take(4, "magic number")
	if err != nil {
		return nil, err
	}
	if got, want := binary.BigEndian.Uint32(magic), uint32(idxBytes+dims); got != want {
		return nil, s.errorAt(0, "magic number %#08x, want %#08x: IDX, unsigned bytes, %d dimensions", got, want, dims)
	}
	sizes := make([]uint32, dims)
	for i := range sizes {
		b, err := s.take(4, "dimensions")
		if err != nil {
			return nil, err
		}
		sizes[i] = binary.BigEndian.Uint32(b)
	}
	return sizes, nil
}

// idxData reads the n bytes after a header, and checks that the file ends there.
func (s *source) idxData(n int, what string) ([]byte, error) {
	data, err := s.take(n, what)
	if err != nil {
		return nil, err
	}
	return data, s.end()
}
