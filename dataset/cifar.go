package dataset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// The binary versions of CIFAR are records without a header: the labels, one
// byte each, and an image, red plane, green plane, blue plane. See
// https://www.cs.toronto.edu/~kriz/cifar.html.
var cifarShape = Shape{Height: 32, Width: 32, Channels: 3}

// cifar describes one of the two versions.
type cifar struct {
	name    string
	labels  []int  // the number of classes of each label of a record; the last label counts
	names   string // the file of class names beside the data
	classes []string
	train   []string
	test    string
}

var (
	cifar10 = &cifar{
		name:   "CIFAR-10",
		labels: []int{10},
		names:  "batches.meta.txt",
		classes: []string{"airplane", "automobile", "bird", "cat", "deer",
			"dog", "frog", "horse", "ship", "truck"},
		train: []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
			"data_batch_4.bin", "data_batch_5.bin"},
		test: "test_batch.bin",
	}
	cifar100 = &cifar{
		name:    "CIFAR-100",
		labels:  []int{20, 100}, // coarse, fine
		names:   "fine_label_names.txt",
		classes: numbers(100),
		train:   []string{"train.bin"},
		test:    "test.bin",
	}
)

// ReadCIFAR10 reads the binary version of CIFAR-10 from its directory:
// data_batch_1.bin to data_batch_5.bin and test_batch.bin. Class names are those
// of batches.meta.txt if it is there, otherwise the known ones, "airplane" to
// "truck". A file may be gzip, which its content tells.
func ReadCIFAR10(dir string) (train, test *Set, err error) { return cifar10.read(dir) }

// ReadCIFAR100 reads the binary version of CIFAR-100 from its directory:
// train.bin and test.bin. Classes are the hundred fine ones, with the names of
// fine_label_names.txt if it is there, otherwise numbers. A file may be gzip,
// which its content tells.
func ReadCIFAR100(dir string) (train, test *Set, err error) { return cifar100.read(dir) }

// DecodeCIFAR10 reads one file of [ReadCIFAR10]. If classes is nil, the known
// names are used.
func DecodeCIFAR10(r io.Reader, classes []string) (*Set, error) { return cifar10.decode(r, classes) }

// DecodeCIFAR100 reads one file of [ReadCIFAR100]. If classes is nil, the names
// are numbers.
func DecodeCIFAR100(r io.Reader, classes []string) (*Set, error) { return cifar100.decode(r, classes) }

func (c *cifar) read(dir string) (train, test *Set, err error) {
	classes, err := readNames(filepath.Join(dir, c.names))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		classes = c.classes
	case err != nil:
		return nil, nil, err
	case len(classes) != len(c.classes):
		return nil, nil, fmt.Errorf("dataset: %s: %d class names, want %d", filepath.Join(dir, c.names), len(classes), len(c.classes))
	}
	if train, err = c.readFiles(dir, c.train, classes); err != nil {
		return nil, nil, err
	}
	if test, err = c.readFiles(dir, []string{c.test}, classes); err != nil {
		return nil, nil, err
	}
	return train.Named(c.name + " train"), test.Named(c.name + " test"), nil
}

func (c *cifar) readFiles(dir string, files, classes []string) (*Set, error) {
	pixels, labels := make([][]byte, len(files)), make([][]int, len(files))
	total := 0
	for i, file := range files {
		name := filepath.Join(dir, file)
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("dataset: %w", err)
		}
		pixels[i], labels[i], err = c.records(name, f, maxBytes-total)
		f.Close()
		if err != nil {
			return nil, err
		}
		total += len(pixels[i])
	}
	return New(cifarShape, classes, slices.Concat(pixels...), slices.Concat(labels...))
}

func (c *cifar) decode(r io.Reader, classes []string) (*Set, error) {
	if classes == nil {
		classes = c.classes
	}
	pixels, labels, err := c.records(c.name, r, maxBytes)
	if err != nil {
		return nil, err
	}
	return New(cifarShape, classes, pixels, labels)
}

// records reads the records of one file, which may have so many bytes of pixels.
func (c *cifar) records(name string, r io.Reader, limit int) (pixels []byte, labels []int, err error) {
	in, err := newSource(name, r)
	if err != nil {
		return nil, nil, err
	}
	n := len(c.labels)
	record := make([]byte, n+cifarShape.Size())
	for i := 0; ; i++ {
		start := in.offset
		switch _, err := io.ReadFull(in, record); {
		case err == io.EOF && i > 0:
			return pixels, labels, nil
		case err == io.EOF:
			return nil, nil, in.errorf("no records")
		case err == io.ErrUnexpectedEOF:
			return nil, nil, in.errorf("%w in record %d: a record takes %d bytes", err, i, len(record))
		case err != nil:
			return nil, nil, in.errorf("%w", err)
		}
		for j, classes := range c.labels {
			if int(record[j]) >= classes {
				return nil, nil, in.errorAt(start+int64(j), "label %d in record %d, but there are %d classes", record[j], i, classes)
			}
		}
		if len(pixels) > limit-cifarShape.Size() {
			return nil, nil, in.errorAt(start, "record %d: a set has at most %d bytes", i, maxBytes)
		}
		pixels = append(pixels, record[n:]...)
		labels = append(labels, int(record[n-1]))
	}
}
