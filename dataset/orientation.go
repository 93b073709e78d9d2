package dataset

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation returns the EXIF orientation of an image, 1 to 8, given the first bytes of
// its file; 1, upright, if they do not say. See CIPA DC-008, Exchangeable image file
// format, section 4.6.4.
func orientation(head []byte) int {
	switch formatOf(head) {
	case "JPEG":
		return tiffOrientation(jpegEXIF(head))
	case "PNG":
		return tiffOrientation(pngEXIF(head))
	case "WebP":
		return tiffOrientation(webpEXIF(head))
	case "TIFF":
		return tiffOrientation(head)
	}
	return 1
}

// jpegEXIF returns the content of the EXIF segment: each segment is a marker and its
// length, which counts itself.
func jpegEXIF(b []byte) []byte {
	for b = b[2:]; len(b) >= 4 && b[0] == 0xff; {
		marker, n := b[1], int(binary.BigEndian.Uint16(b[2:]))
		switch {
		case marker == 0xff: // a fill byte
			b = b[1:]
			continue
		case marker == 0xda || n < 2 || 2+n > len(b): // a scan: no metadata follow
			return nil
		}
		if content, ok := bytes.CutPrefix(b[4:2+n], []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return content
		}
		b = b[2+n:]
	}
	return nil
}

// pngEXIF returns the content of the chunk eXIf: a chunk is its length, its type, its
// content and a checksum.
func pngEXIF(b []byte) []byte {
	for b = b[8:]; len(b) >= 8; {
		n := uint64(binary.BigEndian.Uint32(b))
		if 12+n > uint64(len(b)) {
			return nil
		}
		if string(b[4:8]) == "eXIf" {
			return b[8 : 8+n]
		}
		b = b[12+n:]
	}
	return nil
}

// webpEXIF returns the content of the chunk EXIF: a chunk is its type, its length and
// its content, padded to an even length.
func webpEXIF(b []byte) []byte {
	for b = b[12:]; len(b) >= 8; {
		n := uint64(binary.LittleEndian.Uint32(b[4:]))
		if 8+n > uint64(len(b)) {
			return nil
		}
		if string(b[:4]) == "EXIF" {
			return bytes.TrimPrefix(b[8:8+n], []byte("Exif\x00\x00"))
		}
		b = b[min(8+n+n&1, uint64(len(b))):]
	}
	return nil
}

// tiffOrientation returns the value of the tag Orientation in the first directory of
// TIFF. A directory is a count and entries of 12 bytes: tag, type, count, value.
func tiffOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if b[0] == 'M' {
		order = binary.BigEndian
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 1
	}
	n := int(order.Uint16(b[at:]))
	for b = b[at+2:]; n > 0 && len(b) >= 12; n, b = n-1, b[12:] {
		const orientation, short = 0x0112, 3
		if order.Uint16(b) == orientation && order.Uint16(b[2:]) == short {
			if v := int(order.Uint16(b[8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// turned reports whether an orientation exchanges height and width.
func turned(orientation int) bool { return orientation >= 5 }

// orient returns src as its orientation says that it is to be shown.
func orient(src *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	if turned(orientation) {
		w, h = h, w
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			// The stored column and row that are shown at x and y.
			var c, r int
			switch orientation {
			case 2:
				c, r = w-1-x, y
			case 3:
				c, r = w-1-x, h-1-y
			case 4:
				c, r = x, h-1-y
			case 5:
				c, r = y, x
			case 6:
				c, r = y, w-1-x
			case 7:
				c, r = h-1-y, w-1-x
			case 8:
				c, r = h-1-y, x
			}
			copy(dst.Pix[y*dst.Stride+4*x:][:4], src.Pix[r*src.Stride+4*c:][:4])
		}
	}
	return dst
}
