package dataset_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/require"
)

// Limits that inputs reach.
var tight = dataset.Limits{Pixels: 1 << 16, Bytes: 1 << 20, Images: 1 << 10, Classes: 20, Names: 100, Expansion: 10}

// longest bounds the inputs and, with the limits, the memory that a correct reader
// may use.
const longest = 1 << 14

// requireSet checks that a reader gives a set whose parts fit each other, or an
// error.
func requireSet(t *testing.T, set *dataset.Set, err error) {
	if err != nil {
		require.Nil(t, set)
		return
	}
	require.Positive(t, set.Len())
	row := make([]float32, set.Features())
	for i := range set.Len() {
		require.Less(t, set.Label(i), len(set.Classes()))
		set.Row(row, i)
	}
}

func FuzzIDX(f *testing.F) {
	images, labels := idx(count(12), 3, 2, 2), idx([]byte{1, 2, 3}, 3)
	f.Add(images, labels)
	f.Add(zip(images), zip(labels))
	f.Add(idx(count(12), 1<<20, 1<<7, 1<<7), idx(nil, 1<<20))
	f.Add(idx(nil, 1<<32-1, 1<<32-1, 1<<32-1), labels)
	f.Fuzz(func(t *testing.T, images, labels []byte) {
		if len(images)+len(labels) > longest {
			t.Skip()
		}
		var set *dataset.Set
		var err error
		used := allocated(func() {
			set, err = tight.DecodeIDX(bytes.NewReader(images), bytes.NewReader(labels), nil)
		})
		requireSet(t, set, err)
		require.Less(t, used, uint64(8<<20))
	})
}

func FuzzCIFAR(f *testing.F) {
	f.Add(record(1, 2, 3, 4))
	f.Add(record(1, 2, 3, 4, 5))
	f.Add(zip(record(1, 2, 3, 4)))
	f.Add(zip(record(1, 2, 3, 4, 5)))
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > longest {
			t.Skip()
		}
		used := allocated(func() {
			set, err := tight.DecodeCIFAR10(bytes.NewReader(file), nil)
			requireSet(t, set, err)
			set, err = tight.DecodeCIFAR100(bytes.NewReader(file), nil)
			requireSet(t, set, err)
		})
		require.Less(t, used, uint64(32<<20))
	})
}

func FuzzImage(f *testing.F) {
	f.Add(grey(3, 2, 1))
	f.Add(header(1<<14, 1<<13))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"))
	f.Add([]byte("\xff\xd8\xff\xdb"))
	f.Fuzz(func(t *testing.T, file []byte) {
		used := allocated(func() {
			for _, channels := range []int{1, 3} {
				shape := dataset.Shape{Height: 2, Width: 3, Channels: channels}
				pixels, err := tight.DecodeImage(bytes.NewReader(file), dataset.ImageConfig{Shape: shape, Resize: nearest})
				if err != nil {
					require.Nil(t, pixels)
				} else {
					require.Len(t, pixels, shape.Size())
				}
			}
		})
		require.Less(t, used, uint64(16<<20))
	})
}

// A folder of two classes, of which an input is the name of one and two images.
func FuzzFolder(f *testing.F) {
	f.Add("cats", grey(2, 2, 1), grey(2, 2, 2))
	f.Add("caf\xe9", grey(2, 2, 1), grey(3, 2, 2))
	f.Add("cats", blank(1<<13, 1<<13), grey(2, 2, 2))
	f.Add("cats", header(200, 300), header(1, 1))
	f.Fuzz(func(t *testing.T, class string, first, second []byte) {
		if !fs.ValidPath(class) || strings.Contains(class, "/") || class == "dogs" || len(first)+len(second) > longest {
			t.Skip()
		}
		used := allocated(func() {
			set, err := readFolder(map[string][]byte{
				class + "/1.png": first, class + "/2.png": second, "dogs/1.png": grey(2, 2, 3),
			}, dataset.Config{Limits: tight, Image: dataset.ImageConfig{Resize: nearest}})
			requireSet(t, set, err)
		})
		require.Less(t, used, uint64(32<<20))
	})
}

// The lines of a file of class names.
func FuzzNames(f *testing.F) {
	f.Add([]byte("a\nb\n"))
	f.Add([]byte("a\r\n\r\nb"))
	f.Add([]byte(" \n"))
	f.Add([]byte("caf\xe9\na\na"))
	dir := write(f, map[string][]byte{"train-images-idx3-ubyte": idx(count(2), 2, 1, 1), "train-labels-idx1-ubyte": idx([]byte{1, 0}, 2)})
	f.Fuzz(func(t *testing.T, text []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "classes.txt"), text, 0o600))
		data, err := dataset.Load(context.Background(), dir, dataset.Config{Limits: tight})
		if err == nil {
			requireSet(t, data.Train.(*dataset.Set), nil)
			for _, name := range data.Train.Classes() {
				require.True(t, utf8.ValidString(name) && strings.Contains(string(text), name), "%q", name)
			}
		}
	})
}
