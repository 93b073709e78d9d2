package look

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
)

// Explanation is how a linear model comes to its prediction for one row, step by step.
type Explanation struct {
	Name      string           // of the row
	Shape     classifier.Shape // zero if the features are no image
	Classes   []string
	Label     int // −1 if it is not known
	Predicted int
	X         []float32
	Weights   [][]float64 // of each class
	Products  [][]float64 // each weight times its feature
	// Probabilities are nil if the model has none.
	Probabilities []float32
	// Steps lead from the products to scores, probabilities and loss.
	Steps []Step
	// LossName and Loss are the loss of the row, if it is labelled.
	LossName string
	Loss     float64
}

// Step is a number for each class. It is NaN where a class has none.
type Step struct {
	Name   string          `json:"name"`
	Values []metrics.Value `json:"values"`
	Result bool            `json:"-"` // and not only on the way to one

	unlike bool // numbers of very different sizes
	joined bool // to the step before: the same number of decimals
	first  bool // of those to the probabilities, or to the loss
}

// Explain explains the prediction of a model for a row x of examples, which say what shape
// an image has. label is the class of x among those of the model, or −1, and l the loss that
// is shown. It is an error if the label is no class or a score is not finite. It panics if x
// does not have the model's features.
func Explain(m *classifier.Linear, ex classifier.Rows, x []float32, label int, l loss.Loss) (Explanation, error) {
	if len(x) != m.Features() {
		panic(fmt.Sprintf("look: Explain: %d features for a model of %d", len(x), m.Features()))
	}
	if label < -1 || label >= len(m.Classes()) {
		return Explanation{}, fmt.Errorf("look: the label %d is none of %d classes", label, len(m.Classes()))
	}
	shape, err := shapeOf(m, ex)
	if err != nil {
		shape = classifier.Shape{} // the features are listed
	}
	e := Explanation{Shape: shape, Classes: m.Classes(), Label: label, X: x}
	scores := make([]float32, len(e.Classes))
	m.Scores(scores, x)
	for class, s := range scores {
		if s-s != 0 {
			return e, fmt.Errorf("look: the score of %s is %v", e.Classes[class], s)
		}
	}
	e.Predicted = argmax.ArgMax(scores)
	pivot, _ := m.Inputs()
	sums, biases := make([]float64, len(scores)), make([]float64, len(scores))
	for class := range scores {
		weights := weightsOf(m, class)
		products := make([]float64, len(x))
		for i, v := range x {
			at := float64(v)
			if pivot != nil {
				at -= float64(pivot[i])
			}
			products[i] = weights[i] * at
			sums[class] += products[i]
		}
		e.Weights, e.Products = append(e.Weights, weights), append(e.Products, products)
		biases[class] = float64(m.Bias(class))
	}
	s := widen(scores)
	e.step("Σ weight × feature", sums, false)
	e.step("+ bias", biases, false)
	e.last().joined = true
	e.step("= score", s, true)
	e.last().joined = true
	scored := len(e.Steps)
	if err := e.probabilities(m, s); err != nil {
		return e, err
	}
	linked := len(e.Steps)
	if label >= 0 && l != nil {
		e.loss(l, s)
	}
	for i := range e.Steps {
		e.Steps[i].first = i == scored || i == linked
	}
	return e, nil
}

// step adds a step.
func (e *Explanation) step(name string, values []float64, result bool) {
	s := Step{Name: name, Result: result}
	for _, v := range values {
		s.Values = append(s.Values, metrics.Value(v))
	}
	e.Steps = append(e.Steps, s)
}

// last returns the step that was added last.
func (e *Explanation) last() *Step { return &e.Steps[len(e.Steps)-1] }

// exponent is the largest score whose exponential is shown as it is.
const exponent = 30

