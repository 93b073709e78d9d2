package classifier

import "math"

// gap returns an upper bound of F(at) − min F, +Inf if there is none, from the gradient
// of the smooth part of F, which evaluate stores.
//
// A convex loss ℓ lies above its tangent, so for every point (V', c')
//
//	F(V, c) − F(V', c') ≤ ⟨∇ℓ, (V, c) − (V', c')⟩ + R(V) − R(V')
//
// The worst V' for each weight by itself gives, with g its element of ∇ℓ,
//
//	g·v + λ₂v² + λ₁|v| + max(0, |g| − λ₁)²/(4λ₂)
//
// which without λ₁ is (g + 2λ₂v)²/(4λ₂): the gap of the dual point that the gradients of
// the losses are, ‖∇F‖²/(4λ₂). A free bias adds |∂ℓ/∂c|·|c − c'|, nothing once it is
// optimal; it is taken to be within reach of its value, 1 + |c|.
//
// Without λ₂ the tangent is scaled by the t ≤ 1 that takes all |g| to λ₁ at most: as
// losses are not negative, ℓ is above t times its tangent, too.
func (p *problem) gap(value float64, gradient, at []float64) float64 {
	switch {
	case p.l2 > 0:
		return p.gapL2(gradient, at)
	case p.l1 > 0:
		return p.gapL1(value, gradient, at)
	}
	return math.Inf(1)
}

// certify adds to the report the gap and the length of the gradient, with that of an L1
// penalty, at a point that is evaluated.
func (p *problem) certify(r *Report, x *point) {
	slopes := make([]float64, len(x.at))
	p.pseudoGradient(slopes, x.gradient, x.at)
	r.Gap, r.Gradient = p.gap(x.value, x.gradient, x.at), norm(slopes)
}

func (p *problem) gapL2(gradient, at []float64) float64 {
	var sum float64
	for k := range p.outputs {
		g, b := p.row(gradient, k)
		v, c := p.row(at, k)
		for f, g := range g {
			if p.l1 == 0 {
				sum += float64(g*g) / (4 * p.l2) // the same, and does not cancel
				continue
			}
			slope := g - float64(2*p.l2*v[f])
			excess := max(0, math.Abs(slope)-p.l1)
			sum += float64(slope*v[f]) + float64(p.l2*float64(v[f]*v[f])) + float64(p.l1*math.Abs(v[f])) + float64(excess*excess)/(4*p.l2)
		}
		switch p.bias {
		case FreeBias:
			sum += float64(math.Abs(*b) * (1 + math.Abs(*c)))
		case PenalizedBias:
			sum += float64(*b**b) / (4 * p.l2)
		}
	}
	return sum
}

func (p *problem) gapL1(value float64, gradient, at []float64) float64 {
	var steepest float64
	tangent := value - p.penalty(at) // at zero weights and the worst bias in reach
	for k := range p.outputs {
		g, b := p.row(gradient, k)
		v, c := p.row(at, k)
		for f, g := range g {
			steepest = max(steepest, math.Abs(g))
			tangent -= float64(g * v[f])
		}
		tangent -= float64(math.Abs(*b) * (1 + math.Abs(*c)))
	}
	t := 1.0
	if steepest > p.l1 {
		t = p.l1 / steepest
	}
	return value - max(0, float64(t*tangent))
}
