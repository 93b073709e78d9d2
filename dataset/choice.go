package dataset

import (
	"context"
	"errors"
	"image"
	"math"
	"slices"
	"sync/atomic"
)

// choice is the shape of the images of a folder, as far as nobody has said what it is.
// It expects that all images are like a sample of them, and is revised if one is not.
type choice struct {
	config ImageConfig
	sample []sampled
	hasty  bool // the sample is the first image
	unread bool // and none could be read
	// equal means that all images have the size of the first; grey, that all are.
	equal, grey    bool
	differ, colour atomic.Bool // what was found
}

// sampled is what is known of an image before it is decoded.
type sampled struct {
	height, width int
	grey          bool
}

// choose looks at the first of the pictures, if there is hope that all are like it.
func (f *folder) choose(ctx context.Context, pictures []picture, config ImageConfig) (*choice, error) {
	c, err := f.look(ctx, pictures[:1], config)
	if err == nil && (c.unread || c.bothSides() && !c.equal) {
		return f.look(ctx, pictures, config)
	}
	if err == nil {
		c.hasty = len(pictures) > 1
	}
	return c, err
}

// look looks at a sample of the pictures. Those that cannot be read do not count; if that is
// all, any shape will do.
func (f *folder) look(ctx context.Context, pictures []picture, config ImageConfig) (*choice, error) {
	c := &choice{config: config}
	if config.Shape.Height != 0 && config.Shape.Width != 0 && config.Shape.Channels != 0 {
		return c, nil
	}
	const most = 1000
	n := min(most, len(pictures))
	found := make([]sampled, n)
	err := each(ctx, 0, n, func(i int) bool {
		f.open(ctx, pictures[i*len(pictures)/n].path, func(file *imageFile) error {
			config, err := file.config(f.limits)
			if err == nil {
				h, w := shown(config, file)
				found[i] = sampled{h, w, isGrey(config.ColorModel)}
			}
			return err
		})
		return true
	})
	if err != nil {
		return nil, err
	}
	c.sample = slices.DeleteFunc(found, func(s sampled) bool { return s.width == 0 })
	if c.unread = len(c.sample) == 0; c.unread {
		c.sample = []sampled{{1, 1, true}}
	}
	c.equal = c.bothSides() && !slices.ContainsFunc(c.sample, func(s sampled) bool {
		return s.width != c.sample[0].width || s.height != c.sample[0].height || max(s.width, s.height) > DefaultSide
	})
	c.grey = config.Shape.Channels == 0 && !slices.ContainsFunc(c.sample, func(s sampled) bool { return !s.grey })
	return c, nil
}

// bothSides reports whether height and width are chosen by proportions.
func (c *choice) bothSides() bool {
	return c.config.Shape.Height == 0 && c.config.Shape.Width == 0 && c.config.Resize != nil
}

// shape returns the shape.
func (c *choice) shape() Shape {
	s := c.config.Shape
	if s.Channels == 0 {
		s.Channels = 3
		if c.grey {
			s.Channels = 1
		}
	}
	if c.bothSides() && !c.equal {
		s.Height, s.Width = proportional(c.sample)
	}
	if s.Height == 0 {
		s.Height = c.sample[0].height
	}
	if s.Width == 0 {
		s.Width = c.sample[0].width
	}
	return s
}

// proportional returns the size whose longer side is DefaultSide, or that of the largest
// image, and whose proportions are the median of the sample.
func proportional(sample []sampled) (height, width int) {
	longest, ratios := 0, make([]float64, len(sample))
	for i, s := range sample {
		longest = max(longest, s.height, s.width)
		ratios[i] = float64(s.width) / float64(s.height)
	}
	slices.Sort(ratios)
	longest = min(longest, DefaultSide)
	shorter := func(ratio float64) int { return max(1, int(math.Round(float64(longest)*ratio))) }
	if ratio := ratios[len(ratios)/2]; ratio < 1 {
		return longest, shorter(ratio)
	} else {
		return shorter(1 / ratio), longest
	}
}

// unlikeError means that an image is not what was chosen for all.
type unlikeError struct{ size, grey bool }

func (*unlikeError) Error() string { return "unlike the others" }

// unlike returns an unlikeError if the choice must be revised for an image.
func (c *choice) unlike(config image.Config, f *imageFile) error {
	height, width := shown(config, f)
	e := unlikeError{
		size: c.equal && (height != c.sample[0].height || width != c.sample[0].width),
		grey: c.grey && !isGrey(config.ColorModel),
	}
	if e.size || e.grey {
		return &e
	}
	return nil
}

// revise expects less of the images, if err says that one is unlike the others. Several
// goroutines may call it; shape follows revised.
func (c *choice) revise(err error) bool {
	var e *unlikeError
	if !errors.As(err, &e) {
		return false
	}
	if e.size {
		c.differ.Store(true)
	}
	if e.grey {
		c.colour.Store(true)
	}
	return true
}

// revised reports whether an image was unlike the others since it was last called.
func (c *choice) revised() bool {
	size, grey := c.equal && c.differ.Load(), c.grey && c.colour.Load()
	c.equal, c.grey = c.equal && !size, c.grey && !grey
	return size || grey
}

// describe adds the note.
func (c *choice) describe(r *Report) {
	if c.bothSides() && !c.equal {
		s := c.shape()
		r.notef("images are resized to %dx%d (height x width), since they are larger than %d or differ", s.Height, s.Width, DefaultSide)
	}
}
