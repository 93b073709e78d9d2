package classifier

import (
	"fmt"
	"slices"

	"github.com/seed842bec00/argmax/kernels"
)

// Linear is the score function f(x) = Wx + b from the features of an example, as
// they come, to one score for each class. A model whose [Linear.Inputs] are not nil
// applies those to x first.
type Linear struct {
	weights *kernels.Weights
	info    Info
	inputs  *inputs // nil: features as they come
}

// NewLinear returns the model of weights (classes × features) and bias, both of
// which it copies. What does not fit is an error.
func NewLinear(weights kernels.Matrix, bias []float32, info Info) (*Linear, error) {
	if err := weights.Check(); err != nil {
		return nil, fmt.Errorf("classifier: weights: %w", err)
	}
	switch {
	case weights.Rows == 0 || weights.Cols == 0:
		return nil, fmt.Errorf("classifier: weights of %d classes and %d features", weights.Rows, weights.Cols)
	case len(bias) != weights.Rows:
		return nil, fmt.Errorf("classifier: bias of length %d for %d classes", len(bias), weights.Rows)
	}
	if err := info.check(weights.Rows, weights.Cols); err != nil {
		return nil, err
	}
	w := kernels.NewMatrix(weights.Rows, weights.Cols)
	kernels.Convert(w, weights)
	return &Linear{weights: kernels.NewWeights(w, slices.Clone(bias)), info: info.clone()}, nil
}

// With returns the same model with other information. The two share their weights.
func (m *Linear) With(info Info) (*Linear, error) {
	if err := info.check(m.weights.Classes(), m.Features()); err != nil {
		return nil, err
	}
	with := *m
	with.info = info.clone()
	return &with, nil
}

// Info returns a copy of what the model says about itself.
func (m *Linear) Info() Info { return m.info.clone() }

// Classes returns the names of the classes, in the order of the scores. The slice
// must not be changed.
func (m *Linear) Classes() []string { return m.info.Classes }

// Features is the number of features.
func (m *Linear) Features() int { return m.weights.Features() }

// Template copies the weights of a class to dst: as an image, what the class looks
// for. It panics if dst does not have Features elements.
func (m *Linear) Template(dst []float32, class int) {
	if len(dst) != m.Features() {
		panic(fmt.Sprintf("classifier: Template: dst has %d elements, the model has %d features", len(dst), m.Features()))
	}
	copy(dst, m.weights.Matrix().Row(class))
}

// Bias returns the bias of a class.
func (m *Linear) Bias(class int) float32 { return m.weights.Bias()[class] }
