package classifier

import (
	"fmt"
	"maps"
	"slices"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// Info is what a model says about itself beside its weights.
type Info struct {
	// Classes are the names of the classes, in the order of the scores.
	Classes []string
	// Shape is that of the images whose pixels are the features; zero if the
	// features are not pixels.
	Shape Shape
	// Link makes probabilities of the scores.
	Link loss.Link
	// Calibration is applied to the scores before the link.
	Calibration Calibration
	// Notes are for whoever made the model: how it was trained, on what.
	Notes map[string]string
}

// Shape is the size of an image. Its pixels are one plane for each channel, each
// row by row. A dataset.Shape converts to it.
type Shape struct {
	Height, Width int
	Channels      int // 1 is grey, 3 is red, green and blue
}

// String returns the shape as height x width x channels, such as "28x28x1".
func (s Shape) String() string {
	return fmt.Sprintf("%dx%dx%d", s.Height, s.Width, s.Channels)
}

// has reports whether an image of the shape has this many pixels in all channels.
func (s Shape) has(features int) bool {
	// Each factor divides what is left: no product overflows.
	for _, n := range []int{s.Height, s.Width, s.Channels} {
		if n <= 0 || features%n != 0 {
			return false
		}
		features /= n
	}
	return features == 1
}

func (i Info) clone() Info {
	i.Classes, i.Notes = slices.Clone(i.Classes), maps.Clone(i.Notes)
	i.Calibration = Calibration{slices.Clone(i.Calibration.Slope), slices.Clone(i.Calibration.Offset)}
	return i
}

// check returns an error unless a model with these numbers of classes and features can have
// the information.
func (i Info) check(classes, features int) error {
	switch {
	case len(i.Classes) != classes:
		return fmt.Errorf("classifier: %d class names for %d classes", len(i.Classes), classes)
	case i.Shape != Shape{} && !i.Shape.has(features):
		return fmt.Errorf("classifier: images of %v for %d features", i.Shape, features)
	case !slices.Contains(loss.Links[:], i.Link):
		return fmt.Errorf("classifier: unknown link %v", i.Link)
	}
	return i.Calibration.check(classes, i.Link)
}
