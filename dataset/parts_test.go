package dataset_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cats and dogs are the files of two classes with these many images.
func catsAndDogs(n int, folders ...string) map[string][]byte {
	files := map[string][]byte{}
	for _, folder := range folders {
		for i := range n {
			name := string(rune('0'+i)) + ".png"
			files[filepath.Join(folder, "cats", name)] = grey(2, 2, byte(i))
			files[filepath.Join(folder, "dogs", name)] = grey(2, 2, byte(100+i))
		}
	}
	return files
}

// lengths are those of the parts, −1 for none.
func lengths(d *dataset.Data) (n [3]int) {
	for i, part := range []dataset.Examples{d.Train, d.Validation, d.Test} {
		if n[i] = -1; part != nil {
			n[i] = part.Len()
		}
	}
	return n
}

func TestPartsHaveManyNames(t *testing.T) {
	image := grey(2, 2, 1)
	for _, c := range []struct {
		name  string
		files map[string][]byte
		want  [3]int
	}{
		{"train and val", catsAndDogs(2, "train", "val"), [3]int{4, 4, -1}},
		{"all three", catsAndDogs(1, "train", "valid", "test"), [3]int{2, 2, 2}},
		{"in any case", catsAndDogs(1, "Train", "DEV", "Test"), [3]int{2, 2, 2}},
		{"of fastai", catsAndDogs(1, "training", "validation", "testing"), [3]int{2, 2, 2}},
		{"only a test set", catsAndDogs(3, "test"), [3]int{-1, -1, 6}},
		{"only a validation set", catsAndDogs(3, "val"), [3]int{-1, 6, -1}},
		{"a class called train", map[string][]byte{"bus/1.png": image, "train/1.png": image}, [3]int{2, -1, -1}},
		{"a class called test, of folders", map[string][]byte{"bus/1.png": image, "test/2021/1.png": image}, [3]int{2, -1, -1}},
		{"other folders", map[string][]byte{"train/a/1.png": image, "notes/1.png": image}, [3]int{1, -1, -1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, _, err := load(t, c.files)
			require.NoError(t, err)
			assert.Equal(t, c.want, lengths(data))
		})
	}
}

func TestNamesOfParts(t *testing.T) {
	data, _, err := load(t, catsAndDogs(1, "train", "val", "test"))
	require.NoError(t, err)
	assert.Equal(t, "things train", data.Train.Name())
	assert.Equal(t, "things validation", data.Validation.Name())
	assert.Equal(t, "things test", data.Test.Name())
	data, _, err = load(t, catsAndDogs(1, "test"))
	require.NoError(t, err)
	assert.Equal(t, "things test", data.Test.Name())
}

// Competitions give a test set without labels.
func TestTestSetWithoutClassesIsSkipped(t *testing.T) {
	files := catsAndDogs(2, "train")
	files["test/1.png"], files["test/2.png"] = grey(2, 2, 1), grey(2, 2, 1)
	data, dir, err := load(t, files)
	require.NoError(t, err)
	assert.Equal(t, [3]int{4, -1, -1}, lengths(data))
	require.Equal(t, 1, data.Report.Skipped.Count)
	assert.EqualError(t, data.Report.Skipped.Errors[0], "dataset: "+filepath.Join(dir, "test")+": no class folders: its images have no labels")
}

// A class that only the test set has does not keep the training set from being read.
func TestClassesBeyondTheTrainingSet(t *testing.T) {
	files := catsAndDogs(2, "train")
	files["test/ants/1.png"], files["test/dogs/1.png"] = grey(2, 2, 1), grey(2, 2, 1)
	data, dir, err := load(t, files)
	require.NoError(t, err)
	assert.Equal(t, []string{"cats", "dogs"}, data.Train.Classes())
	assert.Equal(t, []string{"cats", "dogs", "ants"}, data.Test.Classes())
	assert.Equal(t, []int{2, 1}, data.Test.Labels())
	assert.Equal(t, []string{filepath.Join(dir, "test") + ": the training set has no examples of ants"}, data.Report.Notes)

	data, dir, err = load(t, map[string][]byte{
		"train-images-idx3-ubyte": idx(count(2), 2, 1, 1), "train-labels-idx1-ubyte": idx([]byte{1, 9}, 2),
		"t10k-images-idx3-ubyte": idx(count(2), 2, 1, 1), "t10k-labels-idx1-ubyte": idx([]byte{1, 10}, 2),
	})
	require.NoError(t, err)
	assert.Len(t, data.Train.Classes(), 10)
	assert.Equal(t, []int{1, 10}, data.Test.Labels())
	assert.Equal(t, []string{filepath.Join(dir, "t10k-labels-idx1-ubyte") + ": the training set has no examples of 10"}, data.Report.Notes)
}

