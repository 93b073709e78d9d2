package dataset

import (
	"fmt"
	"math"
)

// Shape is the size of an image.
type Shape struct {
	Height, Width int
	Channels      int // 1 is grey, 3 is red, green and blue
}

// Size returns the number of bytes of an image, which is its number of features.
func (s Shape) Size() int { return s.Height * s.Width * s.Channels }

// String returns the shape as height x width x channels, such as "28x28x1".
func (s Shape) String() string {
	return fmt.Sprintf("%dx%dx%d", s.Height, s.Width, s.Channels)
}

// check returns an error unless images can have this shape; then Size does not
// overflow.
func (s Shape) check() error {
	switch {
	case s.Height < 1 || s.Width < 1:
		return fmt.Errorf("images of %v: an image has at least one row and one column", s)
	case s.Channels != 1 && s.Channels != 3:
		return fmt.Errorf("images of %v: an image has 1 channel (grey) or 3 (red, green, blue)", s)
	case s.Height > math.MaxInt/s.Width/s.Channels:
		return fmt.Errorf("images of %v: the size overflows", s)
	}
	return nil
}
