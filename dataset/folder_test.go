package dataset_test

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func mapFS(files map[string][]byte) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: data, Mode: 0o644}
	}
	return fsys
}

func readFolder(files map[string][]byte, config dataset.Config) (*dataset.Set, error) {
	set, _, err := dataset.ReadFolder(context.Background(), mapFS(files), config)
	return set, err
}

func TestReadFolder(t *testing.T) {
	set, err := readFolder(map[string][]byte{
		"dogs/b.png":      grey(2, 2, 30),
		"cats/10.png":     grey(2, 2, 10),
		"cats/2.PNG":      grey(2, 2, 20),
		"dogs/a.png":      colour(2, 2, color.NRGBA{R: 1, G: 2, B: 3, A: 255}),
		"birds/only.jpeg": grey(2, 2, 40), // content decides how it is read
		// Skipped:
		"README.md": nil, "stray.png": nil, ".git/x.png": nil, "cats/notes.txt": nil,
		"cats/.hidden.png": nil, "dogs/thumbs.db": nil, "__MACOSX/cats/x.png": nil,
	}, dataset.Config{})
	require.NoError(t, err)
	assert.Equal(t, []string{"birds", "cats", "dogs"}, set.Classes())
	assert.Equal(t, []int{0, 1, 1, 2, 2}, labels(set))
	assert.Equal(t, "2x2x3", set.Shape().String(), "the first image's size, in colour")
	for i, want := range [][]byte{{40, 40, 40}, {10, 10, 10}, {20, 20, 20}, {1, 2, 3}, {30, 30, 30}} {
		assert.Equal(t, four(want...), set.Pixels(i), "image %d", i)
	}
}

func TestReadFolderShape(t *testing.T) {
	files := map[string][]byte{"a/1.png": grey(4, 6, 10), "b/1.png": grey(2, 2, 20)}
	shape := func(h, w, c int) dataset.Shape { return dataset.Shape{Height: h, Width: w, Channels: c} }
	for _, c := range []struct{ want, got dataset.Shape }{
		{shape(0, 0, 0), shape(4, 6, 1)},
		{shape(0, 0, 3), shape(4, 6, 3)},
		{shape(0, 0, 1), shape(4, 6, 1)},
		{shape(3, 0, 1), shape(3, 6, 1)},
		{shape(0, 3, 1), shape(4, 3, 1)},
		{shape(2, 2, 1), shape(2, 2, 1)},
	} {
		set, err := readFolder(files, dataset.Config{Image: dataset.ImageConfig{Shape: c.want, Resize: nearest}})
		require.NoError(t, err)
		assert.Equal(t, c.got, set.Shape())
		assert.Equal(t, byte(20), set.Pixels(1)[0])
	}
	_, err := readFolder(files, dataset.Config{})
	assert.EqualError(t, err, "dataset: b/1.png: the image has 2x2 pixels (height x width), want 4x6: it needs resizing")
	_, err = readFolder(files, dataset.Config{Image: dataset.ImageConfig{Shape: shape(2, 2, 4)}})
	assert.EqualError(t, err, "dataset: images of 2x2x4: an image has 1 channel (grey) or 3 (red, green, blue)")
}

