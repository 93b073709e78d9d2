package metrics

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// Predictions are what a model says of examples.
type Predictions struct {
	// Classes are the names of the classes that the model knows.
	Classes []string
	// Labels is the class predicted for each example, an index of Classes, or −1 for
	// none. If it is nil it is that of the highest probability, or else of the highest
	// score, the lowest of equal ones.
	Labels []int
	// Scores and Probabilities have a row for each example and a column for each class.
	// They may be zero: without Scores and Probabilities there are no areas and no top-k
	// accuracy, without Probabilities no log loss, Brier score or calibration.
	Scores, Probabilities kernels.Matrix
}

// ranks returns what examples are ranked by: scores that are comparable between rows.
func (p Predictions) ranks() kernels.Matrix {
	if p.Probabilities.Data != nil {
		return p.Probabilities
	}
	return p.Scores
}

// withLabels returns p with labels. It panics if there is nothing to take them from.
func (p Predictions) withLabels(examples int) Predictions {
	if p.Labels != nil {
		return p
	}
	of := p.ranks()
	if of.Data == nil && examples > 0 {
		panic("metrics: Evaluate: neither labels, scores nor probabilities")
	}
	p.Labels = make([]int, examples)
	for i := range p.Labels {
		p.Labels[i] = argmax.ArgMax(of.Row(i))
	}
	return p
}

// mustFit panics unless there is a prediction for each example.
func (p Predictions) mustFit(examples int) {
	if p.Labels != nil && len(p.Labels) != examples {
		panic(fmt.Sprintf("metrics: Evaluate: %d predictions for %d examples", len(p.Labels), examples))
	}
	for _, m := range []struct {
		name string
		kernels.Matrix
	}{{"scores", p.Scores}, {"probabilities", p.Probabilities}} {
		if m.Data != nil && (m.Rows != examples || m.Cols != len(p.Classes)) {
			panic(fmt.Sprintf("metrics: Evaluate: %s of %d rows and %d columns for %d examples and %d classes",
				m.name, m.Rows, m.Cols, examples, len(p.Classes)))
		}
	}
}

// sumTolerance is how far the sum of the probabilities of a row may be from 1: rounding in
// float32 stays below it up to a million classes.
const sumTolerance = 1e-2

// check returns an error that names the first row with a prediction that is no class, a
// score that is NaN, or probabilities that are none.
func (p Predictions) check() error {
	for i, y := range p.Labels {
		if y < -1 || y >= len(p.Classes) {
			return fmt.Errorf("metrics: row %d: prediction %d, with %d classes", i, y, len(p.Classes))
		}
	}
	for i := range p.Scores.Rows {
		for k, s := range p.Scores.Row(i) {
			if s != s {
				return fmt.Errorf("metrics: row %d: the score of %q is NaN", i, p.Classes[k])
			}
		}
	}
	for i := range p.Probabilities.Rows {
		var sum float64
		for k, v := range p.Probabilities.Row(i) {
			if !(v >= 0 && v <= 1+sumTolerance) {
				return fmt.Errorf("metrics: row %d: the probability of %q is %v", i, p.Classes[k], v)
			}
			sum += float64(v)
		}
		if math.Abs(sum-1) > sumTolerance {
			return fmt.Errorf("metrics: row %d: the sum of the probabilities is %v", i, sum)
		}
	}
	return nil
}
