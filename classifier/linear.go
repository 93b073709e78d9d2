package classifier

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// Linear is the score function f(x) = Wx + b from the features of an example,
// as they come, to one score for each class.
type Linear struct {
	weights *kernels.Weights
	info    Info
}

// Info is what a model knows about itself beside its weights.
type Info struct {
	// Classes are the names of the classes, in the order of the scores.
	Classes []string
	// Height, Width and Channels are the shape of the images that the features
	// are the pixels of, by planes, row by row; zeros if they are not pixels.
	Height, Width, Channels int
	// Notes are whatever its maker wants to keep: how it was trained, on what.
	Notes map[string]string
}

func (i Info) clone() Info {
	i.Classes, i.Notes = slices.Clone(i.Classes), maps.Clone(i.Notes)
	return i
}

// describes reports whether features can be the pixels of such images.
func (i Info) describes(features int) bool {
	if i.Height == 0 && i.Width == 0 && i.Channels == 0 {
		return true
	}
	// Each factor divides what is left, so that no product overflows.
	for _, n := range []int{i.Height, i.Width, i.Channels} {
		if n <= 0 || features%n != 0 {
			return false
		}
		features /= n
	}
	return features == 1
}

// NewLinear returns the model of weights (classes × features) and bias, which it
// copies. The error says what does not fit.
func NewLinear(weights kernels.Matrix, bias []float32, info Info) (*Linear, error) {
	if err := weights.Check(); err != nil {
		return nil, fmt.Errorf("classifier: weights: %w", err)
	}
	switch {
	case weights.Rows == 0 || weights.Cols == 0:
		return nil, fmt.Errorf("classifier: weights of %d classes and %d features", weights.Rows, weights.Cols)
	case len(bias) != weights.Rows:
		return nil, fmt.Errorf("classifier: bias of length %d for %d classes", len(bias), weights.Rows)
	case len(info.Classes) != weights.Rows:
		return nil, fmt.Errorf("classifier: %d class names for %d classes", len(info.Classes), weights.Rows)
	}
	if !info.describes(weights.Cols) {
		return nil, fmt.Errorf("classifier: images of %d×%d×%d for %d features",
			info.Height, info.Width, info.Channels, weights.Cols)
	}
	w := kernels.NewMatrix(weights.Rows, weights.Cols)
	for j := range w.Rows {
		copy(w.Row(j), weights.Row(j))
	}
	return &Linear{kernels.NewWeights(w, slices.Clone(bias)), info.clone()}, nil
}

// With returns the same model with other information.
func (m *Linear) With(info Info) (*Linear, error) {
	return NewLinear(m.weights.Matrix(), m.weights.Bias(), info)
}

// Info is a copy of what the model knows about itself.
func (m *Linear) Info() Info { return m.info.clone() }

// Classes and Features are the number of scores and of features.
func (m *Linear) Classes() int  { return m.weights.Classes() }
func (m *Linear) Features() int { return m.weights.Features() }

// Template copies to dst what class weighs the features by: as an image, what the
// class looks for. Bias is what it adds.
func (m *Linear) Template(dst []float32, class int) { copy(dst, m.weights.Matrix().Row(class)) }
func (m *Linear) Bias(class int) float32            { return m.weights.Bias()[class] }

// Scores sets dst, one element for each class, to Wx + b: in the row form with up
// to kernels.MaxRowForm classes, in the chain form with more, the bias added last.
// It panics if a length does not fit.
func (m *Linear) Scores(dst, x []float32) { kernels.Score(dst, x, m.weights) }

// Scores of a prediction are kept on the stack. Few of them, the common case, take
// little to clear; a model with more than manyScores classes allocates.
const (
	fewScores  = 32
	manyScores = 1024
)

// Predict is the class with the highest score, the lowest class of equal ones; −1
// if every score is NaN. It panics if x has not as many elements as the model has
// features.
func (m *Linear) Predict(x []float32) int {
	if m.Classes() > fewScores {
		return m.predictMany(x)
	}
	var buffer [fewScores]float32
	return m.predict(buffer[:m.Classes()], x)
}

func (m *Linear) predictMany(x []float32) int {
	if m.Classes() > manyScores {
		return m.predict(make([]float32, m.Classes()), x)
	}
	var buffer [manyScores]float32
	return m.predict(buffer[:m.Classes()], x)
}

func (m *Linear) predict(scores, x []float32) int {
	kernels.Score(scores, x, m.weights)
	return argmax.ArgMax(scores)
}

// PredictAll sets dst, one element for each example, to their predicted classes.
// workers is the number of goroutines, 0 for all processors. It stops early when
// ctx is cancelled and returns its error.
func (m *Linear) PredictAll(ctx context.Context, dst []int, ex Examples, workers int) error {
	if err := fits(ex, m.Features(), dst); err != nil {
		return err
	}
	kernels.NewPool(workers).Split(ex.Len(), predictTogether, func(lo, hi int) {
		x := kernels.NewMatrix(min(predictTogether, hi-lo), m.Features())
		scores := kernels.NewMatrix(x.Rows, m.Classes())
		for ; lo < hi && ctx.Err() == nil; lo += predictTogether {
			n := min(predictTogether, hi-lo)
			for i := range n {
				ex.Row(x.Row(i), lo+i)
			}
			kernels.Scores(scores.Slice(0, n), x.Slice(0, n), m.weights, nil)
			for i := range n {
				dst[lo+i] = argmax.ArgMax(scores.Row(i))
			}
		}
	})
	return ctx.Err()
}

// predictTogether is how many examples are scored at a time: enough for whole
// tiles, and few enough for the second-level cache.
const predictTogether = 60

// fits returns an error unless a model with so many features can treat ex.
func fits(ex Examples, features int, dst []int) error {
	if len(dst) != ex.Len() {
		panic(fmt.Sprintf("classifier: %d predictions for %d examples", len(dst), ex.Len()))
	}
	if ex.Features() != features {
		return fmt.Errorf("classifier: examples have %d features, the model has %d", ex.Features(), features)
	}
	return nil
}
