package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	_ "image/gif"  // decoder
	_ "image/jpeg" // decoder
	_ "image/png"  // decoder
	"io"

	"github.com/seed842bec00/argmax/internal/files"
)

// Resize scales src to fill dst. The package has no scaler; one that uses
// golang.org/x/image/draw is
//
//	func(dst draw.Image, src image.Image) {
//		draw.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
//	}
//
// It may be called from several goroutines at once.
type Resize func(dst draw.Image, src image.Image)

// ReadImage reads an image file as the pixels of a set of this shape, the way
// [ReadFolder] does. It must be a regular file.
func ReadImage(file string, shape Shape, resize Resize) ([]byte, error) {
	return Limits{}.ReadImage(file, shape, resize)
}

// ReadImage is the function ReadImage with these limits.
func (l Limits) ReadImage(file string, shape Shape, resize Resize) ([]byte, error) {
	f, err := files.Open(file)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	return l.readImage(file, imageFile{f, info.Size()}, shape, resize)
}

// DecodeImage is [ReadImage] for readers. Errors call r the image.
func DecodeImage(r io.Reader, shape Shape, resize Resize) ([]byte, error) {
	return Limits{}.DecodeImage(r, shape, resize)
}

// DecodeImage is the function DecodeImage with these limits.
func (l Limits) DecodeImage(r io.Reader, shape Shape, resize Resize) ([]byte, error) {
	return l.readImage("image", imageFile{r, unknown}, shape, resize)
}

func (l Limits) readImage(name string, f imageFile, shape Shape, resize Resize) ([]byte, error) {
	l = l.orDefault()
	if err := l.checkShape(shape); err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	pixels := make([]byte, shape.Size())
	d := decoder{limits: l, shape: shape, resize: resize}
	if err := d.decode(pixels, f); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", name, err)
	}
	return pixels, nil
}

// imageFile is an image in one of the formats, and its length in bytes.
type imageFile struct {
	io.Reader
	size int64
}

const unknown = -1 // the size of a stream

// decoder turns image files into the pixels of a set.
type decoder struct {
	limits Limits
	shape  Shape
	resize Resize
	budget *budget // of pixels that are decoded at the same time, unless nil
}

// decode stores the pixels of an image file in dst.
func (d *decoder) decode(dst []byte, f imageFile) error {
	// The size first: decoders allocate what the header says.
	var head bytes.Buffer
	config, err := d.limits.imageConfig(imageFile{io.TeeReader(f, &head), f.size})
	if err != nil {
		return err
	}
	fits := config.Width == d.shape.Width && config.Height == d.shape.Height
	if !fits && d.resize == nil {
		return fmt.Errorf("the image has %dx%d pixels (height x width), want %dx%d: it needs resizing",
			config.Height, config.Width, d.shape.Height, d.shape.Width)
	}
	pixels := max(config.Width*config.Height, d.shape.Width*d.shape.Height)
	d.budget.take(pixels)
	defer d.budget.give(pixels)
	decoded, _, err := image.Decode(io.MultiReader(&head, f))
	if err != nil {
		return err
	}
	// The first frame of a GIF may be smaller than the image and off its corner.
	canvas := whiteCanvas(config.Width, config.Height)
	draw.Draw(canvas, decoded.Bounds(), decoded, decoded.Bounds().Min, draw.Over)
	if !fits {
		resized := whiteCanvas(d.shape.Width, d.shape.Height)
		d.resize(resized, canvas)
		canvas = resized
	}
	toPlanes(dst, canvas, d.shape.Channels)
	return nil
}

// imageHead is the largest number of bytes before the size of an image in its file:
// photographs begin with previews and metadata.
const imageHead = 16 << 20

// densest is the most pixels for each byte of a file. The densest format is a PNG
// of one bit for a pixel in a deflate stream, which unpacks to at most 1032 times
// its length: 8256 pixels.
const densest = 1 << 14

// imageConfig reads the size of an image. It returns an error if that is over the limit,
// or if the file is too short for the number of pixels.
func (l Limits) imageConfig(f imageFile) (image.Config, error) {
	head := io.LimitedReader{R: f, N: imageHead}
	config, _, err := image.DecodeConfig(&head)
	switch {
	case err != nil && head.N <= 0:
		return config, fmt.Errorf("the size of the image is not in the first %d bytes", imageHead)
	case err != nil:
		return config, err
	case config.Width < 1 || config.Height < 1:
		return config, errors.New("the image has no pixels")
	case config.Height > l.Pixels/config.Width:
		return config, fmt.Errorf("the image has %dx%d pixels (height x width): the limit is %d in all",
			config.Height, config.Width, l.Pixels)
	case f.size != unknown && int64(config.Height)*int64(config.Width)/densest > f.size:
		return config, fmt.Errorf("the image has %dx%d pixels (height x width), more than its %d bytes can hold",
			config.Height, config.Width, f.size)
	}
	return config, nil
}

func whiteCanvas(width, height int) *image.RGBA {
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range canvas.Pix {
		canvas.Pix[i] = 255
	}
	return canvas
}

// toPlanes stores an image in dst: one plane of luma for 1 channel, otherwise
// planes of red, green and blue.
func toPlanes(dst []byte, canvas *image.RGBA, channels int) {
	if channels == 1 {
		grey := &image.Gray{Pix: dst, Stride: canvas.Rect.Dx(), Rect: canvas.Rect}
		draw.Draw(grey, grey.Rect, canvas, image.Point{}, draw.Src)
		return
	}
	plane := len(canvas.Pix) / 4
	for i := range plane {
		p := canvas.Pix[4*i : 4*i+3]
		dst[i], dst[i+plane], dst[i+2*plane] = p[0], p[1], p[2]
	}
}
