package dataset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/seed842bec00/argmax/internal/files"
)

// The binary versions of CIFAR are records without a header: the labels, one
// byte each, and an image, red plane, green plane, blue plane. See
// https://www.cs.toronto.edu/~kriz/cifar.html.
var cifarShape = Shape{Height: 32, Width: 32, Channels: 3}

// cifar describes one of the two versions.
type cifar struct {
	name    string
	labels  []int  // the number of classes of each label of a record; the last label counts
	names   string // the file of class names in the same directory
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
// data_batch_1.bin to data_batch_5.bin and test_batch.bin. The class names are the
// lines of batches.meta.txt if it exists, otherwise the known ones, "airplane" to
// "truck". A file may be compressed with gzip, which is detected by its content.
func ReadCIFAR10(dir string) (train, test *Set, err error) { return Limits{}.ReadCIFAR10(dir) }

// ReadCIFAR10 is the function ReadCIFAR10 with these limits.
func (l Limits) ReadCIFAR10(dir string) (train, test *Set, err error) {
	return cifar10.read(dir, l.orDefault())
}

// ReadCIFAR100 reads the binary version of CIFAR-100 from its directory:
// train.bin and test.bin. The classes are the hundred fine ones; their names are
// the lines of fine_label_names.txt if it exists, otherwise numbers. A file may be
// compressed with gzip, which is detected by its content.
func ReadCIFAR100(dir string) (train, test *Set, err error) { return Limits{}.ReadCIFAR100(dir) }

// ReadCIFAR100 is the function ReadCIFAR100 with these limits.
func (l Limits) ReadCIFAR100(dir string) (train, test *Set, err error) {
	return cifar100.read(dir, l.orDefault())
}

// DecodeCIFAR10 reads one file of [ReadCIFAR10]. If classes is nil, the known
// names are used.
func DecodeCIFAR10(r io.Reader, classes []string) (*Set, error) {
	return Limits{}.DecodeCIFAR10(r, classes)
}

// DecodeCIFAR10 is the function DecodeCIFAR10 with these limits.
func (l Limits) DecodeCIFAR10(r io.Reader, classes []string) (*Set, error) {
	return cifar10.decode(r, classes, l.orDefault())
}

// DecodeCIFAR100 reads one file of [ReadCIFAR100]. If classes is nil, the names
// are numbers.
func DecodeCIFAR100(r io.Reader, classes []string) (*Set, error) {
	return Limits{}.DecodeCIFAR100(r, classes)
}

// DecodeCIFAR100 is the function DecodeCIFAR100 with these limits.
func (l Limits) DecodeCIFAR100(r io.Reader, classes []string) (*Set, error) {
	return cifar100.decode(r, classes, l.orDefault())
}

// isIn reports whether dir contains a file of this version.
func (c *cifar) isIn(dir string) bool {
	return isFile(filepath.Join(dir, c.train[0])) || isFile(filepath.Join(dir, c.test))
}

// load reads what there is: perhaps the test set alone.
func (c *cifar) load(dir string, limits Limits) (*Data, error) {
	if !slices.ContainsFunc(c.train, func(name string) bool { return isFile(filepath.Join(dir, name)) }) {
		classes, err := c.readClasses(dir, limits)
		if err != nil {
			return nil, err
		}
		test, err := c.readFiles(dir, []string{c.test}, classes, limits)
		if err != nil {
			return nil, err
		}
		return &Data{Test: test}, nil
	}
	train, test, err := c.read(dir, limits)
	if err != nil {
		return nil, err
	}
	return &Data{Train: train, Test: test}, nil
}

func (c *cifar) read(dir string, limits Limits) (train, test *Set, err error) {
	classes, err := c.readClasses(dir, limits)
	if err != nil {
		return nil, nil, err
	}
	if train, err = c.readFiles(dir, c.train, classes, limits); err != nil {
		return nil, nil, err
	}
	if test, err = c.readFiles(dir, []string{c.test}, classes, limits); err != nil {
		return nil, nil, err
	}
	return train.Named(c.name + " train"), test.Named(c.name + " test"), nil
}

// readClasses returns the names of the classes.
func (c *cifar) readClasses(dir string, limits Limits) ([]string, error) {
	classes, err := limits.readNames(filepath.Join(dir, c.names))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c.classes, nil
	case err != nil:
		return nil, err
	case len(classes) != len(c.classes):
		return nil, fmt.Errorf("dataset: %s: %d class names, want %d", filepath.Join(dir, c.names), len(classes), len(c.classes))
	}
	return classes, nil
}

func (c *cifar) readFiles(dir string, names, classes []string, limits Limits) (*Set, error) {
	pixels, labels := make([][]byte, len(names)), make([][]int, len(names))
	total := 0
	for i, file := range names {
		name := filepath.Join(dir, file)
		f, err := files.Open(name)
		if err != nil {
			return nil, fmt.Errorf("dataset: %w", err)
		}
		pixels[i], labels[i], err = c.records(name, f, total, limits)
		f.Close()
		if err != nil {
			return nil, err
		}
		total += len(labels[i])
	}
	return New(cifarShape, classes, slices.Concat(pixels...), slices.Concat(labels...))
}

func (c *cifar) decode(r io.Reader, classes []string, limits Limits) (*Set, error) {
	if classes == nil {
		classes = c.classes
	}
	pixels, labels, err := c.records(c.name, r, 0, limits)
	if err != nil {
		return nil, err
	}
	return New(cifarShape, classes, pixels, labels)
}

// records reads the records of one file, the first of which is image number before
// of the set.
func (c *cifar) records(name string, r io.Reader, before int, limits Limits) (pixels []byte, labels []int, err error) {
	in, err := newSource(name, r, limits)
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
		if err := limits.checkSet(uint64(before+i+1), cifarShape); err != nil {
			return nil, nil, in.errorAt(start, "record %d: %w", i, err)
		}
		pixels = append(pixels, record[n:]...)
		labels = append(labels, int(record[n-1]))
	}
}
