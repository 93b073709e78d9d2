package classifier

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// ProxNewton minimizes objectives with a smooth loss and an L1 penalty, alone or beside
// L2, by Newton's method on a working set of weights: those that are not zero, and those
// whose slope exceeds the penalty. Weights that the penalty keeps at zero are exactly
// zero.
//
// Each iteration minimizes the quadratic model of the loss plus the penalty by coordinate
// descent (J. D. Lee, Y. Sun and M. A. Saunders, "Proximal Newton-type methods for
// minimizing composite functions", SIAM Journal on Optimization 24, 2014; J. Friedman, T.
// Hastie and R. Tibshirani, Journal of Statistical Software 33, 2010). The Hessian is that
// of all pairs of outputs, summed over the rows once, so that a step of coordinate descent
// reads a row of it and no data; pairs of outputs leave out the rows in which one of both
// has next to no probability. Then a search along the line decreases the objective.
//
// The gap is that of a dual point, the gradients of the losses scaled until they are
// feasible, and weights that it proves to be zero leave the search (E. Ndiaye, O. Fercoq,
// A. Gramfort and J. Salmon, "Gap Safe screening rules for sparsity enforcing penalties",
// JMLR 18, 2017).
//
// If the working set grows beyond 8192 weights, whose Hessian takes 256 MB, the search
// goes on by [LBFGS].
type ProxNewton struct {
	// Tolerance is how large the gap may be relative to the objective; 0 means 1e-3.
	Tolerance float64
	// MaxPasses over the data end the search in any case; 0 means 1000.
	MaxPasses float64
}

func (s ProxNewton) withDefaults() ProxNewton {
	if s.Tolerance == 0 {
		s.Tolerance = 1e-3
	}
	if s.MaxPasses == 0 {
		s.MaxPasses = 1000
	}
	return s
}

func (s ProxNewton) check(o Objective) error {
	switch {
	case !(s.Tolerance >= 0) || !(s.MaxPasses >= 0):
		return fmt.Errorf("classifier: proximal Newton with tolerance %v and %v passes", s.Tolerance, s.MaxPasses)
	case !(o.L1 > 0):
		return fmt.Errorf("classifier: proximal Newton needs an L1 penalty: use L-BFGS")
	}
	if _, ok := o.Loss.(loss.Smooth); !ok && o.Loss != nil {
		return fmt.Errorf("classifier: proximal Newton needs a smooth loss, not the %v: the squared hinge losses are smooth, SGD takes others", o.Loss)
	}
	return nil
}

// Fit fits a model as [Solver] says.
func (s ProxNewton) Fit(ctx context.Context, ex Examples, o Objective, options Options) (*Linear, Report, error) {
	s = s.withDefaults()
	if err := o.check(); err != nil {
		return nil, Report{}, err
	}
	if err := s.check(o); err != nil {
		return nil, Report{}, err
	}
	return fit(ctx, ex, o, options, &proxSearch{ProxNewton: s})
}

// Constants of the search, found by trial on digits and on images of clothes.
const (
	mostWorking = 8192 // weights of a working set
	// The weights that enter the working set at a time: so many for each output at least,
	// and a part of the number of weights that are not zero.
	leastNew    = 4
	newFraction = 0.3
	// sweepFraction is what a sweep of coordinate descent may still decrease, as a part of
	// the largest decrease of a sweep, when it ends.
	sweepFraction = 1e-4
	mostSweeps    = 200
	// slowGap is the factor by which an iteration must reduce the gap for the Hessian to be
	// kept.
	slowGap = 0.5
)

// proxSearch is the state of a proximal Newton method, which the fits of a path share.
type proxSearch struct {
	ProxNewton
	here, next *point
	kept       kernels.Matrix // gradients of the scores at here, for weights of 1
	nextKept   kernels.Matrix
	model      quadratic
	zero       []bool    // weights that are proved to be zero
	size       []float64 // of each standardized feature, the root of its mean square
	factor     float64   // t of the dual point of the last gap
	l1, l2     float64   // of the last fit, 0 before the first
}

