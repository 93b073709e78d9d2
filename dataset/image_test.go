package dataset_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"path/filepath"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nearest fills dst with the nearest pixels of src.
func nearest(dst draw.Image, src image.Image) {
	d, s := dst.Bounds(), src.Bounds()
	for y := range d.Dy() {
		for x := range d.Dx() {
			dst.Set(d.Min.X+x, d.Min.Y+y, src.At(s.Min.X+x*s.Dx()/d.Dx(), s.Min.Y+y*s.Dy()/d.Dy()))
		}
	}
}

var (
	grey2x2   = dataset.Shape{Height: 2, Width: 2, Channels: 1}
	colour2x2 = dataset.Shape{Height: 2, Width: 2, Channels: 3}
)

func decode(t *testing.T, file []byte, shape dataset.Shape) []byte {
	t.Helper()
	pixels, err := dataset.DecodeImage(bytes.NewReader(file), dataset.ImageConfig{Shape: shape})
	require.NoError(t, err)
	return pixels
}

func four(values ...byte) []byte {
	var b []byte
	for _, v := range values {
		b = append(b, v, v, v, v)
	}
	return b
}

func TestImageColours(t *testing.T) {
	red := color.NRGBA{R: 255, A: 255}
	half := color.NRGBA{R: 255, A: 128}
	for _, c := range []struct {
		name         string
		file         []byte
		grey, colour []byte
	}{
		{"grey", grey(2, 2, 77), four(77), four(77, 77, 77)},
		{"colour", colour(2, 2, color.NRGBA{R: 10, G: 100, B: 200, A: 255}), four(84), four(10, 100, 200)}, // 2.99 + 58.7 + 22.8
		{"red", colour(2, 2, red), four(76), four(255, 0, 0)},                                              // 0.299 of 255
		{"transparent is white", colour(2, 2, color.NRGBA{}), four(255), four(255, 255, 255)},
		{"half transparent", colour(2, 2, half), four(165), four(255, 127, 127)},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.grey, decode(t, c.file, grey2x2))
			assert.Equal(t, c.colour, decode(t, c.file, colour2x2))
		})
	}
}

// Grey bytes come through as they are, also by way of colour.
func TestImageKeepsGrey(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 16, 16))
	for i := range m.Pix {
		m.Pix[i] = byte(i)
	}
	pixels := decode(t, encodePNG(m), dataset.Shape{Height: 16, Width: 16, Channels: 1})
	assert.Equal(t, m.Pix, pixels)
	planes := decode(t, encodePNG(m), dataset.Shape{Height: 16, Width: 16, Channels: 3})
	for c := range 3 {
		assert.Equal(t, m.Pix, planes[c*256:(c+1)*256])
	}
}

// What Set.Image shows and PNG stores, DecodeImage reads again.
func TestImageRoundTrip(t *testing.T) {
	shape := dataset.Shape{Height: 5, Width: 7, Channels: 3}
	set, err := dataset.New(shape, []string{"a"}, count(shape.Size()), []int{0})
	require.NoError(t, err)
	assert.Equal(t, set.Pixels(0), decode(t, encodePNG(set.Image(0)), shape))
}

func TestImageFormats(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 16, 16))
	draw.Draw(m, m.Rect, image.NewUniform(color.RGBA{R: 68, G: 136, B: 204, A: 255}), image.Point{}, draw.Src)
	var j, g bytes.Buffer
	require.NoError(t, jpeg.Encode(&j, m, &jpeg.Options{Quality: 100}))
	require.NoError(t, gif.Encode(&g, m, nil))
	for name, file := range map[string][]byte{"png": encodePNG(m), "jpeg": j.Bytes(), "gif": g.Bytes()} {
		pixels := decode(t, file, dataset.Shape{Height: 16, Width: 16, Channels: 3})
		for c, want := range []int{68, 136, 204} {
			assert.InDelta(t, want, pixels[c*256], 2, "%s, channel %d", name, c)
		}
	}
}

