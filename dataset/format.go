package dataset

import (
	"bytes"
	"errors"
	"fmt"
)

// formats are those of images by the bytes that files begin with; a ? stands for any
// byte.
var formats = []struct{ magic, name string }{
	{"\xff\xd8\xff", "JPEG"},
	{"\x89PNG\r\n\x1a\n", "PNG"},
	{"GIF8?a", "GIF"},
	{"RIFF????WEBP", "WebP"},
	{"BM????\x00\x00\x00\x00", "BMP"},
	{"II\x2a\x00", "TIFF"},
	{"MM\x00\x2a", "TIFF"},
	{"????ftypavif", "AVIF"},
	{"????ftyphe", "HEIF"},
	{"????ftypmif1", "HEIF"},
	{"\x00\x00\x00\x0cJXL \r\n\x87\n", "JPEG XL"},
	{"\xff\x0a", "JPEG XL"},
}

// formatOf returns the name of the format of an image that begins with head, or "".
func formatOf(head []byte) string {
	for _, f := range formats {
		if len(head) >= len(f.magic) && matches(head, f.magic) {
			return f.name
		}
	}
	return ""
}

func matches(head []byte, magic string) bool {
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != head[i] {
			return false
		}
	}
	return true
}

// errNoImage means that a file is not an image in any known format.
var errNoImage = errors.New("no image in a known format")

// formatError says what a file is that no decoder knows.
func formatError(head []byte) error {
	head = bytes.TrimSpace(bytes.TrimPrefix(head[:min(len(head), 64)], []byte("\ufeff")))
	switch format := formatOf(head); {
	case format != "":
		return fmt.Errorf("the image is %s, which this program does not decode", format)
	case len(head) > 0 && head[0] == '<':
		return fmt.Errorf("%w: it is HTML, SVG or XML", errNoImage)
	}
	return errNoImage
}

// errEmpty is the error of a file without a byte.
var errEmpty = errors.New("the file is empty")
