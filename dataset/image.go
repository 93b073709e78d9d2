package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif"  // decoder
	_ "image/jpeg" // decoder
	_ "image/png"  // decoder
	"io"
	"strings"
	"sync"

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

// ReadImage reads an image file as the pixels of a set, the way [ReadFolder] does. It
// must be a regular file, and the shape must be given.
func ReadImage(file string, config ImageConfig) ([]byte, error) {
	return Limits{}.ReadImage(file, config)
}

// ReadImage is the function ReadImage with these limits.
func (l Limits) ReadImage(file string, config ImageConfig) ([]byte, error) {
	f, err := files.Open(file)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	return l.readImage(file, f, info.Size(), config)
}

// DecodeImage is [ReadImage] for readers. Errors call r the image.
func DecodeImage(r io.Reader, config ImageConfig) ([]byte, error) {
	return Limits{}.DecodeImage(r, config)
}

// DecodeImage is the function DecodeImage with these limits.
func (l Limits) DecodeImage(r io.Reader, config ImageConfig) ([]byte, error) {
	return l.readImage("image", r, unknown, config)
}

func (l Limits) readImage(name string, r io.Reader, size int64, config ImageConfig) ([]byte, error) {
	l = l.orDefault()
	if err := l.checkShape(config.Shape); err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	pixels := make([]byte, config.Shape.Size())
	f := openImage(r, size, config.Unoriented)
	defer f.close()
	d := decoder{limits: l, ImageConfig: config}
	if err := d.decode(pixels, f); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", name, err)
	}
	return pixels, nil
}

const unknown = -1 // the size of a stream

// imageFile is an image in one of the formats.
type imageFile struct {
	head        []byte // the first bytes
	orientation int
	size        int64 // in bytes
	source      *failure
	buffered    *bufio.Reader
	parsed      bytes.Buffer // what config has read of buffered
}

// headSize is the number of bytes in which the size, the format and the orientation of
// an image are looked for at first.
const headSize = 1 << 16

var heads = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, headSize) }}

func openImage(r io.Reader, size int64, unoriented bool) *imageFile {
	f := &imageFile{size: size, source: &failure{Reader: r}, buffered: heads.Get().(*bufio.Reader), orientation: 1}
	f.buffered.Reset(f.source)
	first := int64(headSize)
	if size > 0 { // more would be another call of the system
		first = min(first, size)
	}
	f.head, _ = f.buffered.Peek(int(first))
	if !unoriented {
		f.orientation = orientation(f.head)
	}
	return f
}

// close gives back the buffer, not the file.
func (f *imageFile) close() {
	f.buffered.Reset(nil)
	heads.Put(f.buffered)
}

// failure keeps the error of a reader: package image calls a file whose beginning cannot
// be read an unknown format.
type failure struct {
	io.Reader
	err error
}

func (f *failure) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

// cause returns why an image could not be decoded.
func (f *imageFile) cause(err error) error {
	switch {
	case f.source.err != nil:
		return f.source.err
	case len(f.head) == 0:
		return errEmpty
	case errors.Is(err, image.ErrFormat):
		return formatError(f.head)
	}
	return err
}

// imageHead is the largest number of bytes before the size of an image in its file:
// photographs begin with previews and metadata.
const imageHead = 16 << 20

// densest is the most pixels for each byte of a file. The densest format is a PNG
// of one bit for a pixel in a deflate stream, which unpacks to at most 1032 times
// its length: 8256 pixels.
const densest = 1 << 14

// peeked reads bytes. Package image puts a buffer before a reader that cannot peek.
type peeked struct{ rest []byte }

func (p *peeked) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

func (p *peeked) Peek(n int) ([]byte, error) {
	if n > len(p.rest) {
		return p.rest, io.EOF
	}
	return p.rest[:n], nil
}

