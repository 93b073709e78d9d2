package main

import (
	"image"
	"image/color"
	"image/draw"
	"testing"

	"github.com/stretchr/testify/assert"
	scale "golang.org/x/image/draw"
)

// waves is a smooth image with some detail.
func waves(m draw.Image) {
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			v := uint8(x*200/b.Max.X + (x*y)%9)
			m.Set(x, y, color.RGBA{v, uint8(y * 250 / b.Max.Y), 255 - v, 255})
		}
	}
}

// toYCbCr converts an image as JPEG stores it.
func toYCbCr(m image.Image, ratio image.YCbCrSubsampleRatio) *image.YCbCr {
	b := m.Bounds()
	out := image.NewYCbCr(b, ratio)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.YCbCrModel.Convert(m.At(x, y)).(color.YCbCr)
			out.Y[out.YOffset(x, y)], out.Cb[out.COffset(x, y)], out.Cr[out.COffset(x, y)] = c.Y, c.Cb, c.Cr
		}
	}
	return out
}

// An image that is reduced first looks as one that is not.
func TestResizeOfLargeImages(t *testing.T) {
	for _, size := range []image.Point{{128, 96}, {131, 97}, {402, 300}, {64, 300}} {
		m := image.NewRGBA(image.Rect(0, 0, size.X, size.Y))
		waves(m)
		grey := image.NewGray(m.Rect)
		draw.Draw(grey, grey.Rect, m, image.Point{}, draw.Src)
		for _, src := range []image.Image{
			grey, toYCbCr(m, image.YCbCrSubsampleRatio444), toYCbCr(m, image.YCbCrSubsampleRatio420),
			toYCbCr(m, image.YCbCrSubsampleRatio422), toYCbCr(m, image.YCbCrSubsampleRatio440), m,
			toYCbCr(m, image.YCbCrSubsampleRatio420).SubImage(image.Rect(2, 4, size.X-3, size.Y-5)),
		} {
			got, want := image.NewRGBA(image.Rect(0, 0, 20, 16)), image.NewRGBA(image.Rect(0, 0, 20, 16))
			resize(got, src)
			scale.CatmullRom.Scale(want, want.Rect, src, src.Bounds(), scale.Src, nil)
			for i := range want.Pix {
				if !assert.InDelta(t, want.Pix[i], got.Pix[i], 8, "%T of %v, byte %d", src, size, i) {
					break
				}
			}
		}
	}
}

// Means are exact, those of blocks at the edges, too.
func TestAverages(t *testing.T) {
	src := []byte{
		1, 3, 10, 99,
		5, 8, 20, 99,
		7, 8, 255, 99,
	}
	dst := make([]byte, 4)
	averages(dst, 2, src, 4, image.Pt(3, 3), 1, 2, 2)
	assert.Equal(t, []byte{4, 15, 8, 255}, dst) // 17/4, 30/2, 15/2 rounded up, 255
}
