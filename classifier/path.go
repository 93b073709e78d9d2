package classifier

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// Path fits an objective with its penalty multiplied by each of a falling sequence of
// factors, each fit starting from the one before (J. Friedman, T. Hastie and R.
// Tibshirani, "Regularization paths for generalized linear models via coordinate
// descent", Journal of Statistical Software 33, 2010). The zero value is fine.
//
// With an objective of L1 = 1 and L2 = 0, factors are values of λ₁; with L1 = alpha and
// L2 = (1 − alpha)/2 they are glmnet's lambda.
type Path struct {
	// Factors are the factors; nil means Count of them in geometric progression.
	Factors []float64
	// Count is the number of factors; 0 means 100.
	Count int
	// Ratio is that of the smallest factor to the largest, which is the smallest for
	// which all weights are zero; without L1, a thousand times that of L1 = 1, as in
	// glmnet. 0 means 1e-4 if there are more examples than features, else 1e-2.
	Ratio float64
	// Auto has the tolerance and the limit of passes of each fit.
	Auto Auto
}

// Fit returns a model for each factor, from the largest factor to the smallest.
func (s Path) Fit(ctx context.Context, ex Examples, o Objective, options Options) ([]Fitted, error) {
	return s.FitWeighted(ctx, ex, o, [][]float32{nil}, options)
}

