package dataset

import (
	"bytes"
	"image"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// greys returns PNG of several sizes and contents, for which the encoder takes all filters.
func greys(t testing.TB) (files [][]byte) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, size := range []image.Point{{1, 1}, {28, 28}, {3, 50}, {64, 33}} {
		for kind := range 4 {
			img := image.NewGray(image.Rectangle{Max: size})
			for i := range img.Pix {
				x, y := i%size.X, i/size.X
				img.Pix[i] = []byte{byte(r.Uint32()), byte(7 * x), byte(5*y + 3*x), byte(x * y / 3)}[kind]
			}
			for _, level := range []png.CompressionLevel{png.DefaultCompression, png.NoCompression} {
				var b bytes.Buffer
				require.NoError(t, (&png.Encoder{CompressionLevel: level}).Encode(&b, img))
				files = append(files, b.Bytes())
			}
		}
	}
	return files
}

// requireGrey holds an image, if there is one, to that of package image/png.
func requireGrey(t *testing.T, file []byte) (found bool) {
	img := greyPNG(file)
	if img == nil {
		return false
	}
	want, err := png.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, want, img)
	return true
}

func TestGreyPNG(t *testing.T) {
	for _, file := range greys(t) {
		assert.True(t, requireGrey(t, file))
		for cut := range file {
			assert.False(t, requireGrey(t, file[:cut]))
		}
		for i := range file {
			damaged := bytes.Clone(file)
			damaged[i] ^= 1 << (i % 8)
			assert.False(t, requireGrey(t, damaged), "byte %d", i)
		}
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 4, 4))))
	assert.Nil(t, greyPNG(b.Bytes()))
}

// A filter that does not exist is damage.
func TestUnfilterRefusesOthers(t *testing.T) {
	assert.True(t, unfilter(make([]byte, 2), []byte{4, 1, 2}, 2))
	assert.False(t, unfilter(make([]byte, 2), []byte{5, 1, 2}, 2))
}

func FuzzGreyPNG(f *testing.F) {
	for _, file := range greys(f) {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) { requireGrey(t, file) })
}