// minimize moves at to the minimum of the problem. When ctx is cancelled it returns the
// best point so far and the context's error.
func (s *proxSearch) minimize(ctx context.Context, p *problem, at []float64) (Report, error) {
	began := time.Now()
	p.pool = p.pool.WithContext(ctx)
	s.begin(p, at)
	r := Report{Solver: "proximal Newton", Gradient: math.NaN(), Gap: math.Inf(1)}
	if err := ctx.Err(); err != nil {
		s.l1 = 0
		return Report{Solver: r.Solver, Why: "cancelled"}, err
	}
	slopes := make([]float64, p.size())
	fresh := false // the Hessian is that of here
	for ; ctx.Err() == nil; r.Iterations++ {
		before := r.Gap
		p.pseudoGradient(slopes, s.here.gradient, s.here.at)
		r.Gap, r.Gradient = s.gap(p), norm(slopes)
		r = r.of(p, s.here, began)
		stop := p.observe(&r, s.here.at)
		if s.here.value-s.here.value != 0 {
			return r, fmt.Errorf("classifier: the loss is %v: the features are too large", s.here.value)
		}
		if r.Gap <= s.Tolerance*s.here.value {
			r.Converged, r.Why = true, "the gap is within the tolerance"
			break
		}
		if p.passes >= s.MaxPasses {
			r.Why = "the limit of passes"
			break
		}
		if stop {
			break
		}
		if s.screen(p, r.Gap) {
			continue
		}
		fresh = false
		if r.Iterations == 0 || r.Gap > slowGap*before || s.violated(p) {
			if !s.model.choose(p, s) {
				return s.goOn(ctx, p, at, r, began)
			}
			s.model.build(p, s.kept)
			fresh = true
		}
		ok := s.step(p)
		if !ok && !fresh && ctx.Err() == nil {
			if !s.model.choose(p, s) {
				return s.goOn(ctx, p, at, r, began)
			}
			s.model.build(p, s.kept)
			ok = s.step(p)
		}
		if ctx.Err() != nil { // next is incomplete
			break
		}
		if !ok {
			r.Why = stuck
			break
		}
	}
	copy(at, s.here.at)
	r = r.of(p, s.here, began)
	if err := ctx.Err(); err != nil {
		r.Why = "cancelled"
		return r, err
	}
	return r, nil
}

// begin evaluates the point at which a fit begins, unless that is where the last one ended.
func (s *proxSearch) begin(p *problem, at []float64) {
	if s.l1 == 0 || !slices.Equal(at, s.here.at) {
		s.here, s.next = newPoint(p.size()), newPoint(p.size())
		s.kept, s.nextKept = kernels.NewMatrix(p.rows(), p.outputs), kernels.NewMatrix(p.rows(), p.outputs)
		s.zero, s.size = make([]bool, p.size()), p.sizes()
		if p.nonzeros(at) == 0 {
			p.fitBias(at)
		}
		copy(s.here.at, at)
		for k := range p.outputs { // weights of features that never vary
			v, _ := p.row(s.here.at, k)
			for f, size := range s.size {
				if size == 0 {
					v[f] = 0
				}
			}
		}
		p.measureKeeping(s.here, s.kept)
		s.l1, s.l2 = p.l1, p.l2
	}
	clear(s.zero)
	var squares, sizes float64
	for k := range p.outputs {
		g, b := p.row(s.here.gradient, k)
		v, c := p.row(s.here.at, k)
		for f, v := range v {
			g[f] += float64(2 * (p.l2 - s.l2) * v)
			squares += float64(v * v)
			sizes += max(v, -v)
		}
		if p.bias == PenalizedBias {
			*b += float64(2 * (p.l2 - s.l2) * *c)
			squares += float64(*c * *c)
		}
	}
	s.here.value += float64((p.l2-s.l2)*squares) + float64((p.l1-s.l1)*sizes)
	s.l1, s.l2 = p.l1, p.l2
}

// goOn ends the search by L-BFGS.
func (s *proxSearch) goOn(ctx context.Context, p *problem, at []float64, r Report, began time.Time) (Report, error) {
	copy(at, s.here.at)
	s.l1 = 0
	next, err := LBFGS{Tolerance: s.Tolerance, MaxPasses: s.MaxPasses}.withDefaults().minimize(ctx, p, at)
	next.Solver, next.Elapsed = r.Solver+", then "+next.Solver, time.Since(began)
	next.Iterations += r.Iterations
	return next, err
}

// violated reports whether a weight outside of the working set should not be zero.
func (s *proxSearch) violated(p *problem) bool {
	for k := range p.outputs {
		g, _ := p.row(s.here.gradient, k)
		for f, g := range g {
			i := k*(p.features+1) + f
			if math.Abs(g) > p.l1*(1+s.Tolerance/4) && !s.zero[i] && !s.model.has[i] {
				return true
			}
		}
	}
	return false
}

// step moves here to the minimum of the model, or less far if that decreases the
// objective too little. It returns false if no step decreases it.
func (s *proxSearch) step(p *problem) bool {
	slope := s.model.minimize(p, s)
	if !(slope < 0) {
		return false
	}
	for step := 1.0; step > 1e-6; step /= 2 {
		copy(s.next.at, s.here.at)
		for i, at := range s.model.coords {
			if step == 1 {
				s.next.at[at] = s.model.to[i] // zeros are exact
			} else {
				s.next.at[at] = s.here.at[at] + float64(step*(s.model.to[i]-s.here.at[at]))
			}
		}
		p.measureKeeping(s.next, s.nextKept)
		if p.pool.Err() != nil {
			return false
		}
		change := s.next.value - s.here.value
		if change <= float64(sufficientDecrease*step*slope) || math.Abs(change) <= levelObjective*math.Abs(s.here.value) && s.gentler(p) {
			s.here, s.next = s.next, s.here
			s.kept, s.nextKept = s.nextKept, s.kept
			return true
		}
	}
	return false
}

// gentler reports whether next has a smaller gradient than here: that decides where
// rounding hides whether the objective decreases.
func (s *proxSearch) gentler(p *problem) bool {
	size := func(x *point) float64 {
		slopes := make([]float64, len(x.at))
		p.pseudoGradient(slopes, x.gradient, x.at)
		return norm(slopes)
	}
	return size(s.next) < size(s.here)
}
