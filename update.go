package argmax

import (
	"fmt"
	"math"
)

// maxUpdate is the most elements that one call of an update covers; as maxVector,
// but of up to four vectors, three of which are also written.
const maxUpdate = 1 << 12

// SGD is a step of gradient descent on the weights w with their gradient g:
//
//	g' = fma(decay, w, g)
//	w  = fma(−rate, g', w)
//
// for every element, each fma rounded once. decay is the penalty's share of the
// gradient: 2λ for a penalty of λ·Σw². (An infinite weight becomes NaN even if decay
// is 0.) g itself does not change.
//
// The lengths must be the same and the vectors must not overlap, else it panics.
func SGD(w, g []float32, rate, decay float32) {
	checkUpdate("SGD", "wg", w, g)
	for len(w) > maxUpdate {
		sgd(w[:maxUpdate], g[:maxUpdate], -rate, decay)
		w, g = w[maxUpdate:], g[maxUpdate:]
	}
	sgd(w, g, -rate, decay)
}

// Momentum is a step of gradient descent with momentum, the heavy ball of B. T.
// Polyak ("Some methods of speeding up the convergence of iteration methods", 1964);
// the velocity v is 0 before the first:
//
//	g' = fma(decay, w, g)
//	v  = fma(momentum, v, g')
//	w  = fma(−rate, v, w)
//
// decay, and when it panics, are those of [SGD].
func Momentum(w, v, g []float32, rate, momentum, decay float32) {
	checkUpdate("Momentum", "wvg", w, v, g)
	for len(w) > maxUpdate {
		heavyBall(w[:maxUpdate], v[:maxUpdate], g[:maxUpdate], -rate, momentum, decay)
		w, v, g = w[maxUpdate:], v[maxUpdate:], g[maxUpdate:]
	}
	heavyBall(w, v, g, -rate, momentum, decay)
}

// Nesterov is a step of gradient descent with Nesterov's momentum, which looks ahead
// to where the velocity v will lead; v is 0 before the first:
//
//	g' = fma(decay, w, g)
//	v  = fma(momentum, v, g')
//	w  = fma(−rate, fma(momentum, v, g'), w)
//
// (I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of
// initialization and momentum in deep learning", ICML 2013, with w the point that is
// looked at, as in PyTorch.) decay, and when it panics, are those of [SGD].
func Nesterov(w, v, g []float32, rate, momentum, decay float32) {
	checkUpdate("Nesterov", "wvg", w, v, g)
	for len(w) > maxUpdate {
		nesterov(w[:maxUpdate], v[:maxUpdate], g[:maxUpdate], -rate, momentum, decay)
		w, v, g = w[maxUpdate:], v[maxUpdate:], g[maxUpdate:]
	}
	nesterov(w, v, g, -rate, momentum, decay)
}

// AdamStep is what a step of [Adam] takes beside its vectors. [NewAdamStep] makes
// it.
type AdamStep struct {
	rate, epsilon float32 // corrected for the start from zero
	beta1, beta2  float32
	decay         float32
}

// NewAdamStep prepares step t of Adam, counted from 1, with the parameters that the
// paper calls α (the rate; 0.001), β₁ (0.9), β₂ (0.999) and ε (1e-8); decay is that
// of [SGD]. The means start from zero, which is corrected in the rate and in ε,
//
//	α·√(1−β₂ᵗ)/(1−β₁ᵗ) and ε·√(1−β₂ᵗ),
//
// as the end of the paper's section 2 proposes, computed in float64 and rounded. 1 −
// β is exact for β ≥ ½. It panics unless t ≥ 1 and 0 ≤ β < 1.
func NewAdamStep(t int, rate, beta1, beta2, epsilon, decay float32) AdamStep {
	if t < 1 || !(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1) {
		panic(fmt.Sprintf("argmax: NewAdamStep: step %d with beta1 %v and beta2 %v, want 1 or more, and from 0 to less than 1", t, beta1, beta2))
	}
	correction := math.Sqrt(1 - power(float64(beta2), t))
	return AdamStep{
		rate:    float32(float64(rate) * correction / (1 - power(float64(beta1), t))),
		epsilon: float32(float64(epsilon) * correction),
		beta1:   beta1, beta2: beta2,
		decay: decay,
	}
}

// power is xⁿ. Every product is rounded, on every machine: what is done with the
// result might else be fused with the last.
func power(x float64, n int) float64 {
	p := 1.0
	for ; n > 0; n /= 2 {
		if n%2 == 1 {
			p = float64(p * x)
		}
		x = float64(x * x)
	}
	return p
}

// Adam is a step of the method of D. P. Kingma and J. Ba ("Adam: A Method for
// Stochastic Optimization", ICLR 2015); m and v are 0 before the first:
//
//	g' = fma(decay, w, g)
//	m  = fma(β₁, m, (1−β₁)·g')
//	v  = fma(β₂, v, ((1−β₂)·g')·g')
//	w  = fma(−α, m/(√v + ε), w)
//
// Each product, the root, the sum and the quotient are rounded by themselves; α and
// ε are those of step. The means are the sums of products that the paper has, not m
// + (1−β₁)·(g' − m): nothing overflows where g' does not, and v is never negative.
//
// If ε is 0, a weight whose gradients were all zero becomes NaN. decay, and when it
// panics, are those of [SGD].
func Adam(w, m, v, g []float32, step AdamStep) {
	checkUpdate("Adam", "wmvg", w, m, v, g)
	for len(w) > maxUpdate {
		step.apply(w[:maxUpdate], m[:maxUpdate], v[:maxUpdate], g[:maxUpdate])
		w, m, v, g = w[maxUpdate:], m[maxUpdate:], v[maxUpdate:], g[maxUpdate:]
	}
	step.apply(w, m, v, g)
}

func (s AdamStep) apply(w, m, v, g []float32) {
	adam(w, m, v, g, -s.rate, s.epsilon, s.beta1, 1-s.beta1, s.beta2, 1-s.beta2, s.decay)
}

// SoftThreshold moves every element of x towards zero by t, and to +0 what is not
// farther from it: xᵢ − min(max(xᵢ, −t), t), rounded once. It is the proximal
// operator of t·|x|, the step of a gradient method for the L1 penalty (N. Parikh
// and S. Boyd, "Proximal Algorithms", Foundations and Trends in Optimization 1,
// 2014, §6.5.2). NaN stays NaN, and an infinity what it is unless t is infinite,
// too, which makes it NaN. It panics unless t ≥ 0.
func SoftThreshold(x []float32, t float32) {
	if !(t >= 0) {
		panicThreshold(t)
	}
	t = abs(t) // −0 is 0
	for len(x) > maxVector {
		softThreshold(x[:maxVector], -t, t)
		x = x[maxVector:]
	}
	softThreshold(x, -t, t)
}

//go:noinline
func panicThreshold(t float32) {
	panic(fmt.Sprintf("argmax: SoftThreshold by %v, want 0 or more", t))
}