func TestReadFolderErrors(t *testing.T) {
	good := grey(2, 2, 1)
	for _, c := range []struct {
		name    string
		files   map[string][]byte
		problem string
	}{
		{"empty", nil, "dataset: .: no class folders"},
		{"images but no classes", map[string][]byte{"1.png": good}, "dataset: .: no class folders"},
		{"class without images", map[string][]byte{"a/1.png": good, "b/notes.txt": nil},
			"dataset: b: the class has no images"},
		{"first is no image", map[string][]byte{"a/1.png": []byte("text")}, "dataset: a/1.png: no image in a known format"},
		{"no image", map[string][]byte{"a/1.png": good, "b/2.jpg": []byte("text")}, "dataset: b/2.jpg: no image in a known format"},
		{"damaged", map[string][]byte{"a/1.png": good, "a/2.png": good[:40]}, "dataset: a/2.png: unexpected EOF"},
		{"first lies", map[string][]byte{"a/1.png": header(1<<13, 1<<13), "a/2.png": good},
			"dataset: a/1.png: the image has 8192x8192 pixels (height x width), more than its 33 bytes can hold"},
		{"second lies", map[string][]byte{"a/1.png": good, "a/2.png": header(1<<13, 1<<13)},
			"dataset: a/2.png: the image has 8192x8192 pixels (height x width), more than its 33 bytes can hold"},
		{"a class not in UTF-8", map[string][]byte{"a/1.png": good, "caf\xe9/1.png": good},
			`dataset: .: the name of class 1, "caf\xe9", is not UTF-8`},
		{"first is huge", map[string][]byte{"a/1.png": header(1<<14, 1<<13)},
			"dataset: a/1.png: the image has 16384x8192 pixels (height x width): the limit is 67108864 in all"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, err := readFolder(c.files, dataset.Config{})
			assert.Nil(t, set)
			assert.EqualError(t, err, c.problem)
		})
	}
}

// Damaged files are named in their order, whatever order they are read in; of many, the
// first.
func TestReadFolderNamesDamagedFilesInOrder(t *testing.T) {
	files := map[string][]byte{"a/000.png": grey(2, 2, 1)}
	for i := 1; i < 200; i++ {
		files[fmt.Sprintf("a/%03d.png", i)] = grey(2, 2, 1)
		if i >= 20 {
			files[fmt.Sprintf("a/%03d.png", i)] = []byte("damaged")
		}
	}
	want := "dataset: 180 files cannot be read:"
	for i := 20; i < 40; i++ {
		want += fmt.Sprintf("\n  a/%03d.png: no image in a known format", i)
	}
	for range 20 {
		_, err := readFolder(files, dataset.Config{})
		require.EqualError(t, err, want+"\n  and 160 more")
	}
}

func TestReadFolderStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	set, _, err := dataset.ReadFolder(ctx, mapFS(map[string][]byte{"a/1.png": grey(2, 2, 1)}), dataset.Config{})
	assert.Nil(t, set)
	assert.ErrorIs(t, err, context.Canceled)
}

// unreadable fails to open what has this name.
type unreadable struct {
	fs.FS
	name string
}

var errUnreadable = errors.New("unreadable")

func (u unreadable) Open(name string) (fs.File, error) {
	if name == u.name {
		return nil, errUnreadable
	}
	return u.FS.Open(name)
}

func TestReadFolderPassesOnErrorsOfTheFileSystem(t *testing.T) {
	files := mapFS(map[string][]byte{"a/1.png": grey(2, 2, 1), "a/2.png": grey(2, 2, 1)})
	for _, name := range []string{".", "a", "a/1.png", "a/2.png"} {
		_, _, err := dataset.ReadFolder(context.Background(), unreadable{files, name}, dataset.Config{})
		assert.ErrorIs(t, err, errUnreadable)
		assert.EqualError(t, err, "dataset: "+name+": unreadable")
	}
}

func TestReadFolderFollowsLinks(t *testing.T) {
	dir := write(t, map[string][]byte{"real/1.png": grey(2, 2, 7), "set/a/1.png": grey(2, 2, 8)})
	link := func(to, name string) {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("needs symbolic links: ", err)
		}
	}
	link(filepath.Join(dir, "real"), "set/linked")
	link(filepath.Join(dir, "real", "1.png"), "set/a/2.png")
	set, _, err := dataset.ReadFolder(context.Background(), os.DirFS(filepath.Join(dir, "set")), dataset.Config{})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "linked"}, set.Classes())
	assert.Equal(t, []int{8, 7, 7}, first(set))

	link("nowhere", "set/a/3.png")
	_, _, err = dataset.ReadFolder(context.Background(), os.DirFS(filepath.Join(dir, "set")), dataset.Config{})
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "dataset: a/3.png: ")
}
