package classifier

import "math"

// The L1 penalty has kinks where weights are zero. Within an orthant it is linear, and
// L-BFGS searches there: the orthant-wise method of G. Andrew and J. Gao, "Scalable
// training of L1-regularized log-linear models", ICML 2007. Weights that would change
// their sign become zero, exactly, and stay there until the slope of the loss exceeds
// the penalty.

// pseudoGradient sets dst to the gradient of the objective, with that of the L1 penalty,
// at zero weights to the element of the subdifferential that is nearest to zero.
func (p *problem) pseudoGradient(dst, gradient, at []float64) {
	copy(dst, gradient)
	for k := range p.outputs {
		g, _ := p.row(dst, k)
		v, _ := p.row(at, k)
		for f, v := range v {
			switch {
			case v > 0:
				g[f] += p.l1
			case v < 0:
				g[f] -= p.l1
			default:
				g[f] = max(g[f]-p.l1, 0) + min(g[f]+p.l1, 0)
			}
		}
	}
}

// align sets the weights of a direction to zero that do not descend by themselves.
func (p *problem) align(direction, gradient []float64) {
	for k := range p.outputs {
		d, _ := p.row(direction, k)
		g, _ := p.row(gradient, k)
		for f := range d {
			if float64(d[f]*g[f]) >= 0 {
				d[f] = 0
			}
		}
	}
}

// searchOrthant sets next to a point along direction within the orthant of here, or of
// where the weights of zero go, that decreases the objective sufficiently. It returns
// false if there is none.
func (p *problem) searchOrthant(next, here *point, direction, gradient []float64, step float64) bool {
	moved := make([]float64, len(here.at))
	for range mostTrials {
		combine(next.at, here.at, step, direction)
		for k := range p.outputs {
			to, _ := p.row(next.at, k)
			from, _ := p.row(here.at, k)
			d, _ := p.row(direction, k)
			for f, v := range from {
				if v > 0 && to[f] < 0 || v < 0 && to[f] > 0 || v == 0 && d[f] == 0 {
					to[f] = 0
				}
			}
		}
		p.measure(next)
		combine(moved, next.at, -1, here.at)
		slope := dot(gradient, moved)
		if slope < 0 && next.value <= here.value+float64(sufficientDecrease*slope) {
			return true
		}
		// Where rounding hides the decrease, slopes decide as in wolfe: that of the penalty
		// is the same at both ends.
		end := slope + dot(next.gradient, moved) - dot(here.gradient, moved)
		if slope < 0 && math.Abs(next.value-here.value) <= levelObjective*math.Abs(here.value) && math.Abs(end) <= -curvatureFraction*slope {
			return true
		}
		step /= 2
	}
	return false
}
