package main

import (
	"image"
	"image/draw"

	scale "golang.org/x/image/draw"
)

// resize scales an image with the filter of Catmull and Rom. An image that is much larger
// is first reduced to at least twice the size, by averaging blocks of pixels, which takes
// less time than decoding it. Pillow does the same with reducing_gap=2.
func resize(dst draw.Image, src image.Image) {
	src = reduce(src, dst.Bounds().Size())
	scale.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), scale.Src, nil)
}

// reduce returns src with the mean of each block of k×k pixels in place of the block, where
// k is as large as leaves twice the size, and one for kinds of images that few files have.
func reduce(src image.Image, size image.Point) image.Image {
	b := src.Bounds()
	k := min(b.Dx()/(2*size.X), b.Dy()/(2*size.Y))
	if k < 2 {
		return src
	}
	reduced := image.Rect(0, 0, (b.Dx()+k-1)/k, (b.Dy()+k-1)/k)
	switch m := src.(type) {
	case *image.Gray:
		dst := image.NewGray(reduced)
		averages(dst.Pix, dst.Stride, m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, b.Size(), 1, k, k)
		return dst
	case *image.RGBA:
		dst := image.NewRGBA(reduced)
		for c := range 4 {
			averages(dst.Pix[c:], dst.Stride, m.Pix[m.PixOffset(b.Min.X, b.Min.Y)+c:], m.Stride, b.Size(), 4, k, k)
		}
		return dst
	case *image.YCbCr:
		across, down := 1, 1 // pixels for each sample of colour
		switch m.SubsampleRatio {
		case image.YCbCrSubsampleRatio444:
		case image.YCbCrSubsampleRatio422:
			across = 2
		case image.YCbCrSubsampleRatio420:
			across, down = 2, 2
		case image.YCbCrSubsampleRatio440:
			down = 2
		default:
			return src
		}
		if k -= k % max(across, down); k < 2 {
			return src
		}
		dst := image.NewYCbCr(image.Rect(0, 0, (b.Dx()+k-1)/k, (b.Dy()+k-1)/k), image.YCbCrSubsampleRatio444)
		averages(dst.Y, dst.YStride, m.Y[m.YOffset(b.Min.X, b.Min.Y):], m.YStride, b.Size(), 1, k, k)
		at := m.COffset(b.Min.X, b.Min.Y)
		samples := image.Pt((b.Dx()+across-1)/across, (b.Dy()+down-1)/down)
		averages(dst.Cb, dst.CStride, m.Cb[at:], m.CStride, samples, 1, k/across, k/down)
		averages(dst.Cr, dst.CStride, m.Cr[at:], m.CStride, samples, 1, k/across, k/down)
		return dst
	}
	return src
}

// averages sets dst to the means, rounded to the nearest, of blocks of across×down values
// at src, of which there are size, each step bytes after the one before, as in dst. Blocks
// at the right and at the bottom may be smaller.
func averages(dst []byte, dstStride int, src []byte, stride int, size image.Point, step, across, down int) {
	columns := (size.X + across - 1) / across
	sums := make([]uint32, columns)
	for y := 0; y*down < size.Y; y++ {
		clear(sums)
		rows := min(down, size.Y-y*down)
		for r := range rows {
			row := src[(y*down+r)*stride:]
			for x := range sums {
				for i := x * across; i < min((x+1)*across, size.X); i++ {
					sums[x] += uint32(row[i*step])
				}
			}
		}
		for x, sum := range sums {
			n := uint32(rows * (min((x+1)*across, size.X) - x*across))
			dst[y*dstStride+x*step] = byte((sum + n/2) / n)
		}
	}
}
