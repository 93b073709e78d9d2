package classifier

import (
	"fmt"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier/loss"
)

// Calibration corrects the confidence of a model: its link is applied to
// slope·score + offset instead of the score. It changes probabilities, never scores or
// predictions. [Linear.Calibrate] finds it.
//
// Temperature scaling (C. Guo et al., "On calibration of modern neural networks", ICML
// 2017) is a softmax with one slope, 1/T. Platt scaling (J. Platt, "Probabilistic outputs
// for support vector machines", 1999) is a sigmoid with slope and offset; if they differ
// among the classes, the highest probability may be that of another class than the
// highest score.
type Calibration struct {
	// Slope and Offset have one element, for all classes, or one for each; none if the
	// model is not calibrated.
	Slope, Offset []float32
}

// Temperature returns the calibration that divides scores by a temperature.
func Temperature(t float64) Calibration {
	return Calibration{Slope: []float32{float32(1 / t)}, Offset: []float32{0}}
}

// check returns an error unless a model of this number of classes and this link can have the
// calibration.
func (c Calibration) check(classes int, link loss.Link) error {
	n := len(c.Slope)
	switch {
	case n != len(c.Offset):
		return fmt.Errorf("classifier: calibration: %d slopes and %d offsets", n, len(c.Offset))
	case n > 1 && n != classes:
		return fmt.Errorf("classifier: calibration of %d classes, want 1 or %d", n, classes)
	case n > 0 && link == loss.NoLink:
		return fmt.Errorf("classifier: calibration of scores that are not linked to probabilities")
	case !finite(c.Slope) || !finite(c.Offset):
		return fmt.Errorf("classifier: a calibration that is not finite")
	}
	return nil
}

// apply calibrates a row of scores. Every operation is rounded: the compiler cannot fuse
// them.
func (c Calibration) apply(scores []float32) {
	switch len(c.Slope) {
	case 0:
	case 1:
		slope, offset := c.Slope[0], c.Offset[0]
		for j, s := range scores {
			scores[j] = float32(s*slope) + offset
		}
	default:
		for j, s := range scores {
			scores[j] = float32(s*c.Slope[j]) + c.Offset[j]
		}
	}
}

// probabilities replaces a row of scores by its probabilities. There must be a link.
func (i *Info) probabilities(scores []float32) {
	i.Calibration.apply(scores)
	if i.Link == loss.SigmoidLink {
		sigmoids(scores)
		return
	}
	argmax.Softmax(scores, scores)
}

// sigmoids replaces scores by their sigmoids, divided by their sum. The sigmoid of s
// is the softmax of 0 and s.
func sigmoids(scores []float32) {
	// Below −20 a sigmoid is exp(s), to the last bit of a float32, and what is divided by
	// the sum of such a softmax, which does not underflow.
	if largest := argmax.Max(scores); largest < -20 {
		argmax.Softmax(scores, scores)
		return
	}
	var sum float32
	for j, s := range scores {
		pair := [2]float32{0, s}
		argmax.Softmax(pair[:], pair[:])
		scores[j] = pair[1]
		sum += pair[1]
	}
	for j := range scores {
		scores[j] /= sum
	}
}
