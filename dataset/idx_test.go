package dataset_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadIDX(t *testing.T) {
	images, classes := idx(count(18), 3, 2, 3), idx([]byte{2, 0, 2}, 3)
	for name, files := range map[string]map[string][]byte{
		"plain": {"images": images, "labels": classes},
		"gzip":  {"images": zip(images), "labels": zip(classes)},
		"mixed": {"images": zip(images), "labels": classes},
	} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, files)
			file := filepath.Join(dir, "images")
			set, err := dataset.ReadIDX(file, filepath.Join(dir, "labels"), nil)
			require.NoError(t, err)
			assert.Equal(t, "2x3x1", set.Shape().String())
			assert.Equal(t, []int{2, 0, 2}, labels(set))
			assert.Equal(t, []byte{6, 7, 8, 9, 10, 11}, set.Pixels(1))
			assert.Equal(t, file, set.Name())
		})
	}
}

func TestIDXClasses(t *testing.T) {
	read := func(label byte, classes ...string) ([]string, error) {
		set, err := dataset.DecodeIDX(bytes.NewReader(idx([]byte{9}, 1, 1, 1)), bytes.NewReader(idx([]byte{label}, 1)), classes)
		if err != nil {
			return nil, err
		}
		return set.Classes(), nil
	}
	classes, err := read(1, "shoe", "bag")
	assert.NoError(t, err)
	assert.Equal(t, []string{"shoe", "bag"}, classes)

	classes, err = read(1)
	assert.NoError(t, err)
	assert.Equal(t, strings.Fields("0 1 2 3 4 5 6 7 8 9"), classes, "ten, whatever labels occur")

	classes, err = read(255)
	assert.NoError(t, err)
	assert.Len(t, classes, 256)

	_, err = read(2, "shoe", "bag")
	assert.EqualError(t, err, "dataset: labels: offset 8: label 2 of row 0, but there are 2 classes")
}

func TestIDXDamage(t *testing.T) {
	images, labels := idx(count(12), 3, 2, 2), idx([]byte{1, 2, 3}, 3)
	zipped, long := zip(images), zip(idx(count(60000), 15000, 2, 2))
	flip := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		b[(at+len(b))%len(b)] ^= 0xff
		return b
	}
	for _, c := range []struct {
		name           string
		images, labels []byte
		problem        string // {I} and {L} stand for the files
	}{
		{"empty images", nil, labels, "{I}: offset 0: unexpected EOF in the magic number: 4 bytes are missing"},
		{"empty labels", images, nil, "{L}: offset 0: unexpected EOF in the magic number: 4 bytes are missing"},
		{"not IDX", []byte("\x89PNG\r\n\x1a\n"), labels,
			"{I}: offset 0: magic number 0x89504e47, want 0x00000803: IDX, unsigned bytes, 3 dimensions"},
		{"floats", flip(images, 2), labels, "{I}: offset 0: magic number 0x0000f703, want 0x00000803: IDX, unsigned bytes, 3 dimensions"},
		{"swapped", labels, images, "{I}: offset 0: magic number 0x00000801, want 0x00000803: IDX, unsigned bytes, 3 dimensions"},
		{"images twice", images, images, "{L}: offset 0: magic number 0x00000803, want 0x00000801: IDX, unsigned bytes, 1 dimensions"},
		{"cut header", images[:13], labels, "{I}: offset 13: unexpected EOF in the dimensions: 3 bytes are missing"},
		{"cut images", images[:20], labels, "{I}: offset 20: unexpected EOF in the images: 8 bytes are missing"},
		{"cut labels", images, labels[:10], "{L}: offset 10: unexpected EOF in the labels: 1 bytes are missing"},
		{"long images", append(bytes.Clone(images), 0), labels, "{I}: offset 28: data after the end"},
		{"long labels", images, append(bytes.Clone(labels), 0), "{L}: offset 11: data after the end"},
		{"no images", idx(nil, 0, 2, 2), idx(nil, 0), "{I}: offset 4: no images"},
		{"no rows", idx(nil, 3, 0, 2), labels, "{I}: offset 8: images of 0x2x1: an image has at least one row and one column"},
		{"counts", images, idx([]byte{1, 2}, 2), "{L}: offset 4: 2 labels, but {I} has 3 images"},
		{"huge image", idx(nil, 3, 1<<30, 1<<30), labels, "{I}: offset 8: images of 1073741824x1073741824x1: the limit is 67108864 pixels"},
		{"huge set", idx(nil, 1<<32-1, 8192, 8192), labels, on32("{I}: offset 4: a dimension of 4294967295: the limit is 2147483647", "{I}: offset 4: 4294967295 images, the limit is 67108864")},
		{"large set", idx(nil, 1<<20, 8192, 8192), labels, "{I}: offset 4: 1048576 images of 8192x8192x1: the limit of a set is "},
		{"gzip header", zipped[:5], labels, "{I}: offset 0: gzip header: unexpected EOF"},
		{"gzip method", flip(zipped, 2), labels, "{I}: offset 0: gzip header: gzip: invalid header"},
		{"gzip cut", long[:len(long)/2], idx(nil, 15000), "{L}: offset 8: unexpected EOF in the labels: 15000 bytes are missing"},
		{"gzip cut in the images", long[:len(long)/2], idx(make([]byte, 15000), 15000), "the gzip stream is cut short: unexpected EOF"},
		{"gzip without its end", zipped[:len(zipped)-8], labels, "{I}: offset 28: the gzip stream is cut short: unexpected EOF"},
		{"gzip sum", flip(zipped, -8), labels, "{I}: offset 28: gzip: invalid checksum"},
		{"gzip length", flip(zipped, -4), labels, "{I}: offset 28: gzip: invalid checksum"},
		{"gzip data", flip(zipped, 10), labels, "{I}: offset 0: flate: corrupt input before offset"},
		{"after gzip", append(bytes.Clone(zipped), "junk-junk-junk"...), labels, "{I}: offset 28: gzip: invalid header"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, map[string][]byte{"images.gz": c.images, "labels.gz": c.labels})
			i, l := filepath.Join(dir, "images.gz"), filepath.Join(dir, "labels.gz")
			set, err := dataset.ReadIDX(i, l, nil)
			assert.Nil(t, set)
			assert.ErrorContains(t, err, strings.NewReplacer("{I}", i, "{L}", l).Replace(c.problem))
			assert.ErrorContains(t, err, "dataset: "+dir)
			assert.ErrorContains(t, err, ": offset ")
		})
	}
}

