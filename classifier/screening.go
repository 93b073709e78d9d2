package classifier

import (
	"math"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// gap returns an upper bound of how far the objective at here is above its minimum, +Inf
// if there is none.
//
// With the gradients qᵢ of the losses, the tangents of t·qᵢ are below the losses for each t
// from 0 to 1. With g the gradient of the mean loss, the minimum is therefore at least
//
//	D(t) = −Σ wᵢ·ℓᵢ*(t·qᵢ)/Σ wᵢ − Σ max(0, t|g| − λ₁)²/(4λ₂)
//
// if all t|g| ≤ λ₁ where λ₂ = 0, but for the bias, for which see gap of a problem. Weights
// that are known to be zero have no part in it. It is D(t) for the t that makes t|g| ≤ λ₁
// and, with λ₂, the better of that and D(1).
func (s *proxSearch) gap(p *problem) float64 {
	var steepest, bias float64
	for k := range p.outputs {
		g, b := p.row(s.here.gradient, k)
		v, c := p.row(s.here.at, k)
		for f, g := range g {
			if !s.zero[k*(p.features+1)+f] {
				steepest = max(steepest, math.Abs(g-float64(2*p.l2*v[f])))
			}
		}
		if p.bias == FreeBias || p.bias == PenalizedBias && p.l2 == 0 {
			bias += float64(math.Abs(*b) * (1 + math.Abs(*c)))
		}
	}
	t := 1.0
	if steepest > p.l1 {
		t = p.l1 / steepest
	}
	lower := s.dual(p, t)
	s.factor = t
	if t < 1 && p.l2 > 0 {
		if d := s.dual(p, 1); d > lower {
			lower, s.factor = d, 1
		}
	}
	return max(0, s.here.value-lower) + bias
}

// dual returns D(t).
func (s *proxSearch) dual(p *problem, t float64) float64 {
	l := p.loss.(loss.Smooth)
	sums := make([]float64, len(p.parts))
	p.pool.Split(len(sums), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			lo, hi := p.parts[i].lo, p.parts[i].hi
			sums[i] = l.Dual(s.kept.Slice(lo, hi), p.labels[lo:hi], p.weights[lo:hi], t)
		}
	})
	var sum float64
	for _, v := range sums {
		sum += v
	}
	sum /= p.total
	if p.l2 == 0 {
		return sum
	}
	for k := range p.outputs {
		g, b := p.row(s.here.gradient, k)
		v, c := p.row(s.here.at, k)
		for f, g := range g {
			if !s.zero[k*(p.features+1)+f] {
				excess := max(0, float64(t*math.Abs(g-float64(2*p.l2*v[f])))-p.l1)
				sum -= float64(excess*excess) / (4 * p.l2)
			}
		}
		if p.bias == PenalizedBias {
			slope := float64(t * (*b - float64(2*p.l2**c)))
			sum -= float64(slope*slope) / (4 * p.l2)
		}
	}
	return sum
}

// screen marks weights that a gap proves to be zero at the minimum. It reports whether it
// set one to zero that was not, and evaluated the point again.
//
// The dual is strongly concave: a loss whose Hessian is at most β has a conjugate whose
// Hessian is at least 1/β. The best dual point is therefore within √(2β·gap·Σ wᵢ) of the one
// of the gap, in the norm that weights rows by wᵢ, and g_f there within √(2β·gap) times the
// root of the mean square of feature f.
func (s *proxSearch) screen(p *problem, gap float64) bool {
	radius := math.Sqrt(2 * p.loss.(loss.Smooth).Bound(p.outputs) * gap)
	if !(radius < math.Inf(1)) {
		return false
	}
	moved := false
	for k := range p.outputs {
		g, _ := p.row(s.here.gradient, k)
		v, _ := p.row(s.here.at, k)
		for f, g := range g {
			i := k*(p.features+1) + f
			if s.zero[i] {
				continue
			}
			slope := math.Abs(g - float64(2*p.l2*v[f]))
			if float64(slope*s.factor)+float64(radius*s.size[f]) >= p.l1*(1-1e-6) { // less rounding
				continue
			}
			s.zero[i] = true
			if v[f] != 0 {
				v[f], moved = 0, true
			}
		}
	}
	if moved {
		p.measureKeeping(s.here, s.kept)
	}
	return moved
}

// sizes returns the root of the mean square of each standardized feature, weighted.
func (p *problem) sizes() []float64 {
	sizes := make([]float64, p.features)
	for f, d := range p.moments.deviation {
		offset := p.moments.mean[f] - p.standard.mean[f]
		sizes[f] = math.Sqrt(float64(d*d)+float64(offset*offset)) * math.Abs(p.standard.scale[f])
	}
	return sizes
}
