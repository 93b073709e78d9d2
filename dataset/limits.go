package dataset

import (
	"cmp"
	"fmt"
	"math"
)

// Limits bound the memory that reading may take, whatever the header of a file claims.
// They are checked before memory is allocated, and again on the data. Zero means the
// default; a negative number allows nothing. The functions of this package use the
// defaults; the methods of Limits are the same functions with other limits.
type Limits struct {
	// Pixels is the largest image file, height times width, by default 2²⁶ (64
	// Mi). Images are decoded at the same time only as long as they have no more
	// pixels together. Decoding takes up to 32 bytes for a pixel, for a progressive
	// JPEG of four colours.
	Pixels int
	// Bytes is the largest set: a byte for each pixel and channel, four for each number
	// of a table and eight for each label; by default 16 GiB, on 32-bit processors
	// 2 GiB. Rows that are read where they lie in a file are not counted.
	Bytes int
	// Images is the largest number of images or rows in a set, by default 2²⁶ (64 Mi).
	Images int
	// Classes is the largest number of classes, by default 2²⁰ (1 Mi).
	Classes int
	// Names is the longest file of class names in bytes, by default 1 MiB.
	Names int
	// Line is the longest line of a text file, a row of a table or a label, in bytes,
	// by default 16 MiB.
	Line int
	// Expansion is the largest ratio of the length of a compressed stream after and before
	// unpacking, and of a sparse table as a dense one and as a file, by default 200. The
	// first 16 MiB are not counted, because blank images pack well.
	Expansion int
}

const (
	labelSize   = 8        // bytes of a label in memory
	expandsFree = 16 << 20 // bytes that a gzip stream may unpack to in any case
)

func (l Limits) orDefault() Limits {
	return Limits{
		Pixels:    max(0, cmp.Or(l.Pixels, 1<<26)),
		Bytes:     max(0, cmp.Or(l.Bytes, min(16<<30, math.MaxInt))),
		Images:    max(0, cmp.Or(l.Images, 1<<26)),
		Classes:   max(0, cmp.Or(l.Classes, 1<<20)),
		Names:     max(0, cmp.Or(l.Names, 1<<20)),
		Line:      max(0, cmp.Or(l.Line, 16<<20)),
		Expansion: max(1, cmp.Or(l.Expansion, 200)),
	}
}

// checkShape returns an error unless images can have this shape.
func (l Limits) checkShape(s Shape) error {
	if err := s.check(); err != nil {
		return err
	}
	if s.Height > l.Pixels/s.Width {
		return fmt.Errorf("images of %v: the limit is %d pixels", s, l.Pixels)
	}
	return nil
}

// checkSet returns an error unless a set can have that number of images of this shape,
// which has been checked.
func (l Limits) checkSet(images uint64, s Shape) error {
	if images > uint64(l.Images) {
		return fmt.Errorf("%d images, the limit is %d", images, l.Images)
	}
	if images > uint64(l.Bytes)/(uint64(s.Size())+labelSize) {
		return fmt.Errorf("%d images of %v: the limit of a set is %d bytes", images, s, l.Bytes)
	}
	return nil
}