func TestIDXTruncationIsUnexpectedEOF(t *testing.T) {
	images, labels := idx(count(12), 3, 2, 2), idx([]byte{1, 2, 3}, 3)
	for _, files := range [][2][]byte{{images, labels}, {zip(images), zip(labels)}} {
		for n := range files[0] {
			_, err := dataset.DecodeIDX(bytes.NewReader(files[0][:n]), bytes.NewReader(files[1]), nil)
			assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "the first %d bytes of the images", n)
		}
		for n := range files[1] {
			_, err := dataset.DecodeIDX(bytes.NewReader(files[0]), bytes.NewReader(files[1][:n]), nil)
			assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "the first %d bytes of the labels", n)
		}
	}
}

func TestIDXNeedsBothFiles(t *testing.T) {
	dir := write(t, map[string][]byte{"a": idx(count(1), 1, 1, 1)})
	_, err := dataset.ReadIDX(filepath.Join(dir, "a"), filepath.Join(dir, "b"), nil)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, filepath.Join(dir, "b"))
	_, err = dataset.ReadIDX(filepath.Join(dir, "b"), filepath.Join(dir, "a"), nil)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestIDXPassesOnErrorsOfTheReader(t *testing.T) {
	broken := errors.New("the disk is broken")
	images := io.MultiReader(bytes.NewReader(idx(count(5), 3, 2, 2)), iotest.ErrReader(broken))
	_, err := dataset.DecodeIDX(images, bytes.NewReader(idx([]byte{1, 2, 3}, 3)), nil)
	assert.ErrorIs(t, err, broken)
	assert.EqualError(t, err, "dataset: images: offset 21: the disk is broken")

	set, err := dataset.DecodeIDX(iotest.OneByteReader(bytes.NewReader(zip(idx(count(12), 3, 2, 2)))),
		iotest.DataErrReader(bytes.NewReader(idx([]byte{1, 2, 3}, 3))), nil)
	assert.NoError(t, err)
	assert.Equal(t, 3, set.Len())
}

// What a header promises is not allocated before it arrives.
func TestIDXHeaderCostsNothing(t *testing.T) {
	const n = 1024
	labels := idx(make([]byte, n), n)
	for _, c := range []struct {
		name           string
		images, labels []byte
		problem        string
	}{
		{"2^58 bytes", idx(nil, 1<<32-1, 1<<13, 1<<13), labels, on32("the limit is 2147483647", "the limit is 67108864")},
		{"1 GiB", idx(count(100), n, 1<<10, 1<<10), labels, "unexpected EOF"},
		{"1 GiB in gzip", zip(idx(count(100), n, 1<<10, 1<<10)), labels, "unexpected EOF"},
		{"2^26 labels", idx(count(100), 1<<26, 1, 1), idx(nil, 1<<26), "unexpected EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var err error
			used := allocated(func() {
				_, err = dataset.DecodeIDX(bytes.NewReader(c.images), bytes.NewReader(c.labels), nil)
			})
			assert.ErrorContains(t, err, c.problem)
			assert.Less(t, used, uint64(4<<20))
		})
	}
}

// A set of several chunks: what has come is copied as the memory grows.
func TestIDXLarge(t *testing.T) {
	const n = 3000
	pixels := count(n * 32 * 32)
	set, err := dataset.DecodeIDX(bytes.NewReader(zip(idx(pixels, n, 32, 32))), bytes.NewReader(idx(make([]byte, n), n)), nil)
	require.NoError(t, err)
	for i := range n {
		require.Equal(t, pixels[i*1024:(i+1)*1024], set.Pixels(i))
	}
}
