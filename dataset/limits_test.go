package dataset_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each limit is met exactly, and then exceeded by one.
func TestLimits(t *testing.T) {
	images, labels := idx(count(12), 3, 2, 2), idx([]byte{1, 2, 3}, 3)
	readIDX := func(l dataset.Limits) error {
		_, err := l.DecodeIDX(bytes.NewReader(images), bytes.NewReader(labels), nil)
		return err
	}
	readCIFAR10 := func(l dataset.Limits) error {
		_, err := l.DecodeCIFAR10(bytes.NewReader(slices.Concat(record(1, 2, 3, 4), record(1, 2, 3, 4))), nil)
		return err
	}
	cifar := write(t, cifar10Files())
	readCIFARFiles := func(l dataset.Limits) error {
		_, _, err := l.ReadCIFAR10(cifar)
		return err
	}
	readImage := func(l dataset.Limits) error {
		_, err := l.DecodeImage(bytes.NewReader(grey(4, 5, 1)), dataset.ImageConfig{Shape: grey2x2, Resize: nearest})
		return err
	}
	folder := map[string][]byte{"a/1.png": grey(2, 2, 1), "a/2.png": grey(2, 2, 1), "b/1.png": grey(2, 2, 1)}
	readFolder := func(l dataset.Limits) error {
		_, err := readFolder(folder, dataset.Config{Limits: l})
		return err
	}
	load := func(l dataset.Limits) error {
		dir := write(t, map[string][]byte{"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels,
			"classes.txt": []byte("a\nb\nc\nd\n")})
		_, err := dataset.Load(context.Background(), dir, dataset.Config{Limits: l})
		return err
	}
	for _, c := range []struct {
		name           string
		read           func(dataset.Limits) error
		enough, little dataset.Limits
		problem        string
	}{
		{"pixels of IDX", readIDX, dataset.Limits{Pixels: 4}, dataset.Limits{Pixels: 3}, "images of 2x2x1: the limit is 3 pixels"},
		{"negative images", readIDX, dataset.Limits{}, dataset.Limits{Images: -1}, "the limit is 0"},
		{"negative bytes", readFolder, dataset.Limits{}, dataset.Limits{Bytes: -1}, "the limit of a set is 0 bytes"},
		{"negative names", load, dataset.Limits{}, dataset.Limits{Names: -1}, "more than 0 bytes"},
		{"bytes of IDX", readIDX, dataset.Limits{Bytes: 36}, dataset.Limits{Bytes: 35}, "offset 4: 3 images of 2x2x1: the limit of a set is 35 bytes"},
		{"images of IDX", readIDX, dataset.Limits{Images: 3}, dataset.Limits{Images: 2}, "offset 4: 3 images, the limit is 2"},
		{"bytes of CIFAR", readCIFAR10, dataset.Limits{Bytes: 2 * 3080}, dataset.Limits{Bytes: 2*3080 - 1}, "record 1: 2 images of 32x32x3: the limit of a set is 6159 bytes"},
		{"images of CIFAR", readCIFAR10, dataset.Limits{Images: 2}, dataset.Limits{Images: 1}, "record 1: 2 images, the limit is 1"},
		{"images of CIFAR in all files", readCIFARFiles, dataset.Limits{Images: 5}, dataset.Limits{Images: 4}, "record 0: 5 images, the limit is 4"},
		{"pixels of an image", readImage, dataset.Limits{Pixels: 20}, dataset.Limits{Pixels: 19}, "the image has 4x5 pixels (height x width): the limit is 19 in all"},
		{"pixels of a shape", readImage, dataset.Limits{Pixels: 20}, dataset.Limits{Pixels: 3}, "images of 2x2x1: the limit is 3 pixels"},
		{"pixels of a folder", readFolder, dataset.Limits{Pixels: 4}, dataset.Limits{Pixels: 3}, "a/1.png: the image has 2x2 pixels (height x width): the limit is 3 in all"},
		{"bytes of a folder", readFolder, dataset.Limits{Bytes: 36}, dataset.Limits{Bytes: 35}, "3 images of 2x2x1: the limit of a set is 35 bytes"},
		{"images of a folder", readFolder, dataset.Limits{Images: 3}, dataset.Limits{Images: 2}, "dataset: b/1.png: too many images: the limit is 2"},
		{"classes of a folder", readFolder, dataset.Limits{Classes: 2}, dataset.Limits{Classes: 1}, "dataset: .: too many classes: the limit is 1"},
		{"classes of names", load, dataset.Limits{Classes: 4}, dataset.Limits{Classes: 3}, "classes.txt: 4 classes, the limit is 3"},
		{"bytes of names", load, dataset.Limits{Names: 8}, dataset.Limits{Names: 7}, "classes.txt: more than 7 bytes of class names"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.NoError(t, c.read(c.enough))
			assert.ErrorContains(t, c.read(c.little), c.problem)
		})
	}
}

// Data that packs well may be unpacked; a bomb is not.
func TestLimitOfExpansion(t *testing.T) {
	read := func(megabytes int, expansion int) error {
		n := uint32(megabytes << 10)
		images := zip(idx(make([]byte, megabytes<<20), n, 32, 32))
		_, err := dataset.Limits{Expansion: expansion}.DecodeIDX(bytes.NewReader(images), bytes.NewReader(zip(idx(make([]byte, n), n))), nil)
		return err
	}
	assert.NoError(t, read(15, 0))
	assert.ErrorContains(t, read(17, 0), "dataset: images: offset 16")
	assert.ErrorContains(t, read(17, 0), ": the gzip stream unpacks to more than 200 times its length")
	assert.NoError(t, read(17, 2000))
	assert.ErrorContains(t, read(17, -1), "more than 1 times")
}