// The layouts of archives with the files of MNIST.
func TestNamesOfIDX(t *testing.T) {
	pixels, labels := idx(count(2), 2, 1, 1), idx([]byte{1, 0}, 2)
	for name, files := range map[string]map[string][]byte{
		"dots": {"train-images.idx3-ubyte": pixels, "train-labels.idx1-ubyte": labels},
		"a file and a folder of its name": {
			"train-images.idx3-ubyte": pixels, "train-labels.idx1-ubyte": labels,
			"train-images-idx3-ubyte/train-images-idx3-ubyte": idx(count(1), 1, 1, 1), "train-labels-idx1-ubyte/train-labels-idx1-ubyte": idx([]byte{1}, 1),
		},
		"a folder of its name alone": {
			"train-images-idx3-ubyte/train-images-idx3-ubyte": pixels, "train-labels-idx1-ubyte/train-labels-idx1-ubyte": labels,
		},
		"EMNIST": {"emnist-letters-train-images-idx3-ubyte.gz": zip(pixels), "emnist-letters-train-labels-idx1-ubyte.gz": zip(labels)},
		"MNIST beside another": {
			"train-images-idx3-ubyte": pixels, "train-labels-idx1-ubyte": labels, "emnist-mnist-train-images-idx3-ubyte": idx(count(1), 1, 1, 1),
		},
	} {
		t.Run(name, func(t *testing.T) {
			data, _, err := load(t, files)
			require.NoError(t, err)
			assert.Equal(t, [3]int{2, -1, -1}, lengths(data))
		})
	}
	data, _, err := load(t, map[string][]byte{"t10k-images-idx3-ubyte": pixels, "t10k-labels-idx1-ubyte": labels})
	require.NoError(t, err, "to evaluate a model the test set is enough")
	assert.Equal(t, [3]int{-1, -1, 2}, lengths(data))
	data, _, err = load(t, map[string][]byte{"test_batch.bin": record(1, 2, 3, 4)})
	require.NoError(t, err)
	assert.Equal(t, [3]int{-1, -1, 1}, lengths(data))

	_, dir, err := load(t, map[string][]byte{"emnist-letters-train-images-idx3-ubyte": pixels, "emnist-digits-train-images-idx3-ubyte": pixels})
	assert.EqualError(t, err, "dataset: "+dir+`: several data sets, whose files begin with "emnist-digits-" and "emnist-letters-"`)
	_, dir, err = load(t, map[string][]byte{"train-labels-idx1-ubyte": labels})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "train-labels-idx1-ubyte")+": labels without images")
}

// gzip(1) and Python ignore zeros after the stream, and read streams one after another.
func TestZerosAfterGzip(t *testing.T) {
	pixels, labels := idx(count(12), 3, 2, 2), idx([]byte{1, 2, 3}, 3)
	padded := append(zip(pixels), make([]byte, 5000)...)
	inParts := append(append(zip(pixels[:15]), zip(pixels[15:])...), 0, 0)
	for _, images := range [][]byte{padded, inParts} {
		set, err := dataset.DecodeIDX(bytes.NewReader(images), bytes.NewReader(zip(labels)), nil)
		require.NoError(t, err)
		assert.Equal(t, count(12)[8:], set.Pixels(2))
	}
	_, err := dataset.DecodeIDX(bytes.NewReader(append(padded, 1)), bytes.NewReader(labels), nil)
	assert.Error(t, err)
}

// What cannot be looked at is named, and does not change what a directory is taken for.
func TestLinksToNothing(t *testing.T) {
	link := func(dir, name string) {
		if err := os.Symlink("/no/such/place", filepath.Join(dir, name)); err != nil {
			t.Skip("needs symbolic links: ", err)
		}
	}
	read := func(dir string, config dataset.Config) (*dataset.Data, error) {
		return dataset.Load(context.Background(), dir, config)
	}
	skipping := dataset.Config{SkipDamaged: true}

	dir := write(t, catsAndDogs(2, "."))
	link(dir, "latest")
	_, err := read(dir, dataset.Config{})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "latest")+": a link to nothing: file does not exist")
	data, err := read(dir, skipping)
	require.NoError(t, err)
	assert.Equal(t, 4, data.Train.Len())
	assert.Equal(t, 1, data.Report.Damaged.Count)

	dir = write(t, catsAndDogs(2, "train", "test"))
	link(dir, "train/old")
	_, err = read(dir, dataset.Config{})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "train", "old")+": a link to nothing: file does not exist")
	data, err = read(dir, skipping)
	require.NoError(t, err)
	assert.Equal(t, [3]int{4, -1, 4}, lengths(data))

	dir = write(t, catsAndDogs(2, "."))
	link(dir, "cats/notes.txt")
	link(dir, "cats/lost.png")
	_, err = read(dir, dataset.Config{})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "cats", "lost.png")+": a link to nothing: file does not exist")
	data, err = read(dir, skipping)
	require.NoError(t, err)
	assert.Equal(t, 4, data.Train.Len())
	assert.EqualError(t, data.Report.Skipped.Errors[0], "dataset: "+filepath.Join(dir, "cats", "notes.txt")+": no name of an image, and a link to nothing: file does not exist")

	dir = write(t, catsAndDogs(2, "test"))
	link(dir, "train")
	_, err = read(dir, dataset.Config{})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "train")+": a link to nothing: file does not exist")
}