// probabilities adds the steps from scores to probabilities.
func (e *Explanation) probabilities(m *classifier.Linear, scores []float64) error {
	info := m.Info()
	if info.Link == loss.NoLink {
		return nil
	}
	e.Probabilities = make([]float32, len(scores))
	if err := m.Probabilities(e.Probabilities, e.X); err != nil {
		return err
	}
	linked := slices.Clone(scores)
	if c := info.Calibration; len(c.Slope) > 0 || len(c.Offset) > 0 {
		of := func(list []float32, class int, none float64) float64 {
			if len(list) == 0 {
				return none
			}
			return float64(list[min(class, len(list)-1)])
		}
		for class, s := range scores {
			linked[class] = float64(of(c.Slope, class, 1)*s) + of(c.Offset, class, 0)
		}
		e.step("calibrated: slope × score + offset", linked, false)
	}
	values := make([]float64, len(linked))
	switch info.Link {
	case loss.SoftmaxLink:
		name, shift := "exp(score): unnormalized probability", 0.
		if most := slices.Max(linked); most > exponent || slices.Min(linked) < -exponent {
			name, shift = "exp(score − largest): unnormalized probability", most
		}
		e.step("unnormalized log-probability", linked, false)
		for class, s := range linked {
			values[class] = math.Exp(s - shift)
		}
		e.step(name, values, false)
		e.last().unlike = true
	case loss.SigmoidLink:
		for class, s := range linked {
			values[class] = 1 / (1 + math.Exp(-s))
		}
		e.step("σ(score): of the class against the rest", values, false)
	}
	e.step("normalized: probability", widen(e.Probabilities), true)
	return nil
}

// loss adds the terms of a loss, one by one.
func (e *Explanation) loss(l loss.Loss, scores []float64) {
	outputs := l.Outputs(len(scores))
	e.LossName, e.Loss = l.String(), l.At(scores[len(scores)-outputs:], e.Label)
	switch l := l.(type) {
	case loss.Softmax:
		terms := e.nothing()
		terms[e.Label] = e.Loss
		if l.Smoothing == 0 {
			e.step("−log of the probability of the true class: loss", terms, true)
		}
	case loss.WestonWatkins:
		e.against(scores, l.Margin, false)
	case loss.SquaredWestonWatkins:
		e.against(scores, l.Margin, true)
	case loss.CrammerSinger:
		e.against(scores, l.Margin, false)
	case loss.Logistic:
		e.each(scores, outputs, "log(1 + exp(−margin)): term of the loss", func(m float64) float64 {
			return max(0, -m) + math.Log1p(math.Exp(-math.Abs(m)))
		})
	case loss.Hinge:
		margin := float64(cmp.Or(l.Margin, 1))
		e.each(scores, outputs, fmt.Sprintf("max(0, %v − margin): term of the loss", margin), func(m float64) float64 { return max(0, margin-m) })
	case loss.SquaredHinge:
		margin := float64(cmp.Or(l.Margin, 1))
		e.each(scores, outputs, fmt.Sprintf("max(0, %v − margin)²: term of the loss", margin), func(m float64) float64 {
			t := max(0, margin-m)
			return t * t
		})
	}
}

// against adds the terms of a loss that compares each score with that of the true class.
func (e *Explanation) against(scores []float64, margin float32, squared bool) {
	margin = cmp.Or(margin, 1)
	inner, terms := e.nothing(), e.nothing()
	for class, s := range scores {
		if class == e.Label {
			continue
		}
		inner[class] = s - scores[e.Label] + float64(margin)
		terms[class] = max(0, inner[class])
		if squared {
			terms[class] *= terms[class]
		}
	}
	e.step(fmt.Sprintf("score − score of the true class + %v", margin), inner, false)
	name := "max(0, …): term of the loss"
	if squared {
		name = "max(0, …)²: term of the loss"
	}
	e.step(name, terms, true)
	e.last().joined = !squared
}

// each adds the terms of a loss of one class against the rest. Two classes may share the last
// score.
func (e *Explanation) each(scores []float64, outputs int, name string, term func(margin float64) float64) {
	margins, terms := e.nothing(), e.nothing()
	for class := len(scores) - outputs; class < len(scores); class++ {
		margins[class] = -scores[class]
		if class == e.Label {
			margins[class] = scores[class]
		}
		terms[class] = term(margins[class])
	}
	e.step("margin: score of the true class, −score of others", margins, false)
	e.step(name, terms, true)
}

// nothing is a NaN for each class.
func (e *Explanation) nothing() []float64 {
	return slices.Repeat([]float64{math.NaN()}, len(e.Classes))
}

func widen(x []float32) []float64 {
	wide := make([]float64, len(x))
	for i, v := range x {
		wide[i] = float64(v)
	}
	return wide
}
