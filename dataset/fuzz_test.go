package dataset_test

import (
	"bytes"
	"image"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/require"
)

// Gzip can grow a thousandfold, so that the length of an input bounds the memory
// that a correct reader may use.
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
			set, err = dataset.DecodeIDX(bytes.NewReader(images), bytes.NewReader(labels), nil)
		})
		requireSet(t, set, err)
		require.Less(t, used, uint64(64<<20))
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
		set, err := dataset.DecodeCIFAR10(bytes.NewReader(file), nil)
		requireSet(t, set, err)
		set, err = dataset.DecodeCIFAR100(bytes.NewReader(file), nil)
		requireSet(t, set, err)
	})
}

func FuzzImage(f *testing.F) {
	f.Add(grey(3, 2, 1))
	f.Add(header(1<<14, 1<<13))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"))
	f.Add([]byte("\xff\xd8\xff\xdb"))
	f.Fuzz(func(t *testing.T, file []byte) {
		config, _, err := image.DecodeConfig(bytes.NewReader(file))
		if allowed := config.Width * config.Height; err == nil && 1<<16 < allowed && allowed <= 1<<26 {
			t.Skip("an image that is large by right")
		}
		used := allocated(func() {
			for _, channels := range []int{1, 3} {
				shape := dataset.Shape{Height: 2, Width: 3, Channels: channels}
				pixels, err := dataset.DecodeImage(bytes.NewReader(file), shape, nearest)
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