func TestUnreadableFolders(t *testing.T) {
	dir := write(t, catsAndDogs(2, "train", "test"))
	train := filepath.Join(dir, "train")
	require.NoError(t, os.Chmod(train, 0))
	defer os.Chmod(train, 0o755)
	if _, err := os.ReadDir(train); err == nil {
		t.Skip("this user may read everything")
	}
	_, err := dataset.Load(context.Background(), dir, dataset.Config{})
	assert.EqualError(t, err, "dataset: "+train+": permission denied")
}

func encodeJPEG(m image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// All damaged files are known after one run, by what is wrong with each.
func TestDamagedFilesAreListed(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 8, 8))
	for i := range m.Pix {
		m.Pix[i] = byte(i*7) | byte(i%4/3*255) // opaque
	}
	photo := encodeJPEG(m)
	files := map[string][]byte{
		"cats/0.png":         encodePNG(m),
		"cats/666.jpg":       nil,
		"cats/webp.jpg":      []byte("RIFF\x4a\x00\x00\x00WEBPVP8 \x3e\x00\x00\x00"),
		"cats/html.jpg":      []byte("\ufeff\n<!DOCTYPE html>"),
		"dogs/no_eoi.jpg":    photo[:len(photo)-2],
		"dogs/truncated.jpg": photo[:len(photo)*2/3],
	}
	_, dir, err := load(t, files)
	assert.EqualError(t, err, strings.ReplaceAll(`dataset: 4 files cannot be read:
  {}/cats/666.jpg: the file is empty
  {}/cats/html.jpg: no image in a known format: it is HTML, SVG or XML
  {}/cats/webp.jpg: the image is WebP, which this program does not decode
  {}/dogs/truncated.jpg: unexpected EOF`, "{}", dir))

	data, err := dataset.Load(context.Background(), dir, dataset.Config{SkipDamaged: true})
	require.NoError(t, err)
	assert.Equal(t, 4, data.Report.Damaged.Count)
	set := data.Train.(*dataset.Set)
	assert.Equal(t, []int{0, 1}, set.Labels())
	assert.Equal(t, m.Pix[4], set.Pixels(0)[1], "red, of the second pixel")
	assert.Equal(t, decode(t, photo, dataset.Shape{Height: 8, Width: 8, Channels: 3}), set.Pixels(1), "what lacks only the end marker is complete")

	_, err = dataset.ReadImage(filepath.Join(dir, "cats"), dataset.ImageConfig{Shape: grey2x2})
	assert.ErrorContains(t, err, "a directory, not a regular file")
}

// A class of which nothing is left is not learned in silence.
func TestClassOfDamagedFiles(t *testing.T) {
	dir := write(t, map[string][]byte{"a/1.png": grey(1, 1, 1), "b/1.png": nil})
	_, err := dataset.Load(context.Background(), dir, dataset.Config{SkipDamaged: true})
	assert.EqualError(t, err, "dataset: "+filepath.Join(dir, "b")+": the class has no images")
}

// Names of classes that look equal are equal if the program says so.
func TestNormalizedNames(t *testing.T) {
	image := grey(1, 1, 1)
	dir := write(t, map[string][]byte{
		"train/caf\u00e9/1.png": image, "train/th\u00e9/1.png": image, "train/th\u00e9/2.png": image, "test/cafe\u0301/1.png": image,
	})
	compose := strings.NewReplacer("e\u0301", "\u00e9").Replace // what norm.NFC does
	data, err := dataset.Load(context.Background(), dir, dataset.Config{NormalizeName: compose})
	require.NoError(t, err)
	assert.Equal(t, []string{"caf\u00e9", "th\u00e9"}, data.Test.Classes())
	assert.Equal(t, []int{0}, data.Test.Labels())

	dir = write(t, map[string][]byte{"caf\u00e9/1.png": image, "cafe\u0301/2.png": image})
	data, err = dataset.Load(context.Background(), dir, dataset.Config{NormalizeName: compose})
	require.NoError(t, err)
	assert.Equal(t, []string{"caf\u00e9"}, data.Train.Classes())
	assert.Equal(t, []int{0, 0}, data.Train.Labels())
	require.Len(t, data.Report.Notes, 1)
	assert.Contains(t, data.Report.Notes[0], `cafe\u0301" and "`)
}

