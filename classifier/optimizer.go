package classifier

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

// Optimizer is the rule by which [SGD] makes steps of gradients: [HeavyBall], [Nesterov],
// [Adam] or [AdamW]. In their formulas η is the learning rate of the step, and g the
// gradient of a batch, with that of the L2 penalty.
type Optimizer interface {
	check() error
	// states is the number of vectors that the rule remembers, of the length of the weights.
	states() int
	// step makes step t, counted from 1, on weights w with the gradient g of the loss; decay·w is
	// that of the penalty.
	step(w []float32, states [][]float32, g []float32, t int, rate, decay float32)
	// rest is 1 − μ, where 1/(1 − μ) is the sum of the factors with which a gradient enters the
	// steps; 0 if weights have learning rates of their own.
	rest() float64
}

// HeavyBall is momentum (B. T. Polyak, "Some methods of speeding up the convergence of
// iteration methods", USSR Computational Mathematics and Mathematical Physics 4, 1964):
//
//	v = μv + g
//	W = W − ηv
//
// The zero value is plain gradient descent.
type HeavyBall struct{ Momentum float32 } // μ, at least 0 and less than 1

// Nesterov is momentum that looks ahead (Y. E. Nesterov, "A method of solving a convex
// programming problem with convergence rate O(1/k²)", Soviet Mathematics Doklady 27, 1983;
// in the form of I. Sutskever and others, "On the importance of initialization and
// momentum in deep learning", ICML 2013):
//
//	v = μv + g
//	W = W − η(μv + g)
type Nesterov struct{ Momentum float32 } // μ, at least 0 and less than 1

// Adam gives each weight a learning rate of its own (D. P. Kingma and J. Ba, "Adam: A
// Method for Stochastic Optimization", ICLR 2015): at step t
//
//	m = β₁m + (1 − β₁)g
//	v = β₂v + (1 − β₂)g²
//	W = W − η·(m/(1 − β₁ᵗ)) / (√(v/(1 − β₂ᵗ)) + ε)
//
// as [argmax.Adam] computes it. It takes no L1 penalty. [NewAdam] returns one with the
// constants of the paper.
type Adam struct {
	Beta1, Beta2 float32 // at least 0 and less than 1
	Epsilon      float32 // more than 0
}

// NewAdam returns the Adam of the paper: β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
func NewAdam() Adam { return Adam{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8} }

// AdamW is [Adam] with weight decay (I. Loshchilov and F. Hutter, "Decoupled Weight Decay
// Regularization", ICLR 2019). An L2 penalty λΣW² is not part of g, but shrinks the
// weights directly, before the step:
//
//	W = W − η·2λ·W
//
// All weights shrink at the same rate, whatever their gradients were; where that
// ends is not the minimum of the objective. λ is half of the weight_decay of PyTorch's AdamW.
type AdamW Adam

// NewAdamW returns an AdamW with the constants of [NewAdam].
func NewAdamW() AdamW { return AdamW(NewAdam()) }

func checkMomentum(momentum float32) error {
	if !(momentum >= 0 && momentum < 1) {
		return fmt.Errorf("classifier: momentum %v, want at least 0 and less than 1", momentum)
	}
	return nil
}

func (o HeavyBall) check() error  { return checkMomentum(o.Momentum) }
func (HeavyBall) states() int     { return 1 }
func (o HeavyBall) rest() float64 { return 1 - float64(o.Momentum) }

func (o HeavyBall) step(w []float32, states [][]float32, g []float32, _ int, rate, decay float32) {
	argmax.Momentum(w, states[0], g, rate, o.Momentum, decay)
}

func (o Nesterov) check() error  { return checkMomentum(o.Momentum) }
func (Nesterov) states() int     { return 1 }
func (o Nesterov) rest() float64 { return 1 - float64(o.Momentum) }

func (o Nesterov) step(w []float32, states [][]float32, g []float32, _ int, rate, decay float32) {
	argmax.Nesterov(w, states[0], g, rate, o.Momentum, decay)
}

func (o Adam) check() error {
	if !(o.Beta1 >= 0 && o.Beta1 < 1) || !(o.Beta2 >= 0 && o.Beta2 < 1) {
		return fmt.Errorf("classifier: Adam with β₁ = %v and β₂ = %v, want at least 0 and less than 1", o.Beta1, o.Beta2)
	}
	if !(o.Epsilon > 0) || o.Epsilon-o.Epsilon != 0 {
		return fmt.Errorf("classifier: Adam with ε = %v, want a positive number: NewAdam has the constants of the paper", o.Epsilon)
	}
	return nil
}

func (Adam) states() int   { return 2 }
func (Adam) rest() float64 { return 0 }

func (o Adam) step(w []float32, states [][]float32, g []float32, t int, rate, decay float32) {
	argmax.Adam(w, states[0], states[1], g, argmax.NewAdamStep(t, rate, o.Beta1, o.Beta2, o.Epsilon, decay))
}

func (o AdamW) check() error { return Adam(o).check() }
func (AdamW) states() int    { return 2 }
func (AdamW) rest() float64  { return 0 }

func (o AdamW) step(w []float32, states [][]float32, g []float32, t int, rate, decay float32) {
	if decay != 0 {
		argmax.Scale(w, 1-float32(rate*decay))
	}
	Adam(o).step(w, states, g, t, rate, 0)
}