func TestImageOfGIFIsItsFirstFrame(t *testing.T) {
	palette := color.Palette{color.Black, color.White, color.RGBA{R: 255, A: 255}}
	corner := image.NewPaletted(image.Rect(1, 1, 2, 2), palette) // black, smaller than the image
	second := image.NewPaletted(image.Rect(0, 0, 2, 2), palette)
	for i := range second.Pix {
		second.Pix[i] = 2
	}
	var b bytes.Buffer
	require.NoError(t, gif.EncodeAll(&b, &gif.GIF{
		Image: []*image.Paletted{corner, second}, Delay: []int{1, 1},
		Config: image.Config{ColorModel: palette, Width: 2, Height: 2},
	}))
	assert.Equal(t, []byte{255, 255, 255, 0}, decode(t, b.Bytes(), grey2x2))
}

func TestImageResize(t *testing.T) {
	file := grey(4, 6, 9)
	pixels, err := dataset.DecodeImage(bytes.NewReader(file), dataset.ImageConfig{Shape: grey2x2, Resize: nearest})
	require.NoError(t, err)
	assert.Equal(t, four(9), pixels)

	_, err = dataset.DecodeImage(bytes.NewReader(file), dataset.ImageConfig{Shape: grey2x2})
	assert.EqualError(t, err, "dataset: image: the image has 4x6 pixels (height x width), want 2x2: it needs resizing")

	_, err = dataset.DecodeImage(bytes.NewReader(grey(2, 2, 9)), dataset.ImageConfig{Shape: grey2x2, Resize: func(draw.Image, image.Image) {
		t.Error("an image that fits is not resized")
	}})
	assert.NoError(t, err)
}

// header is the beginning of a PNG that has these many grey pixels.
func header(height, width uint32) []byte {
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	chunk = binary.BigEndian.AppendUint32(chunk, height)
	chunk = append(chunk, 8, 0, 0, 0, 0)
	png := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(png, crc32.ChecksumIEEE(chunk))
}

func TestImageDamage(t *testing.T) {
	good := grey(2, 2, 9)
	for _, c := range []struct {
		name    string
		file    []byte
		problem string
	}{
		{"empty", nil, "the file is empty"},
		{"text", []byte("not an image"), "no image in a known format"},
		{"cut", good[:len(good)-20], "unexpected EOF"},
		{"sum", append(bytes.Clone(good[:len(good)-1]), 0), "png: invalid format: invalid checksum"},
		{"no pixels", []byte("GIF89a\x00\x00\x00\x00\x00\x00\x00"), "the image has no pixels"},
		{"huge", header(1<<14, 1<<13), "the image has 16384x8192 pixels (height x width): the limit is 67108864 in all"},
		{"more than it holds", header(1<<13, 1<<13), "the image has 8192x8192 pixels (height x width), more than its 33 bytes can hold"},
		{"just too large", header(1<<13, 1<<13+1), "the image has 8192x8193 pixels (height x width): the limit is 67108864 in all"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, map[string][]byte{"a.png": c.file})
			file := filepath.Join(dir, "a.png")
			var err error
			used := allocated(func() { _, err = dataset.ReadImage(file, dataset.ImageConfig{Shape: grey2x2, Resize: nearest}) })
			assert.ErrorContains(t, err, "dataset: "+file+": ")
			assert.ErrorContains(t, err, c.problem)
			assert.Less(t, used, uint64(1<<20))
		})
	}
	_, err := dataset.ReadImage(filepath.Join(t.TempDir(), "none.png"), dataset.ImageConfig{Shape: grey2x2})
	assert.ErrorContains(t, err, "none.png")
	_, err = dataset.DecodeImage(bytes.NewReader(good), dataset.ImageConfig{Shape: dataset.Shape{Height: 2, Width: 2}})
	assert.ErrorContains(t, err, "an image has 1 channel (grey) or 3")
}
