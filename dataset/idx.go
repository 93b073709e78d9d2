package dataset

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"os"
	"slices"
)

// An IDX file is, big-endian: two zero bytes, the type of the elements, the
// number of dimensions, the size of each dimension in four bytes, the elements.
// See http://yann.lecun.com/exdb/mnist.
const idxBytes = 0x0800 // unsigned bytes; the number of dimensions is added

// ReadIDX reads a set from a file of images and a file of labels, as MNIST and
// its family have them: unsigned bytes, of three dimensions (count, height,
// width) and one. Each file may be plain or gzip, which its content tells and
// not its name. Images are grey.
//
// Labels are indices of classes. If classes is nil, names are the numbers from 0
// to the largest label, at least to 9. The name of the set is imagesFile.
func ReadIDX(imagesFile, labelsFile string, classes []string) (*Set, error) {
	images, err := os.Open(imagesFile)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer images.Close()
	labels, err := os.Open(labelsFile)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer labels.Close()
	set, err := decodeIDX(imagesFile, images, labelsFile, labels, classes)
	if err != nil {
		return nil, err
	}
	return set.Named(imagesFile), nil
}

// DecodeIDX is [ReadIDX] for readers. Errors call them images and labels.
func DecodeIDX(images, labels io.Reader, classes []string) (*Set, error) {
	return decodeIDX("images", images, "labels", labels, classes)
}

func decodeIDX(imagesName string, images io.Reader, labelsName string, labels io.Reader, classes []string) (*Set, error) {
	in, err := newSource(imagesName, images)
	if err != nil {
		return nil, err
	}
	size, err := in.idxHeader(3)
	if err != nil {
		return nil, err
	}
	count, shape := size[0], Shape{Height: int(size[1]), Width: int(size[2]), Channels: 1}
	if count == 0 {
		return nil, in.errorAt(4, "no images")
	}
	if err := shape.check(); err != nil {
		return nil, in.errorAt(8, "%w", err)
	}
	high, total := bits.Mul64(uint64(count), uint64(shape.Size()))
	if high != 0 || total > maxBytes {
		return nil, in.errorAt(4, "%d images of %v: a set has at most %d bytes", count, shape, maxBytes)
	}

	out, err := newSource(labelsName, labels)
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
		classes = numbers(max(10, int(slices.Max(classOf))+1))
	}
	wide := make([]int, len(classOf))
	for i, label := range classOf {
		if int(label) >= len(classes) {
			return nil, out.errorAt(8+int64(i), "label %d of row %d, but there are %d classes", label, i, len(classes))
		}
		wide[i] = int(label)
	}
	pixels, err := in.idxData(int(total), "images")
	if err != nil {
		return nil, err
	}
	return New(shape, classes, pixels, wide)
}

// idxHeader reads the header of a file of bytes and returns the sizes of its
// dimensions.
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

// idxData reads the n bytes that follow a header and checks that no others do.
func (s *source) idxData(n int, what string) ([]byte, error) {
	data, err := s.take(n, what)
	if err != nil {
		return nil, err
	}
	return data, s.end()
}
