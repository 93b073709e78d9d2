package classifier

import (
	"context"
	"math"
	"slices"
)

// warmLBFGS is L-BFGS for a sequence of problems that differ in their L2 penalty alone.
// Each search begins with what the last one has learned of the Hessian, and where the
// minima seem to go.
type warmLBFGS struct {
	LBFGS
	group      *factorGroup // nil: none
	state      *searchState
	last, then []float64 // the last two minima
	l2, l2Then float64   // and their penalties
}

// minimize is that of LBFGS.
func (s *warmLBFGS) minimize(ctx context.Context, p *problem, at []float64) (Report, error) {
	warm := s.state != nil && slices.Equal(at, s.state.here.at) && p.l2 > 0
	if warm {
		s.state.repenalize(p, s.l2)
		s.extrapolate(p)
	} else {
		s.begin(p, at)
		s.last, s.then = nil, nil
	}
	r, err := s.search(ctx, p, at, s.state)
	if warm && r.Why == stuck {
		// What was learned does not hold here, as where a bias has no minimum because the
		// class has no examples.
		copy(at, s.last)
		s.begin(p, at)
		r, err = s.search(ctx, p, at, s.state)
	}
	s.then, s.last = s.last, slices.Clone(at)
	s.l2Then, s.l2 = s.l2, p.l2
	s.state.measured = true
	return r, err
}

// begin begins anew at a point.
func (s *warmLBFGS) begin(p *problem, at []float64) {
	s.state = &searchState{memory: pairs{most: s.Pairs}, stages: stages{plain: s.Plain, warm: true, group: s.group}, here: newPoint(p.size())}
	copy(s.state.here.at, at)
}

// repenalize takes a state from one L2 penalty to that of p: the objective, its gradient
// and its changes of gradients differ by known terms.
func (s *searchState) repenalize(p *problem, from float64) {
	more := p.l2 - from
	add := func(gradient, at []float64) (squares float64) {
		for k := range p.outputs {
			g, b := p.row(gradient, k)
			v, c := p.row(at, k)
			axpy(2*more, v, g)
			squares += dot(v, v)
			if p.bias == PenalizedBias {
				*b += float64(2 * more * *c)
				squares += float64(*c * *c)
			}
		}
		return squares
	}
	s.here.value += float64(more * add(s.here.gradient, s.here.at))
	m := &s.memory
	kept := 0
	for i, step := range m.steps {
		change := m.changes[i]
		squares := add(change, step)
		product := dot(step, change)
		// Rounding may have left less curvature than the penalty has alone.
		if !(product > 1e-12*norm(step)*norm(change) && product >= float64(2*p.l2*squares)) {
			continue
		}
		m.steps[kept], m.changes[kept], m.inverse[kept] = step, change, 1/product
		kept++
	}
	m.steps, m.changes, m.inverse = m.steps[:kept], m.changes[:kept], m.inverse[:kept]
}

// extrapolate moves the point along the line through the last two minima, which change
// smoothly with the logarithm of the penalty, unless the objective is greater there.
func (s *warmLBFGS) extrapolate(p *problem) {
	if s.then == nil || s.l2Then == s.l2 {
		return
	}
	next := newPoint(p.size())
	// The ratio of the differences of logarithms, exactly if that is 1.
	ratio := (s.l2 - p.l2) / (s.l2Then - s.l2) * math.Sqrt(s.l2Then/p.l2)
	combine(next.at, s.last, ratio, s.last)
	axpy(-ratio, s.then, next.at)
	p.measure(next)
	if next.value < s.state.here.value {
		s.state.here = next
	}
}
