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

// LBFGS minimizes objectives with a smooth loss and any penalty, by the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno (D. C. Liu and J.
// Nocedal, "On the limited memory BFGS method for large scale optimization",
// Mathematical Programming 45, 1989) with a preconditioner.
//
// In place of a multiple of the identity, the method starts from an approximation of
// the inverse Hessian: at first the Cholesky factor of the features' covariance times
// the mean curvature of the loss, plus the penalty, for all outputs (D. Böhning,
// "Multinomial logistic regression algorithm", 1992, has the bound that this
// estimates); after a few iterations, for each output, that of its block of the Hessian
// from rows drawn in proportion to their curvature (subsampled Hessians: R. H. Byrd, G.
// M. Chin, W. Neveitt and J. Nocedal, SIAM Journal on Optimization 21, 2011). Nothing
// about the result but its rounding depends on them.
//
// With an L1 penalty, alone or beside L2, it is the orthant-wise method of G. Andrew and
// J. Gao (ICML 2007), without a preconditioner, whose weights of zero are exactly zero.
// The gap of L1 alone shrinks no faster than the gradient, which float32 holds to some
// 1e-6: expect 1e-2 to 1e-4 of it, while the objective is closer by far.
type LBFGS struct {
	// Tolerance is how large the gap may be relative to the objective. Without a
	// penalty there is no gap: then it is that of the gradient to the first. 0 means
	// 1e-3.
	Tolerance float64
	// MaxPasses over the data end the search in any case; 0 means 1000.
	MaxPasses float64
	// Pairs are the steps that are remembered; 0 means 20.
	Pairs int
	// Plain does without the preconditioner.
	Plain bool
}

func (s LBFGS) withDefaults() LBFGS {
	if s.Tolerance == 0 {
		s.Tolerance = 1e-3
	}
	if s.MaxPasses == 0 {
		s.MaxPasses = 1000
	}
	if s.Pairs == 0 {
		s.Pairs = 20
	}
	return s
}

func (s LBFGS) check(o Objective) error {
	switch {
	case !(s.Tolerance >= 0) || !(s.MaxPasses >= 0) || s.Pairs < 0:
		return fmt.Errorf("classifier: L-BFGS with tolerance %v, %v passes and %d pairs", s.Tolerance, s.MaxPasses, s.Pairs)
	}
	if _, ok := o.Loss.(loss.Smooth); !ok && o.Loss != nil {
		return fmt.Errorf("classifier: L-BFGS needs a smooth loss, not the %v: the squared hinge losses are smooth, DualCD and SGD take others", o.Loss)
	}
	return nil
}

// Fit fits a model as [Solver] says.
func (s LBFGS) Fit(ctx context.Context, ex Examples, o Objective, options Options) (*Linear, Report, error) {
	s = s.withDefaults()
	if err := o.check(); err != nil {
		return nil, Report{}, err
	}
	if err := s.check(o); err != nil {
		return nil, Report{}, err
	}
	return fit(ctx, ex, o, options, s)
}

// point is a point of a search, its objective, gradient and accuracy.
type point struct {
	at, gradient []float64
	value        float64
	accuracy     float64
}

// measure evaluates the objective at x.
func (p *problem) measure(x *point) { p.measureKeeping(x, kernels.Matrix{}) }

// measureKeeping is measure and, if kept has rows, stores the gradients of the scores of
// all rows there, for weights of 1.
func (p *problem) measureKeeping(x *point, kept kernels.Matrix) {
	x.value = p.evaluateKeeping(x.gradient, x.at, kept)
	x.accuracy = p.accuracy
}

func newPoint(n int) *point { return &point{at: make([]float64, n), gradient: make([]float64, n)} }

// minimize moves at to the minimum of the problem. When ctx is cancelled it returns the
// best point so far and the context's error.
func (s LBFGS) minimize(ctx context.Context, p *problem, at []float64) (Report, error) {
	// Dense factors turn directions out of the orthant of an L1 penalty: on digits steps
	// took 9 evaluations with them, 2 without.
	state := &searchState{memory: pairs{most: s.Pairs}, stages: stages{plain: s.Plain || p.l1 > 0}, here: newPoint(p.size())}
	copy(state.here.at, at)
	return s.search(ctx, p, at, state)
}

