package dataset_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cifar10Files is a CIFAR-10 with one record in each batch, of class and red
// value 1 to 5, and two in the test set.
func cifar10Files() map[string][]byte {
	files := map[string][]byte{"test_batch.bin": slices.Concat(record(9, 0, 0, 9), record(0, 7, 8, 0))}
	for i := byte(1); i <= 5; i++ {
		files[fmt.Sprintf("data_batch_%d.bin", i)] = record(i, 100, 200, i)
	}
	return files
}

func TestReadCIFAR10(t *testing.T) {
	files := cifar10Files()
	files["data_batch_2.bin"] = zip(files["data_batch_2.bin"])
	train, test, err := dataset.ReadCIFAR10(write(t, files))
	require.NoError(t, err)
	assert.Equal(t, "32x32x3", train.Shape().String())
	assert.Equal(t, []int{1, 2, 3, 4, 5}, labels(train))
	assert.Equal(t, []int{9, 0}, labels(test))
	for i := range 5 {
		assert.Equal(t, record(byte(i+1), 100, 200), train.Pixels(i))
	}
	assert.Equal(t, record(0, 7, 8), test.Pixels(1))
	assert.Equal(t, "airplane automobile bird cat deer dog frog horse ship truck", strings.Join(train.Classes(), " "))
	assert.Equal(t, "CIFAR-10 train", train.Name())
	assert.Equal(t, "CIFAR-10 test", test.Name())
}

func TestReadCIFAR100(t *testing.T) {
	files := map[string][]byte{
		"train.bin": slices.Concat(record(1, 2, 3, 19, 99), record(4, 5, 6, 0, 1)),
		"test.bin":  record(7, 8, 9, 5, 50),
	}
	train, test, err := dataset.ReadCIFAR100(write(t, files))
	require.NoError(t, err)
	assert.Equal(t, []int{99, 1}, labels(train), "the fine labels")
	assert.Equal(t, record(4, 5, 6), train.Pixels(1))
	assert.Equal(t, []int{50}, labels(test))
	assert.Equal(t, "99", train.Classes()[99])

	var names strings.Builder
	for i := range 100 {
		fmt.Fprintf(&names, "fine %d\r\n", i)
	}
	files["fine_label_names.txt"] = []byte(names.String() + "\n")
	train, test, err = dataset.ReadCIFAR100(write(t, files))
	require.NoError(t, err)
	assert.Equal(t, "fine 99", train.Classes()[99])
	assert.Equal(t, train.Classes(), test.Classes())
}

func TestCIFARNamesMustBeAll(t *testing.T) {
	files := cifar10Files()
	files["batches.meta.txt"] = []byte("a\nb\n\n")
	dir := write(t, files)
	_, _, err := dataset.ReadCIFAR10(dir)
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "batches.meta.txt")+": 2 class names, want 10")

	files = cifar10Files()
	files["batches.meta.txt/is a folder"] = nil
	dir = write(t, files)
	_, _, err = dataset.ReadCIFAR10(dir)
	assert.ErrorContains(t, err, filepath.Join(dir, "batches.meta.txt"))
}

func TestCIFARNeedsAllFiles(t *testing.T) {
	for name := range cifar10Files() {
		files := cifar10Files()
		delete(files, name)
		dir := write(t, files)
		_, _, err := dataset.ReadCIFAR10(dir)
		assert.ErrorIs(t, err, fs.ErrNotExist)
		assert.ErrorContains(t, err, filepath.Join(dir, name))
	}
}

func TestCIFARDamage(t *testing.T) {
	good := record(1, 2, 3, 4)
	for _, c := range []struct {
		name, problem string
		data          []byte
	}{
		{"empty", "offset 0: no records", nil},
		{"cut", "offset 3172: unexpected EOF in record 1: a record takes 3073 bytes", slices.Concat(good, good[:99])},
		{"label", "offset 3073: label 10 in record 1, but there are 10 classes", slices.Concat(good, record(1, 2, 3, 10))},
		{"gzip header", "offset 0: gzip header: unexpected EOF", zip(good)[:4]},
		{"gzip", "offset 3073: gzip: invalid checksum", append(zip(good)[:len(zip(good))-8], make([]byte, 8)...)},
		{"gzip cut", "the gzip stream is cut short", zip(good)[:20]},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := cifar10Files()
			files["data_batch_3.bin"] = c.data
			dir := write(t, files)
			train, test, err := dataset.ReadCIFAR10(dir)
			assert.Nil(t, train)
			assert.Nil(t, test)
			assert.ErrorContains(t, err, c.problem)
			assert.ErrorContains(t, err, "dataset: "+filepath.Join(dir, "data_batch_3.bin")+": offset ")
		})
	}
}

func TestDecodeCIFAR(t *testing.T) {
	set, err := dataset.DecodeCIFAR10(bytes.NewReader(record(1, 2, 3, 4)), nil)
	require.NoError(t, err)
	assert.Equal(t, "deer", set.Classes()[set.Label(0)])

	set, err = dataset.DecodeCIFAR10(bytes.NewReader(record(1, 2, 3, 1)), []string{"no", "yes"})
	require.NoError(t, err)
	assert.Equal(t, "yes", set.Classes()[set.Label(0)])

	_, err = dataset.DecodeCIFAR10(bytes.NewReader(record(1, 2, 3, 2)), []string{"no", "yes"})
	assert.EqualError(t, err, "dataset: row 0: label 2, but there are 2 classes")

	_, err = dataset.DecodeCIFAR100(bytes.NewReader(record(1, 2, 3, 20, 4)), nil)
	assert.EqualError(t, err, "dataset: CIFAR-100: offset 0: label 20 in record 0, but there are 20 classes")
	_, err = dataset.DecodeCIFAR100(bytes.NewReader(record(1, 2, 3, 19, 100)), nil)
	assert.EqualError(t, err, "dataset: CIFAR-100: offset 1: label 100 in record 0, but there are 100 classes")
	_, err = dataset.DecodeCIFAR100(bytes.NewReader(record(1, 2, 3, 4)), nil)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