// A shape beyond the default can be allowed.
func TestLimitsCanBeRaised(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes 68 million pixels")
	}
	file := encodePNG(image.NewGray(image.Rect(0, 0, 8192, 8193)))
	shape := dataset.Shape{Height: 8193, Width: 8192, Channels: 1}
	_, err := dataset.DecodeImage(bytes.NewReader(file), dataset.ImageConfig{Shape: shape})
	assert.ErrorContains(t, err, "the limit is 67108864 pixels")
	pixels, err := dataset.Limits{Pixels: 1 << 27}.DecodeImage(bytes.NewReader(file), dataset.ImageConfig{Shape: shape})
	require.NoError(t, err)
	set, err := dataset.New(shape, []string{"a"}, pixels, []int{0})
	require.NoError(t, err)
	assert.Equal(t, 1, set.Len())
}

// However many processors there are, images are decoded together only as far as
// the limit of pixels allows.
func TestDecodersShareTheLimit(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	files := map[string][]byte{}
	for i := range 40 {
		files[fmt.Sprintf("a/%02d.png", i)] = grey(4, 4, 1)
	}
	var now, most atomic.Int32
	resize := func(dst draw.Image, src image.Image) {
		n := now.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		time.Sleep(time.Millisecond)
		now.Add(-1)
		nearest(dst, src)
	}
	_, err := readFolder(files, dataset.Config{Image: dataset.ImageConfig{Shape: grey2x2, Resize: resize}, Limits: dataset.Limits{Pixels: 3*16 + 15}})
	require.NoError(t, err)
	assert.LessOrEqual(t, most.Load(), int32(3))
	assert.Greater(t, most.Load(), int32(1), "nothing ran together: this test shows nothing")
}

// Directories and links in place of files are errors, not surprises.
func TestWhatIsNoRegularFile(t *testing.T) {
	images, labels := idx(count(2), 2, 1, 1), idx([]byte{1, 0}, 2)
	good := map[string][]byte{"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels, "classes.txt": []byte("a\nb\n")}
	for name := range good {
		for what, replace := range map[string]func(string) error{
			"a directory": func(file string) error { return os.Mkdir(file, 0o755) },
			"a loop":      func(file string) error { return os.Symlink(file, file) },
			"a device":    func(file string) error { return os.Symlink("/dev/zero", file) },
		} {
			dir := write(t, good)
			file := filepath.Join(dir, name)
			require.NoError(t, os.Remove(file))
			if err := replace(file); err != nil {
				t.Skip("no symbolic links here: ", err)
			}
			_, err := dataset.Load(context.Background(), dir, dataset.Config{})
			require.Error(t, err, "%s in place of %s", what, name)
			if what != "a loop" { // which looks as if there was no file
				assert.ErrorContains(t, err, file, what)
			}
		}
	}
	_, err := dataset.ReadImage(t.TempDir(), dataset.ImageConfig{Shape: grey2x2})
	assert.ErrorContains(t, err, "a directory, not a regular file")
}

// A folder that links to itself does not go round in circles.
func TestFolderThatContainsItself(t *testing.T) {
	dir := write(t, map[string][]byte{"a/1.png": grey(2, 2, 8)})
	if err := os.Symlink(dir, filepath.Join(dir, "b")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	require.NoError(t, os.Symlink(filepath.Join(dir, "a"), filepath.Join(dir, "a", "again")))
	_, err := dataset.Load(context.Background(), dir, dataset.Config{})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "b")+": the class has no images")
	require.NoError(t, os.Remove(filepath.Join(dir, "b")))
	data, err := dataset.Load(context.Background(), dir, dataset.Config{})
	require.NoError(t, err)
	assert.Equal(t, 1, data.Train.Len())
	assert.EqualError(t, data.Report.Skipped.Errors[0], "dataset: "+filepath.Join(dir, "a", "again")+": a link to a folder that contains it")
}

func TestNamesAreNotChanged(t *testing.T) {
	images, labels := idx(count(2), 2, 1, 1), idx([]byte{1, 0}, 2)
	for text, problem := range map[string]string{
		"caf\xe9\nb\n": `classes.txt: the name of class 0, "caf\xe9", is not UTF-8`,
		"a\nb\na\n":    `classes.txt: two classes have the name "a"`,
		" \n\n":        "classes.txt: no class names",
		"a\n":          "label 1 of row 0, but there are 1 classes",
	} {
		dir := write(t, map[string][]byte{"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels, "classes.txt": []byte(text)})
		_, err := dataset.Load(context.Background(), dir, dataset.Config{})
		assert.ErrorContains(t, err, problem)
	}
}

// A message does not list a million classes.
func TestErrorsAreShort(t *testing.T) {
	files := map[string][]byte{"train/known/1.png": grey(1, 1, 1)}
	for i := range 200 {
		files[fmt.Sprintf("test/%s%03d/1.png", strings.Repeat("n", 50), i)] = grey(1, 1, 1)
	}
	data, err := dataset.Load(context.Background(), write(t, files), dataset.Config{})
	require.NoError(t, err)
	assert.Contains(t, data.Report.Notes[0], "and 180 more")
}
