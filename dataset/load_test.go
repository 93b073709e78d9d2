package dataset_test

import (
	"context"
	"io/fs"
	"maps"
	"path/filepath"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// load loads a directory "things" with these files.
func load(t *testing.T, files map[string][]byte) (data *dataset.Data, dir string, err error) {
	t.Helper()
	inside := map[string][]byte{}
	for name, data := range files {
		inside["things/"+name] = data
	}
	dir = filepath.Join(write(t, inside), "things")
	data, err = dataset.Load(context.Background(), dir, dataset.Config{})
	return data, dir, err
}

func TestLoadRecognises(t *testing.T) {
	pixels := func(n uint32) []byte { return idx(count(int(n)), n, 1, 1) }
	image := grey(1, 1, 5)
	idxFiles := map[string][]byte{
		"train-images-idx3-ubyte.gz": zip(pixels(2)), "train-labels-idx1-ubyte": idx([]byte{1, 0}, 2),
		"t10k-images.idx3-ubyte": pixels(1), "t10k-labels.idx1-ubyte.gz": zip(idx([]byte{1}, 1)),
	}
	with := func(files map[string][]byte, name, text string) map[string][]byte {
		files = maps.Clone(files)
		files[name] = []byte(text)
		return files
	}
	without := func(files map[string][]byte, name string) map[string][]byte {
		files = maps.Clone(files)
		delete(files, name)
		return files
	}
	for _, c := range []struct {
		name        string
		files       map[string][]byte
		train, test int // images; -1 is no set
		class       string
	}{
		{"IDX", idxFiles, 2, 1, "1"},
		{"IDX with names", with(idxFiles, "classes.txt", "T-shirt/top\nAnkle boot\n"), 2, 1, "Ankle boot"},
		{"IDX, training only", without(idxFiles, "t10k-images.idx3-ubyte"), 2, -1, "1"},
		{"CIFAR-10", cifar10Files(), 5, 2, "automobile"},
		{"CIFAR-100", map[string][]byte{"train.bin": record(1, 2, 3, 4, 5), "test.bin": record(1, 2, 3, 4, 5)}, 1, 1, "1"},
		{"train and test", map[string][]byte{"train/a/1.png": image, "train/b/1.png": image, "test/b/1.png": image}, 2, 1, "b"},
		{"train", map[string][]byte{"train/a/1.png": image, "train/b/1.png": image}, 2, -1, "b"},
		{"classes", map[string][]byte{"a/1.png": image, "b/1.png": image, "b/2.png": image}, 3, -1, "b"},
		{"a class named train", map[string][]byte{"bus/1.png": image, "train/1.png": image}, 2, -1, "train"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, _, err := load(t, c.files)
			require.NoError(t, err)
			train, test := data.Train, data.Test
			assert.Equal(t, c.train, train.Len())
			assert.Equal(t, c.class, train.Classes()[1])
			if c.test < 0 {
				assert.Nil(t, test)
				assert.Contains(t, train.Name(), "things")
				return
			}
			assert.Equal(t, c.test, test.Len())
			assert.Equal(t, train.Classes(), test.Classes())
			assert.Equal(t, train.(*dataset.Set).Shape(), test.(*dataset.Set).Shape())
			assert.Equal(t, "things train", train.Name())
			assert.Equal(t, "things test", test.Name())
		})
	}
}

func TestLoadErrors(t *testing.T) {
	image := grey(1, 1, 5)
	images, classes := idx(count(2), 2, 1, 1), idx([]byte{1, 11}, 2)
	for _, c := range []struct {
		name    string
		files   map[string][]byte
		problem string // after the directory
	}{
		{"nothing", map[string][]byte{"notes.txt": nil}, ": nothing to read: no IDX files (train-images-idx3-ubyte, also .gz), " +
			"no CIFAR-10 (data_batch_1.bin), no CIFAR-100 (train.bin), no folders of images (train/CLASS/ or CLASS/)"},
		{"no labels", map[string][]byte{"train-images-idx3-ubyte": images},
			"/train-images-idx3-ubyte: there is no file train-labels-idx1-ubyte, nor with .gz, in the same directory"},
		{"a label that has no name", map[string][]byte{"classes.txt": []byte("a\nb\nc\n"),
			"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": idx([]byte{1, 2}, 2),
			"t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": classes},
			"/t10k-labels-idx1-ubyte: offset 9: label 11 of row 1, but there are 3 classes"},
		{"a batch is missing", map[string][]byte{"data_batch_1.bin": record(1, 2, 3, 4)}, "/data_batch_2.bin: no such file"},
		{"a size that training lacks", map[string][]byte{"train/a/1.png": image, "test/a/1.png": grey(2, 2, 5)},
			"/test/a/1.png: the image has 2x2 pixels (height x width), want 1x1: it needs resizing"},
		{"no training set in train", map[string][]byte{"train/1.png": image, "test/a/1.png": image}, "/train: no class folders"},
		{"two training sets", map[string][]byte{"train/a/1.png": image, "Training/a/1.png": image},
			": two folders for the train set: Training and train"},
		{"classes.txt is a folder", map[string][]byte{"train-images-idx3-ubyte": images, "classes.txt/x": nil}, "/classes.txt"},
		{"damage in train", map[string][]byte{"train/a/1.png": []byte("text")}, "/train/a/1.png: no image in a known format"},
		{"damage in a folder", map[string][]byte{"a/1.png": []byte("text")}, "/a/1.png: no image in a known format"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, dir, err := load(t, c.files)
			assert.Nil(t, data)
			assert.ErrorContains(t, err, dir+filepath.FromSlash(c.problem))
		})
	}
	_, err := dataset.Load(context.Background(), filepath.Join(t.TempDir(), "none"), dataset.Config{})
	assert.ErrorIs(t, err, fs.ErrNotExist)
	file := filepath.Join(write(t, map[string][]byte{"file": nil}), "file")
	_, err = dataset.Load(context.Background(), file, dataset.Config{})
	assert.ErrorContains(t, err, file)
}
