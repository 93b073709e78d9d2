package classifier

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// Candidate is one of the fits of [Auto.FitMany].
type Candidate struct {
	Objective Objective
	// Weights of the examples; nil means that all are 1. A weight of 0 is the absence of
	// an example: those that train in a fold of a cross-validation have 1, those that
	// validate 0.
	Weights []float32
}

// Fitted is what the fit of a candidate ended with.
type Fitted struct {
	Objective Objective // that was minimized
	Model     *Linear   // nil if the fit was cancelled before it began
	Report    Report
	Nonzeros  int // the number of weights that are not zero, biases aside
}

// FitMany fits several candidates to the same examples: penalties, folds of a
// cross-validation, class weights. It returns what they end with in their order.
//
// Candidates that differ in their penalties alone are fitted one after the other, from
// the largest penalty to the smallest, each from the minimum of the one before: give all
// penalties of a path, of all folds, in one call. The model of a candidate depends, within the
// tolerance, on the others of its path, and on nothing else.
//
// The weights of options multiply those of the candidates, its Start is that of the
// largest penalties, and its Progress is called after each candidate. An error names the
// first candidate that has it. When ctx is done FitMany returns what is fitted, the best
// so far of what is not, and the context's error.
func (a Auto) FitMany(ctx context.Context, ex Examples, candidates []Candidate, options Options) ([]Fitted, error) {
	if options.Checkpoint != nil || options.Resume != nil {
		return nil, errors.New("classifier: FitMany has no checkpoints")
	}
	fitted := make([]Fitted, len(candidates))
	var progress sync.Mutex
	for _, t := range tracksOf(candidates) {
		done := func(i int, f Fitted) {
			fitted[i] = f
			if options.Progress != nil {
				progress.Lock()
				defer progress.Unlock()
				options.Progress(f.Report)
			}
		}
		if i, err := a.fitTrack(ctx, ex, candidates, t, options, done); err != nil {
			if ctx.Err() != nil {
				return fitted, ctx.Err()
			}
			return nil, fmt.Errorf("candidate %d: %w", i, err)
		}
	}
	return fitted, nil
}

// tracksOf groups candidates that differ in their penalties alone, and returns the
// indices of each group in the order of falling penalties.
func tracksOf(candidates []Candidate) (tracks [][]int) {
	for i, c := range candidates {
		at := slices.IndexFunc(tracks, func(t []int) bool { return c.alike(candidates[t[0]]) })
		if at < 0 {
			tracks, at = append(tracks, nil), len(tracks)
		}
		tracks[at] = append(tracks[at], i)
	}
	for _, t := range tracks {
		slices.SortStableFunc(t, func(i, j int) int {
			p, q := candidates[i].Objective, candidates[j].Objective
			return cmp.Or(cmp.Compare(q.L1, p.L1), cmp.Compare(q.L2, p.L2))
		})
	}
	return tracks
}

// alike reports whether two candidates differ in their penalties alone.
func (c Candidate) alike(d Candidate) bool {
	o, q := c.Objective.withDefaults(), d.Objective.withDefaults()
	return reflect.DeepEqual(o.Loss, q.Loss) && o.Bias == q.Bias && o.Scaling == q.Scaling && o.Balanced == q.Balanced &&
		(o.ClassWeights == nil) == (q.ClassWeights == nil) && slices.Equal(o.ClassWeights, q.ClassWeights) &&
		(o.L1 > 0) == (q.L1 > 0) && // other solvers
		(c.Weights == nil) == (d.Weights == nil) && slices.Equal(c.Weights, d.Weights)
}

func (o Objective) withDefaults() Objective {
	if o.Loss == nil {
		o.Loss = loss.Softmax{}
	}
	return o
}

// fitTrack fits the candidates of a track and calls done after each. It returns the
// candidate that an error is of.
func (a Auto) fitTrack(ctx context.Context, ex Examples, candidates []Candidate, track []int, options Options, done func(int, Fitted)) (int, error) {
	for _, i := range track {
		if err := candidates[i].Objective.check(); err != nil {
			return i, err
		}
	}
	first := candidates[track[0]]
	if options.Checkpoint != nil || options.Resume != nil {
		return track[0], errors.New("classifier: fits of many candidates have no checkpoints")
	}
	weights, err := product(first.Weights, options.Weights)
	if err != nil {
		return track[0], err
	}
	options.Weights, options.Progress = weights, nil
	p, err := newProblem(ex, first.Objective, options)
	if err != nil {
		return track[0], err
	}
	at, err := p.start(options.Start)
	if err != nil {
		return track[0], err
	}
	by, err := a.minimizer(first.Objective, options.Start) // the same for all
	if err != nil {
		return track[0], err
	}
	for _, i := range track {
		o := candidates[i].Objective
		p.l2, p.l1, p.passes = o.L2, o.L1, 0
		m, report, err := p.fitFrom(ctx, ex, at, by)
		if m != nil {
			done(i, Fitted{o, m, report, p.nonzeros(at)})
		}
		if err != nil {
			return i, err
		}
	}
	return 0, nil
}

// minimizer returns the solver of an objective.
func (a Auto) minimizer(o Objective, start *Linear) (minimizer, error) {
	switch s := a.Solver(o).(type) {
	case LBFGS:
		s = s.withDefaults()
		return &warmLBFGS{LBFGS: s}, s.check(o)
	case ProxNewton:
		s = s.withDefaults()
		return &proxSearch{ProxNewton: s}, s.check(o)
	case DualCD:
		s = s.withDefaults()
		if start != nil {
			return nil, errDualStart
		}
		return s, s.check(o)
	}
	panic("classifier: a solver that is not one of Auto's")
}

// product returns the products of weights, either of which may be nil for all 1.
func product(a, b []float32) ([]float32, error) {
	switch {
	case a == nil:
		return b, nil
	case b == nil:
		return a, nil
	case len(a) != len(b):
		return nil, fmt.Errorf("classifier: %d weights of a candidate and %d of all", len(a), len(b))
	}
	c := slices.Clone(a)
	for i := range c {
		c[i] *= b[i]
	}
	return c, nil
}

// nonzeros returns the number of weights of a point that are not zero.
func (p *problem) nonzeros(at []float64) (n int) {
	for k := range p.outputs {
		v, _ := p.row(at, k)
		for _, v := range v {
			if v != 0 {
				n++
			}
		}
	}
	return n
}
