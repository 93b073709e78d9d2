package dataset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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
	var all cifarRecords
	bytes := int64(0)
	for _, file := range names {
		if info, err := os.Stat(filepath.Join(dir, file)); err == nil { // or opening it says why not
			bytes += info.Size()
		}
	}
	// The number of records of a file that is not compressed follows from its length.
	// What has been read is not copied again.
	if n := bytes / int64(len(c.labels)+cifarShape.Size()); limits.checkSet(uint64(n), cifarShape) == nil {
		all.pixels, all.labels = make([]byte, 0, int(n)*cifarShape.Size()), make([]int, 0, n)
	}
	for _, file := range names {
		f, err := files.Open(filepath.Join(dir, file))
		if err != nil {
			return nil, fmt.Errorf("dataset: %w", err)
		}
		err = c.records(&all, f.Name(), f, limits)
		f.Close()
		if err != nil {
			return nil, err
		}
	}
	return New(cifarShape, classes, all.pixels, all.labels)
}

func (c *cifar) decode(r io.Reader, classes []string, limits Limits) (*Set, error) {
	if classes == nil {
		classes = c.classes
	}
	var all cifarRecords
	if err := c.records(&all, c.name, r, limits); err != nil {
		return nil, err
	}
	return New(cifarShape, classes, all.pixels, all.labels)
}

// cifarRecords are the records of files.
type cifarRecords struct {
	pixels []byte
	labels []int
}

// records appends the records of one file.
func (c *cifar) records(all *cifarRecords, name string, r io.Reader, limits Limits) error {
	in, err := newSource(name, r, limits)
	if err != nil {
		return err
	}
	n, size := len(c.labels), cifarShape.Size()
	labels := make([]byte, n)
	for i := 0; ; i++ {
		start := in.offset
		have := len(all.pixels)
		_, err := io.ReadFull(in, labels)
		if err == nil {
			all.pixels = slices.Grow(all.pixels, size)[:have+size]
			if _, err = io.ReadFull(in, all.pixels[have:]); err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
		}
		switch {
		case err == io.EOF && i > 0:
			return nil
		case err == io.EOF:
			return in.errorf("no records")
		case err == io.ErrUnexpectedEOF:
			return in.errorf("%w in record %d: a record takes %d bytes", err, i, n+size)
		case err != nil:
			return in.errorf("%w", err)
		}
		for j, classes := range c.labels {
			if int(labels[j]) >= classes {
				return in.errorAt(start+int64(j), "label %d in record %d, but there are %d classes", labels[j], i, classes)
			}
		}
		all.labels = append(all.labels, int(labels[n-1]))
		if err := limits.checkSet(uint64(len(all.labels)), cifarShape); err != nil {
			return in.errorAt(start, "record %d: %w", i, err)
		}
	}
}