// config reads the size of an image as it is stored. It returns an error if that is over
// the limit, or if the file is too short for the number of pixels.
func (f *imageFile) config(l Limits) (image.Config, error) {
	config, _, err := image.DecodeConfig(&peeked{f.head})
	if err != nil && len(f.head) == headSize {
		rest := io.LimitedReader{R: io.TeeReader(f.buffered, &f.parsed), N: imageHead}
		if config, _, err = image.DecodeConfig(&rest); err != nil && rest.N <= 0 {
			err = fmt.Errorf("the size of the image is not in the first %d bytes", imageHead)
		}
	}
	switch {
	case err != nil:
		return config, f.cause(err)
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

// image decodes the image, after config.
func (f *imageFile) image() (image.Image, error) {
	var r io.Reader = f.buffered // which can peek
	switch {
	case formatOf(f.head) == "JPEG":
		// A JPEG that lacks only its end marker is complete.
		r = io.MultiReader(&f.parsed, f.buffered, strings.NewReader("\xff\xd9"))
	case f.parsed.Len() > 0:
		r = io.MultiReader(&f.parsed, f.buffered)
	}
	decoded, _, err := image.Decode(r)
	if err != nil {
		return nil, f.cause(err)
	}
	return decoded, nil
}

// isGrey reports whether an image of this colour model has shades of grey alone.
func isGrey(model color.Model) bool {
	if palette, ok := model.(color.Palette); ok {
		for _, c := range palette {
			if r, g, b, a := c.RGBA(); r != g || g != b || a != 0xffff {
				return false
			}
		}
		return true
	}
	return model == color.GrayModel || model == color.Gray16Model
}

// decoder turns image files into the pixels of a set.
type decoder struct {
	ImageConfig
	limits Limits
	budget *budget // of pixels that are decoded at the same time, unless nil
	// unlike, unless nil, is asked about each image; its error is that of decode.
	unlike func(image.Config, *imageFile) error
}

// decode stores the pixels of an image file in dst.
func (d *decoder) decode(dst []byte, f *imageFile) error {
	// The size first: decoders allocate what the header says.
	config, err := f.config(d.limits)
	if err != nil {
		return err
	}
	if d.unlike != nil {
		if err := d.unlike(config, f); err != nil {
			return err
		}
	}
	// The image is scaled as it is stored, and then turned.
	height, width := d.Shape.Height, d.Shape.Width
	if turned(f.orientation) {
		height, width = width, height
	}
	fits := config.Width == width && config.Height == height
	if !fits && d.Resize == nil {
		h, w := shown(config, f)
		return fmt.Errorf("the image has %dx%d pixels (height x width), want %dx%d: it needs resizing",
			h, w, d.Shape.Height, d.Shape.Width)
	}
	pixels := max(config.Width*config.Height, width*height)
	d.budget.take(pixels)
	defer d.budget.give(pixels)
	decoded, err := f.image()
	if err != nil {
		return err
	}
	if grey, ok := decoded.(*image.Gray); ok && fits && f.orientation == 1 && len(grey.Pix) == width*height {
		for plane := range d.Shape.Channels {
			copy(dst[plane*len(grey.Pix):], grey.Pix)
		}
		return nil
	}
	canvas := whiteCanvas(width, height)
	if fits {
		// The first frame of a GIF may be smaller than the image and off its corner.
		draw.Draw(canvas, decoded.Bounds(), decoded, decoded.Bounds().Min, draw.Over)
	} else {
		d.scale(canvas, opaque(decoded, config))
	}
	toPlanes(dst, orient(canvas, f.orientation), d.Shape.Channels)
	return nil
}

// shown returns the size of an image when it is turned.
func shown(config image.Config, f *imageFile) (height, width int) {
	if turned(f.orientation) {
		return config.Width, config.Height
	}
	return config.Height, config.Width
}

// opaque returns the whole image before white.
func opaque(decoded image.Image, config image.Config) subImager {
	switch m := decoded.(type) {
	case *image.YCbCr:
		return m
	case *image.Gray:
		return m
	}
	canvas := whiteCanvas(config.Width, config.Height)
	draw.Draw(canvas, decoded.Bounds(), decoded, decoded.Bounds().Min, draw.Over)
	return canvas
}

type subImager interface {
	image.Image
	SubImage(image.Rectangle) image.Image
}

// scale fills dst, which is white, with src.
func (d *decoder) scale(dst *image.RGBA, src subImager) {
	to, from := dst.Rect, src.Bounds()
	switch d.Fit {
	case Stretch:
	case Crop:
		from = centred(from, to)
	case Pad:
		to = centred(to, from)
	default:
		panic(fmt.Sprintf("dataset: Fit(%d)", d.Fit))
	}
	d.Resize(dst.SubImage(to).(*image.RGBA), src.SubImage(from))
}

// centred returns the largest rectangle within r, in its middle, that has the
// proportions of shape. It has at least one pixel.
func centred(r, shape image.Rectangle) image.Rectangle {
	w, h := r.Dx(), r.Dy()
	if w*shape.Dy() > h*shape.Dx() {
		w = max(1, (h*shape.Dx()+shape.Dy()/2)/shape.Dy())
	} else {
		h = max(1, (w*shape.Dy()+shape.Dx()/2)/shape.Dx())
	}
	corner := r.Min.Add(image.Pt((r.Dx()-w)/2, (r.Dy()-h)/2))
	return image.Rectangle{Min: corner, Max: corner.Add(image.Pt(w, h))}
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
	plane := len(canvas.Pix) / 4
	if channels == 1 {
		for i := range plane {
			p := canvas.Pix[4*i : 4*i+3]
			// The weights of color.GrayModel, of 16 bits: v·257 for a byte v.
			sum := 19595*uint32(p[0]) + 38470*uint32(p[1]) + 7471*uint32(p[2])
			dst[i] = uint8((257*sum + 1<<15) >> 24)
		}
		return
	}
	for i := range plane {
		p := canvas.Pix[4*i : 4*i+3]
		dst[i], dst[i+plane], dst[i+2*plane] = p[0], p[1], p[2]
	}
}