// The names of files need not be UTF-8.
func TestNamesInLatin1(t *testing.T) {
	dir := write(t, map[string][]byte{"cats/1.png": grey(1, 1, 1)})
	name := filepath.Join(dir, "cats", "caf\xe9.png")
	if err := os.WriteFile(name, grey(1, 1, 2), 0o644); err != nil {
		t.Skip("needs a file system that takes any name: ", err)
	}
	data, err := dataset.Load(context.Background(), dir, dataset.Config{})
	require.NoError(t, err)
	assert.Equal(t, 2, data.Train.Len())

	require.NoError(t, os.WriteFile(name, nil, 0o644))
	_, err = dataset.Load(context.Background(), dir, dataset.Config{})
	assert.ErrorContains(t, err, `caf\xe9.png": the file is empty`)
}

func TestByteOrderMark(t *testing.T) {
	data, _, err := load(t, map[string][]byte{
		"train-images-idx3-ubyte": idx(count(2), 2, 1, 1), "train-labels-idx1-ubyte": idx([]byte{1, 0}, 2),
		"classes.txt": []byte("\ufeffa\r\nb\r\n"),
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, data.Train.Classes())
}

// Files are known by their names or, without an extension, by their content.
func TestWhatIsAnImage(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 2, 2))
	png, photo := encodePNG(m), encodeJPEG(m)
	data, dir, err := load(t, map[string][]byte{
		"cats/1.PNG": png, "cats/2.Jpeg": photo, "cats/3.jpe": photo, "cats/4.jfif": photo, "cats/noext": png, "cats/tiff.tiff": png,
		"cats/2021/june/5.png": png, "cats/2021/6.png": png,
		"cats/notes.txt": []byte("text"), "cats/LICENSE": []byte("text"), "cats/empty": nil, "README": nil,
	})
	require.NoError(t, err)
	assert.Equal(t, 8, data.Train.Len())
	var skipped []string
	for _, err := range data.Report.Skipped.Errors {
		skipped = append(skipped, strings.TrimPrefix(err.Error(), "dataset: "+dir+"/"))
	}
	assert.Equal(t, []string{
		"README: beside the folders of the classes", "cats/notes.txt: no name of an image",
		"cats/LICENSE: no image in a known format", "cats/empty: the file is empty",
	}, skipped)
	assert.Equal(t, 4, data.Report.Skipped.Count)
}

// Without a shape, grey images stay grey, and large ones become small.
func TestChosenShape(t *testing.T) {
	photo := colour(3, 4, color.NRGBA{R: 1, A: 255})
	for _, c := range []struct {
		name  string
		files map[string][]byte
		shape string
		notes int
	}{
		{"equal", map[string][]byte{"a/1.png": grey(3, 4, 1), "a/2.png": grey(3, 4, 1)}, "3x4x1", 0},
		{"one in colour", map[string][]byte{"a/1.png": grey(3, 4, 1), "a/2.png": photo}, "3x4x3", 0},
		{"one turned", map[string][]byte{"a/1.png": grey(30, 40, 1), "a/2.png": grey(30, 40, 1), "a/3.png": grey(40, 30, 1)}, "30x40x1", 1},
		{"large", map[string][]byte{"a/1.png": grey(200, 100, 1), "a/2.png": grey(200, 100, 1)}, "64x32x1", 1},
		{"the longest", map[string][]byte{"a/1.png": grey(64, 64, 1)}, "64x64x1", 0},
		{"small ones that differ", map[string][]byte{"a/1.png": grey(5, 5, 1), "a/2.png": grey(9, 9, 1)}, "9x9x1", 1},
		{"a sliver", map[string][]byte{"a/1.png": grey(500, 1, 1)}, "64x1x1", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, c.files)
			data, err := dataset.Load(context.Background(), dir, dataset.Config{Image: dataset.ImageConfig{Resize: nearest}})
			require.NoError(t, err)
			assert.Equal(t, c.shape, data.Train.(*dataset.Set).Shape().String())
			assert.Len(t, data.Report.Notes, c.notes)
		})
	}
}

// An image that the sample has not may be unlike the others: the choice is revised.
func TestChosenShapeIsRevised(t *testing.T) {
	files := map[string][]byte{}
	for i := range 1500 {
		files["a/"+string(rune('a'+i/100))+string(rune(0x4e00+i%100))+".png"] = grey(2, 2, 1)
	}
	files["a/a\u4e02.png"] = colour(2, 4, color.NRGBA{R: 255, A: 255}) // the third of every three is not in the sample
	set, err := readFolder(files, dataset.Config{Image: dataset.ImageConfig{Resize: nearest}})
	require.NoError(t, err)
	assert.Equal(t, "2x2x3", set.Shape().String())
	assert.Equal(t, 1500, set.Len())
	assert.Equal(t, four(255, 0, 0), set.Pixels(2))
}