// stuck is why a search ends before it has converged.
const stuck = "no step decreases the objective: the precision of float32 is reached"

// searchState is what a search begins with and how it ends.
type searchState struct {
	memory   pairs
	stages   stages
	here     *point
	measured bool // here is
}

// search is minimize from a state, whose point is at.
func (s LBFGS) search(ctx context.Context, p *problem, at []float64, state *searchState) (Report, error) {
	began := p.began()
	p.pool = p.pool.WithContext(ctx)
	n := p.size()
	here, next := state.here, newPoint(n)
	memory, stages := &state.memory, &state.stages
	defer func() { state.here = here }()
	direction, slopes := make([]float64, n), make([]float64, n)
	r := Report{Solver: "L-BFGS"}
	var first float64
	resumed := p.resume != nil
	if resumed {
		var err error
		if first, err = memory.restore(p, &r, here, stages); err != nil {
			return r, err
		}
	} else if !state.measured {
		p.measure(here)
	}
	if err := ctx.Err(); err != nil {
		r.Why = "cancelled"
		return r, err
	}
	for ; ctx.Err() == nil; r.Iterations++ {
		p.pseudoGradient(slopes, here.gradient, here.at)
		r.Gap, r.Gradient = p.gap(here.value, here.gradient, here.at), norm(slopes)
		if r.Iterations == 0 {
			first = r.Gradient
		}
		r = r.of(p, here, began)
		stop := !resumed && p.observe(&r, here.at)
		if here.value-here.value != 0 {
			return r, fmt.Errorf("classifier: the loss is %v: the features are too large", here.value)
		}
		if r.reached(s.Tolerance, first) {
			break
		}
		if p.passes >= s.MaxPasses {
			r.Why = "the limit of passes"
			break
		}
		if stop {
			break
		}
		if !resumed {
			p.save(r, func() [][]float64 { return memory.state(first, here, stages) })
		}
		resumed = false
		stages.update(p, r.Iterations, here.at)
		descend := func() (slope float64) {
			memory.direction(direction, slopes, stages.apply)
			if p.l1 > 0 {
				p.align(direction, slopes)
			}
			return dot(slopes, direction)
		}
		slope := descend()
		if !(slope < 0) { // rounding has spoiled the memory
			memory.forget()
			slope = descend()
		}
		step := 1.0
		if memory.empty() && stages.none() {
			step = 1 / (p.loss.(loss.Smooth).Bound(p.outputs) * max(1, norm(direction)))
		}
		var ok bool
		if p.l1 > 0 {
			ok = p.searchOrthant(next, here, direction, slopes, step)
		} else {
			_, ok = wolfe(trial{0, here.value, slope}, step, func(step float64) trial {
				combine(next.at, here.at, step, direction)
				p.measure(next)
				return trial{step, next.value, dot(next.gradient, direction)}
			})
		}
		if ctx.Err() != nil { // next is incomplete
			break
		}
		if !ok {
			if !memory.empty() {
				memory.forget()
				continue
			}
			r.Why = stuck
			break
		}
		memory.push(here, next)
		here, next = next, here
	}
	copy(at, here.at)
	r = r.of(p, here, began)
	if err := ctx.Err(); err != nil {
		r.Why = "cancelled"
		return r, err
	}
	return r, nil
}

// of returns the report with what is known of a point.
func (r Report) of(p *problem, x *point, began time.Time) Report {
	r.describe(p, x)
	r.Elapsed = time.Since(began)
	return r
}

// reached reports whether a point is within the tolerance, where first is the length of the
// first gradient; the report then says so.
func (r *Report) reached(tolerance, first float64) bool {
	switch {
	case r.Gap <= tolerance*r.Objective:
		r.Converged, r.Why = true, "the gap is within the tolerance"
	case math.IsInf(r.Gap, 1) && r.Gradient <= tolerance*first:
		r.Converged, r.Why = true, "the gradient is within the tolerance"
	}
	return r.Converged
}

// describe adds to the report what is known of a point, but the gap and the gradient.
func (r *Report) describe(p *problem, x *point) {
	r.Objective, r.Penalty = x.value, p.penalty(x.at)
	r.Loss, r.Accuracy = r.Objective-r.Penalty, x.accuracy
	r.Rows, r.Passes = p.rows(), p.passes
}

