package argmax

import (
	"fmt"
	"math"
)

// maxUpdate is the largest number of elements that one call of an update covers. It is
// smaller than maxVector because there are up to four vectors, three of which are also
// written.
const maxUpdate = 1 << 12

// SGD takes a step of gradient descent: it updates the weights w by their gradient g.
// For every element,
//
//	g' = fma(decay, w, g)
//	w  = fma(−rate, g', w)
//
// each fma rounded once. decay adds the gradient of an L2 penalty: 2λ for a penalty of
// λ·Σw². An infinite weight becomes NaN even if decay is 0. g itself does not change.
//
// SGD panics if the lengths differ or the vectors overlap.
func SGD(w, g []float32, rate, decay float32) {
	checkUpdate("SGD", "wg", w, g)
	for len(w) > maxUpdate {
		sgd(w[:maxUpdate], g[:maxUpdate], -rate, decay)
		w, g = w[maxUpdate:], g[maxUpdate:]
	}
	sgd(w, g, -rate, decay)
}

// Momentum takes a step of gradient descent with momentum, the heavy-ball method of
// B. T. Polyak ("Some methods of speeding up the convergence of iteration methods",
// 1964). The velocity v is 0 before the first step.
//
//	g' = fma(decay, w, g)
//	v  = fma(momentum, v, g')
//	w  = fma(−rate, v, w)
//
// For decay and panics see [SGD].
func Momentum(w, v, g []float32, rate, momentum, decay float32) {
	checkUpdate("Momentum", "wvg", w, v, g)
	for len(w) > maxUpdate {
		heavyBall(w[:maxUpdate], v[:maxUpdate], g[:maxUpdate], -rate, momentum, decay)
		w, v, g = w[maxUpdate:], v[maxUpdate:], g[maxUpdate:]
	}
	heavyBall(w, v, g, -rate, momentum, decay)
}

// Nesterov takes a step of gradient descent with Nesterov's momentum, which looks ahead
// to where the velocity v leads. v is 0 before the first step.
//
//	g' = fma(decay, w, g)
//	v  = fma(momentum, v, g')
//	w  = fma(−rate, fma(momentum, v, g'), w)
//
// (I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of
// initialization and momentum in deep learning", ICML 2013; as in PyTorch, w is the
// point at which the gradient is taken.) For decay and panics see [SGD].
func Nesterov(w, v, g []float32, rate, momentum, decay float32) {
	checkUpdate("Nesterov", "wvg", w, v, g)
	for len(w) > maxUpdate {
		nesterov(w[:maxUpdate], v[:maxUpdate], g[:maxUpdate], -rate, momentum, decay)
		w, v, g = w[maxUpdate:], v[maxUpdate:], g[maxUpdate:]
	}
	nesterov(w, v, g, -rate, momentum, decay)
}

// AdamStep holds the parameters of a step of [Adam]. [NewAdamStep] returns one.
type AdamStep struct {
	rate, epsilon float32 // with the bias correction
	beta1, beta2  float32
	decay         float32
}

// NewAdamStep returns the parameters of step t of Adam, counted from 1. rate, beta1,
// beta2 and epsilon are the paper's α, β₁, β₂ and ε, for which it recommends 0.001,
// 0.9, 0.999 and 1e-8; decay is that of [SGD]. The moments start from zero; the
// correction of their bias is applied to the rate and to ε, as the end of the paper's
// section 2 proposes:
//
//	α·√(1−β₂ᵗ)/(1−β₁ᵗ) and ε·√(1−β₂ᵗ)
//
// They are computed in float64 and rounded; 1 − β is exact for β ≥ ½. NewAdamStep
// panics unless t ≥ 1, 0 ≤ beta1 < 1 and 0 ≤ beta2 < 1.
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

// power returns xⁿ. The conversions round every product, so that the compiler cannot
// fuse the last one with what the caller does with the result.
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

// Adam takes a step of the method of D. P. Kingma and J. Ba ("Adam: A Method for
// Stochastic Optimization", ICLR 2015). The moments m and v are 0 before the first step.
//
//	g' = fma(decay, w, g)
//	m  = fma(β₁, m, (1−β₁)·g')
//	v  = fma(β₂, v, ((1−β₂)·g')·g')
//	w  = fma(−α, m/(√v + ε), w)
//
// The products, the root, the sum and the quotient are each rounded; α and ε are those
// of step. The moments are the paper's sums of products and not m + (1−β₁)·(g' − m), so
// that nothing overflows unless g' does and v is never negative.
//
// If ε is 0, a weight whose gradients were all zero becomes NaN. For decay and panics
// see [SGD].
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

// SoftThreshold moves every element of x towards zero by t and sets those of magnitude
// at most t to +0: xᵢ − min(max(xᵢ, −t), t), rounded once. It is the proximal operator
// of t·|x|, which gradient methods apply for an L1 penalty (N. Parikh and S. Boyd,
// "Proximal Algorithms", Foundations and Trends in Optimization 1, 2014, §6.5.2). NaN
// stays NaN; an infinity stays unless t is infinite too, which makes it NaN.
// SoftThreshold panics unless t ≥ 0.
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
