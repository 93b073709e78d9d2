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
	"os"
)

// Resize scales src to fill dst. The library has no scaler of its own; one with
// golang.org/x/image/draw is
//
//	func(dst draw.Image, src image.Image) {
//		draw.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
//	}
//
// It is called by several goroutines at once.
type Resize func(dst draw.Image, src image.Image)

// ReadImage reads one image file as the pixels of a set of this shape. It is
// treated as [ReadFolder] treats its images.
func ReadImage(file string, shape Shape, resize Resize) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer f.Close()
	return readImage(file, f, shape, resize)
}

// DecodeImage is [ReadImage] for readers. Errors call r the image.
func DecodeImage(r io.Reader, shape Shape, resize Resize) ([]byte, error) {
	return readImage("image", r, shape, resize)
}

func readImage(name string, r io.Reader, shape Shape, resize Resize) ([]byte, error) {
	if err := shape.check(); err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	pixels := make([]byte, shape.Size())
	if err := decodeImage(pixels, r, shape, resize); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", name, err)
	}
	return pixels, nil
}

// decodeImage writes the pixels of an image file to dst.
func decodeImage(dst []byte, r io.Reader, shape Shape, resize Resize) error {
	// The size first: decoders allocate what the header says.
	var head bytes.Buffer
	config, err := imageConfig(io.TeeReader(r, &head))
	if err != nil {
		return err
	}
	fits := config.Width == shape.Width && config.Height == shape.Height
	if !fits && resize == nil {
		return fmt.Errorf("the image has %dx%d pixels (height x width), want %dx%d: it needs resizing",
			config.Height, config.Width, shape.Height, shape.Width)
	}
	decoded, _, err := image.Decode(io.MultiReader(&head, r))
	if err != nil {
		return err
	}
	// The first frame of a GIF may be smaller than the image and off its corner.
	canvas := whiteCanvas(config.Width, config.Height)
	draw.Draw(canvas, decoded.Bounds(), decoded, decoded.Bounds().Min, draw.Over)
	if !fits {
		resized := whiteCanvas(shape.Width, shape.Height)
		resize(resized, canvas)
		canvas = resized
	}
	toPlanes(dst, canvas, shape.Channels)
	return nil
}

// imageConfig reads the size of an image and refuses it if it is absurd.
func imageConfig(r io.Reader) (image.Config, error) {
	config, _, err := image.DecodeConfig(r)
	switch {
	case err != nil:
		return config, err
	case config.Width < 1 || config.Height < 1:
		return config, errors.New("the image has no pixels")
	case config.Height > maxPixels/config.Width:
		return config, fmt.Errorf("the image has %dx%d pixels (height x width): more than %d in all",
			config.Height, config.Width, maxPixels)
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

// toPlanes writes a picture as one plane of luma, for 1 channel, or as planes of
// red, green and blue.
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
