package dataset

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"io"
	"sync"
)

// pngMemory is what it takes to unpack a PNG. Package image/png takes 45 KB of new memory
// for each, which is most of the time of a small one.
type pngMemory struct {
	packed bytes.Reader
	stream io.ReadCloser
	rows   []byte // each after its filter
}

var pngMemories = sync.Pool{New: func() any { return new(pngMemory) }}

// greyPNG decodes a small PNG of grey bytes whose pixels are in one chunk, as most data sets
// of digits have them. It returns nil for all others, which are left to package image/png, as
// are damaged ones, of which that package says what is wrong. See
// https://www.w3.org/TR/png-3.
func greyPNG(b []byte) *image.Gray {
	const largest = 1 << 20 // pixels
	b, ok := bytes.CutPrefix(b, []byte("\x89PNG\r\n\x1a\n"))
	if !ok {
		return nil
	}
	header, b := pngChunk(b, "IHDR")
	// A depth of 8 bits, grey, deflated, the five filters, not interlaced.
	if len(header) != 13 || string(header[8:]) != "\x08\x00\x00\x00\x00" {
		return nil
	}
	width, height := uint64(binary.BigEndian.Uint32(header)), uint64(binary.BigEndian.Uint32(header[4:]))
	if width < 1 || height < 1 || width > largest || height > largest/width {
		return nil
	}
	pixels, b := pngChunk(b, "IDAT")
	end, b := pngChunk(b, "IEND")
	if pixels == nil || end == nil || len(end) > 0 {
		return nil
	}
	m := pngMemories.Get().(*pngMemory)
	defer pngMemories.Put(m)
	img := image.NewGray(image.Rect(0, 0, int(width), int(height)))
	if !m.unpack(pixels, int(height)*(1+int(width))) || !unfilter(img.Pix, m.rows, int(width)) {
		return nil
	}
	return img
}

// pngChunk returns the content of the next chunk, and what follows it; nil unless it is of
// this kind and undamaged.
func pngChunk(b []byte, kind string) (content, rest []byte) {
	const length, checksum = 4, 4
	if len(b) < length+len(kind)+checksum || string(b[length:][:len(kind)]) != kind {
		return nil, nil
	}
	n := uint64(binary.BigEndian.Uint32(b))
	if b = b[length:]; n > uint64(len(b)-len(kind)-checksum) {
		return nil, nil
	}
	end := len(kind) + int(n)
	if crc32.ChecksumIEEE(b[:end]) != binary.BigEndian.Uint32(b[end:]) {
		return nil, nil
	}
	return b[len(kind):end:end], b[end+checksum:]
}

// unpack sets the rows to n bytes, and reports whether the stream has as many and is
// undamaged.
func (m *pngMemory) unpack(packed []byte, n int) bool {
	m.packed.Reset(packed)
	defer m.packed.Reset(nil)
	var err error
	if m.stream == nil {
		m.stream, err = zlib.NewReader(&m.packed)
	} else {
		err = m.stream.(zlib.Resetter).Reset(&m.packed, nil)
	}
	if err != nil {
		return false
	}
	if cap(m.rows) < n+1 {
		m.rows = make([]byte, n+1)
	}
	got, err := io.ReadFull(m.stream, m.rows[:n+1]) // the end verifies the checksum
	m.rows = m.rows[:n]
	return got == n && err == io.ErrUnexpectedEOF
}

// unfilter sets dst to the pixels of rows, each of which has a byte for its filter before it.
func unfilter(dst, rows []byte, width int) bool {
	above := make([]byte, width)
	for ; len(rows) > 0; rows, dst = rows[1+width:], dst[width:] {
		row, now := rows[1:1+width], dst[:width:width]
		switch rows[0] {
		case 0:
			copy(now, row)
		case 1:
			left := byte(0)
			for i, v := range row {
				left += v
				now[i] = left
			}
		case 2:
			for i, v := range row {
				now[i] = v + above[i]
			}
		case 3:
			left := 0
			for i, v := range row {
				now[i] = v + byte((left+int(above[i]))/2)
				left = int(now[i])
			}
		case 4:
			left, corner := 0, 0
			for i, v := range row {
				up := int(above[i])
				now[i] = v + paeth(left, up, corner)
				left, corner = int(now[i]), up
			}
		default:
			return false
		}
		above = now
	}
	return true
}

// paeth returns which of three neighbours is nearest to left + up − corner, in this order.
func paeth(left, up, corner int) byte {
	a, b := up-corner, left-corner // how far left and up are from it
	c := max(a+b, -a-b)
	a, b = max(a, -a), max(b, -b)
	switch {
	case a <= b && a <= c:
		return byte(left)
	case b <= c:
		return byte(up)
	}
	return byte(corner)
}