// settings describes s.
func (s LBFGS) settings() string { return fmt.Sprintf("%#v", s) }

// state is what the next iterations depend on: the point, what is remembered, and the point
// that the preconditioner is of.
func (m *pairs) state(first float64, here *point, s *stages) [][]float64 {
	state := [][]float64{
		{first, here.value, here.accuracy, float64(s.iteration), float64(len(m.steps))},
		here.at, here.gradient, s.at, m.inverse,
	}
	return append(append(state, m.steps...), m.changes...)
}

// restore makes the state of the checkpoint that of its arguments, and returns first.
func (m *pairs) restore(p *problem, r *Report, here *point, s *stages) (first float64, err error) {
	n, c := p.size(), p.resume
	pairs := max(0, len(c.vectors)-7) / 2
	lengths := []int{5, n, n, -1, pairs}
	for range 2 * pairs {
		lengths = append(lengths, n)
	}
	state, err := p.restore(r, lengths...)
	if err != nil {
		return 0, err
	}
	numbers := state[0]
	here.value, here.accuracy = numbers[1], numbers[2]
	copy(here.at, state[1])
	copy(here.gradient, state[2])
	if at := state[3]; len(at) == n {
		passes := p.passes
		s.factor(p, int(numbers[3]), at)
		p.passes = passes
	} else if len(at) != 0 {
		return 0, fmt.Errorf("classifier: the preconditioner of the checkpoint is of a point of %d elements, want %d", len(at), n)
	}
	m.inverse = slices.Clone(state[4])
	for i := range pairs {
		m.steps = append(m.steps, slices.Clone(state[5+i]))
		m.changes = append(m.changes, slices.Clone(state[5+pairs+i]))
	}
	if w := p.watch; w != nil {
		copy(w.last, here.at)
	}
	return numbers[0], nil
}

// pairs are the last steps and the changes of the gradient along them.
type pairs struct {
	most        int
	steps       [][]float64
	changes     [][]float64
	inverse     []float64 // 1/(step·change)
	alpha       []float64
	conditioned []float64
}

func (m *pairs) empty() bool { return len(m.steps) == 0 }

func (m *pairs) forget() { m.steps, m.changes, m.inverse = nil, nil, nil }

// push remembers the step from a to b, unless the curvature along it is not safely
// positive.
func (m *pairs) push(a, b *point) {
	var step, change []float64
	if len(m.steps) == m.most {
		step, change = m.steps[0], m.changes[0]
		m.steps, m.changes, m.inverse = m.steps[1:], m.changes[1:], m.inverse[1:]
	} else {
		step, change = make([]float64, len(a.at)), make([]float64, len(a.at))
	}
	combine(step, b.at, -1, a.at)
	combine(change, b.gradient, -1, a.gradient)
	product := dot(step, change)
	if !(product > 1e-12*norm(step)*norm(change)) {
		return
	}
	m.steps, m.changes, m.inverse = append(m.steps, step), append(m.changes, change), append(m.inverse, 1/product)
}

// direction sets dst to −H·gradient, where H is the approximation of the inverse
// Hessian by the pairs upon that of apply, which multiplies a vector in place and may
// do nothing. It is scaled to agree with the latest pair.
func (m *pairs) direction(dst, gradient []float64, apply func([]float64)) {
	copy(dst, gradient)
	m.alpha = append(m.alpha[:0], m.inverse...)
	for i := len(m.steps) - 1; i >= 0; i-- {
		m.alpha[i] = m.inverse[i] * dot(m.steps[i], dst)
		axpy(-m.alpha[i], m.changes[i], dst)
	}
	apply(dst)
	scale := 1.0
	if n := len(m.steps); n > 0 {
		m.conditioned = append(m.conditioned[:0], m.changes[n-1]...)
		apply(m.conditioned)
		scale = 1 / (m.inverse[n-1] * dot(m.changes[n-1], m.conditioned))
	}
	for i := range dst {
		dst[i] *= scale
	}
	for i, step := range m.steps {
		axpy(m.alpha[i]-float64(m.inverse[i]*dot(m.changes[i], dst)), step, dst)
	}
	for i := range dst {
		dst[i] = -dst[i]
	}
}
