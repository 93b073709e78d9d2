package selection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
)

// Candidate is what a trial fits: an objective, and the solver that minimizes it. nil is
// classifier.Auto{}; candidates of Auto that differ in their penalties alone are fitted as a
// path, by [classifier.Auto.FitMany].
type Candidate struct {
	Objective classifier.Objective
	Solver    classifier.Solver
}

// withDefaults returns c with what nil stands for.
func (c Candidate) withDefaults() Candidate {
	if c.Solver == nil {
		c.Solver = classifier.Auto{}
	}
	if c.Objective.Loss == nil {
		c.Objective.Loss = loss.Softmax{}
	}
	return c
}

// identity returns all that tells c from others.
func (c Candidate) identity() string { return fmt.Sprintf("%#v", c) }

// path returns what the candidates of one path have in common, and "" if c is on none.
func (c Candidate) path() string {
	if _, ok := c.Solver.(classifier.Auto); !ok {
		return ""
	}
	sparse := c.Objective.L1 > 0
	c.Objective.L1, c.Objective.L2 = 0, 0
	return fmt.Sprintf("%v %s", sparse, c.identity())
}

// String returns the candidate in words.
func (c Candidate) String() string {
	c = c.withDefaults()
	o := c.Objective
	parts := []string{o.Loss.String()}
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if l, ok := o.Loss.(loss.Softmax); ok && l.Smoothing > 0 {
		add("smoothing %g", l.Smoothing)
	}
	if m := margin(o.Loss); m != 0 && m != 1 {
		add("margin %g", m)
	}
	if o.L2 > 0 || o.L1 == 0 {
		add("λ₂ %.4g", o.L2)
	}
	if o.L1 > 0 {
		add("λ₁ %.4g", o.L1)
	}
	add("%v", o.Scaling)
	switch o.Bias {
	case classifier.PenalizedBias:
		add("penalized bias")
	case classifier.NoBias:
		add("no bias")
	}
	if o.Balanced {
		add("balanced")
	}
	if o.ClassWeights != nil {
		add("class weights %v", o.ClassWeights)
	}
	parts = append(parts, inWords(c.Solver)...)
	return strings.Join(parts, ", ")
}

// inWords describes a solver.
func inWords(solver classifier.Solver) (parts []string) {
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	switch s := solver.(type) {
	case nil, classifier.Auto:
	case classifier.SGD:
		add("SGD")
		if s.Optimizer != nil {
			add("%T%+v", s.Optimizer, s.Optimizer)
		}
		if s.Schedule != nil {
			add("%T%+v", s.Schedule, s.Schedule)
		}
		if s.LearningRate > 0 {
			add("rate %g", s.LearningRate)
		}
		if s.Batch > 0 {
			add("batch size %d", s.Batch)
		}
		if s.Epochs > 0 {
			add("%d epochs", s.Epochs)
		}
	case classifier.Trimmed:
		add("without losses above %g", s.Above)
		if s.Rounds > 1 {
			add("%d times", s.Rounds)
		}
		return append(parts, inWords(s.Solver)...)
	default:
		add("%T", s)
	}
	return parts
}

// margin returns that of a hinge loss, 0 for the default.
func margin(l loss.Loss) float32 {
	switch l := l.(type) {
	case loss.WestonWatkins:
		return l.Margin
	case loss.SquaredWestonWatkins:
		return l.Margin
	case loss.CrammerSinger:
		return l.Margin
	case loss.Hinge:
		return l.Margin
	case loss.SquaredHinge:
		return l.Margin
	}
	return 0
}

// simpler reports whether c is penalized more than d: by L1, or equally by L1 and more by
// L2.
func (c Candidate) simpler(d Candidate) bool {
	return slices.Compare([]float64{c.Objective.L1, c.Objective.L2}, []float64{d.Objective.L1, d.Objective.L2}) > 0
}

// Grid is all combinations of some values. An empty list is the zero value alone, which
// means softmax, no penalty, features as they come, and classifier.Auto.
type Grid struct {
	Losses   []loss.Loss
	L2, L1   []float64
	Scalings []classifier.Scaling
	Balanced []bool
	Solvers  []classifier.Solver
}

// Candidates returns the combinations: those of the first loss are first, and the last
// list varies fastest.
func (g Grid) Candidates() (all []Candidate) {
	for _, l := range orZero(g.Losses) {
		for _, scaling := range orZero(g.Scalings) {
			for _, balanced := range orZero(g.Balanced) {
				for _, l1 := range orZero(g.L1) {
					for _, l2 := range orZero(g.L2) {
						for _, solver := range orZero(g.Solvers) {
							all = append(all, Candidate{classifier.Objective{
								Loss: l, L2: l2, L1: l1, Scaling: scaling, Balanced: balanced,
							}, solver})
						}
					}
				}
			}
		}
	}
	return all
}

func orZero[T any](list []T) []T {
	if len(list) == 0 {
		return make([]T, 1)
	}
	return list
}