// FitWeighted is Fit for several weights of the examples, such as those of the folds of a
// cross-validation, which multiply those of options. All have the same factors, those of
// the weights of options alone. The first results are those of the first weights, factor
// by factor.
func (s Path) FitWeighted(ctx context.Context, ex Examples, o Objective, weights [][]float32, options Options) ([]Fitted, error) {
	factors := slices.Clone(s.Factors)
	if factors == nil {
		var err error
		if factors, err = s.factors(ex, o, options); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(factors, func(a, b float64) int { return cmp.Compare(b, a) })
	var candidates []Candidate
	for _, w := range weights {
		for _, f := range factors {
			c := Candidate{o, w}
			c.Objective.L1, c.Objective.L2 = float64(f*o.L1), float64(f*o.L2)
			candidates = append(candidates, c)
		}
	}
	return s.Auto.FitMany(ctx, ex, candidates, options)
}

// factors returns the factors of a path that does not name them.
func (s Path) factors(ex Examples, o Objective, options Options) ([]float64, error) {
	count, ratio := s.Count, s.Ratio
	if count == 0 {
		count = 100
	}
	if ratio == 0 {
		ratio = 1e-2
		if ex.Len() > ex.Features() {
			ratio = 1e-4
		}
	}
	if count < 0 || !(ratio > 0 && ratio <= 1) || o.L1 == 0 && o.L2 == 0 {
		return nil, fmt.Errorf("classifier: a path of %d fits with a ratio of %v and penalties %v and %v", count, ratio, o.L2, o.L1)
	}
	largest, err := MaxL1(ex, o, options)
	if err != nil {
		return nil, err
	}
	if o.L1 > 0 {
		largest /= o.L1
	} else {
		largest *= 500 / o.L2 // glmnet's penalty has a factor ½
	}
	factors := make([]float64, count)
	step := nthRoot(ratio, max(1, count-1))
	for i := range factors {
		factors[i] = largest
		largest = float64(largest * step)
	}
	return factors, nil
}

// nthRoot returns the n-th root of x from 0 to 1, with the same bits on every machine.
func nthRoot(x float64, n int) float64 {
	low, high := 0.0, 1.0
	for {
		r := low + (high-low)/2
		if r == low || r == high {
			return high
		}
		power := 1.0
		for range n {
			power = float64(power * r)
		}
		if power < x {
			low = r
		} else {
			high = r
		}
	}
}

// MaxL1 returns the smallest L1 for which all weights that minimize an objective with a
// smooth loss are zero, whatever its L2: the largest element of the gradient of the loss
// where the weights are zero and the bias is optimal. The L1 of o does not matter.
func MaxL1(ex Examples, o Objective, options Options) (float64, error) {
	if err := o.check(); err != nil {
		return 0, err
	}
	o = o.withDefaults()
	if _, smooth := o.Loss.(loss.Smooth); !smooth {
		return 0, fmt.Errorf("classifier: the largest L1 is that of smooth losses, not of the %v", o.Loss)
	}
	p, err := newProblem(ex, o, options)
	if err != nil {
		return 0, err
	}
	at, gradient := make([]float64, p.size()), make([]float64, p.size())
	p.fitBias(at)
	p.evaluate(gradient, at)
	var largest float64
	for k := range p.outputs {
		g, _ := p.row(gradient, k)
		for _, g := range g {
			largest = max(largest, math.Abs(g))
		}
	}
	return largest, nil
}

// fitBias sets at to weights of zero and their best bias, for a smooth loss: by Newton's
// method, on a row for each class, whose steps are halved until they decrease the objective or,
// where rounding hides that, the gradient.
func (p *problem) fitBias(at []float64) {
	clear(at)
	if p.bias == NoBias {
		return
	}
	l, n := p.loss.(loss.Smooth), p.outputs
	labels, weights := make([]int, p.classes), make([]float32, p.classes)
	sums := make([]float64, p.classes)
	for i, y := range p.labels {
		sums[y] += float64(p.weights[i])
	}
	for y := range labels {
		labels[y], weights[y] = y, float32(sums[y]/p.total)
	}
	ridge := 0.0
	if p.bias == PenalizedBias {
		ridge = p.l2
	}
	scores, gradients := kernels.NewMatrix(p.classes, n), kernels.NewMatrix(p.classes, n)
	ones, h := make([]float32, p.classes), make([]float32, p.classes)
	for y := range ones {
		ones[y] = 1
	}
	// evaluate returns the objective and stores its gradient, and those of the scores.
	evaluate := func(slope, bias []float64) float64 {
		for y := range labels {
			for k, b := range bias {
				scores.Row(y)[k] = float32(b)
			}
		}
		value := l.Gradient(gradients, scores, labels, weights)
		l.Gradient(gradients, scores, labels, ones)
		for k, b := range bias {
			value += float64(ridge * float64(b*b))
			slope[k] = float64(2 * ridge * b)
			for y, w := range weights {
				slope[k] += float64(float64(w) * float64(gradients.Row(y)[k]))
			}
		}
		return value
	}
	bias, slope := make([]float64, n), make([]float64, n)
	next, nextSlope := make([]float64, n), make([]float64, n)
	step, hessian := make([]float64, n), make([]float64, n*n)
	value := evaluate(slope, bias)
	for decreased := true; decreased; {
		for j := range n {
			for k := range n {
				l.Hessian(h, gradients, labels, j, k)
				sum := 0.0
				for y, w := range weights {
					sum += float64(float64(w) * float64(h[y]))
				}
				hessian[j*n+k] = sum
			}
		}
		for j := range n { // many Hessians are singular: a bias added to all outputs changes nothing
			hessian[j*n+j] += float64(1e-6*hessian[j*n+j]) + 2*ridge + 1e-12
		}
		if !solveSymmetric(step, hessian, slope) {
			break
		}
		decreased = false
		for factor := 1.0; factor > 1e-3 && !decreased; factor /= 2 {
			combine(next, bias, -factor, step)
			v := evaluate(nextSlope, next)
			if v < value-levelObjective*value || v <= value+levelObjective*value && norm(nextSlope) < norm(slope)/2 {
				copy(bias, next)
				copy(slope, nextSlope)
				value, decreased = v, true
			}
		}
	}
	for k, b := range bias {
		_, c := p.row(at, k)
		*c = b
	}
}

// solveSymmetric sets x to the solution of a·x = b, where a is positive definite and is
// overwritten. It returns false if a is not.
func solveSymmetric(x, a, b []float64) bool {
	n := len(b)
	copy(x, b)
	for j := range n {
		pivot := a[j*n+j]
		if !(pivot > 0) {
			return false
		}
		for i := j + 1; i < n; i++ {
			factor := a[i*n+j] / pivot
			for k := j; k < n; k++ {
				a[i*n+k] -= float64(factor * a[j*n+k])
			}
			x[i] -= float64(factor * x[j])
		}
	}
	for j := n - 1; j >= 0; j-- {
		for k := j + 1; k < n; k++ {
			x[j] -= float64(a[j*n+k] * x[k])
		}
		x[j] /= a[j*n+j]
	}
	return true
}
