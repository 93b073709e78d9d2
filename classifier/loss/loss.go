// Package loss holds the losses of linear classifiers. A loss is one value: it knows
// its definition, its fast form for rows of scores, its curvature and the link that
// makes probabilities of its scores.
//
// Losses of a data set are means: argmax minimizes (Σ wᵢ·lossᵢ)/Σ wᵢ plus a penalty.
// Other tools sum, or scale the penalty by ½; see the table of classifier.Objective.
package loss

import (
	"fmt"

	"github.com/seed842bec00/argmax/kernels"
)

// Loss is a loss of a row of scores whose class is known. It is convex in the scores
// and never negative.
type Loss interface {
	// Outputs returns the number of scores of a row for this number of classes: one for each, or
	// a single one where two classes can share it, the score of class 1 against class
	// 0.
	Outputs(classes int) int
	// At returns the loss of one row of scores in float64, by its definition.
	At(scores []float64, label int) float64
	// Gradient returns Σ wᵢ·lossᵢ over rows of scores and sets row i of grad to wᵢ
	// times the gradient of lossᵢ, at a kink to one of the subgradients. grad may be
	// scores. It panics if a shape does not fit.
	Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) float64
	// Link returns what makes probabilities of the scores.
	Link() Link
	// String returns the name of the loss, in words.
	String() string
}

// Smooth is a loss whose gradient is continuous: what methods of second order need.
type Smooth interface {
	Loss
	// Curvature replaces gradients, those that Gradient stores for weights of 1, by the
	// diagonals of the Hessians of the losses with respect to the scores. Where the
	// Hessian jumps it is that of one side.
	Curvature(gradients kernels.Matrix, labels []int)
	// Hessian sets dst[i] to element (j, k) of the Hessian of row i, from the gradients
	// that Gradient stores for weights of 1. Where the Hessian jumps it is that of one
	// side. An element beside the diagonal is never positive.
	Hessian(dst []float32, gradients kernels.Matrix, labels []int, j, k int)
	// Dual returns Σ −wᵢ·ℓᵢ*(t·gᵢ), where ℓᵢ* is the convex conjugate of the loss of row
	// i as a function of its scores, gᵢ the gradient that Gradient stores for a weight of
	// 1, and t is from 0 to 1: what duality gaps are made of. For all scores s,
	// ℓᵢ(s) ≥ ⟨t·gᵢ, s⟩ − ℓᵢ*(t·gᵢ), with equality for t = 1 at the scores of gᵢ.
	Dual(gradients kernels.Matrix, labels []int, weights []float32, t float64) float64
	// Bound returns an upper bound of the eigenvalues of those Hessians.
	Bound(classes int) float64
}

// margin returns the margin that a field stands for: 0 is 1, as zero weights would
// satisfy a margin of 0.
func margin(m float32) float32 {
	if m == 0 {
		return 1
	}
	return m
}

// Check returns an error that names a parameter of l that makes no sense: a margin is
// positive and finite, or 0; smoothing is at least 0 and less than 1.
func Check(l Loss) error {
	switch l := l.(type) {
	case WestonWatkins:
		return checkMargin(l.Margin)
	case SquaredWestonWatkins:
		return checkMargin(l.Margin)
	case CrammerSinger:
		return checkMargin(l.Margin)
	case Hinge:
		return checkMargin(l.Margin)
	case SquaredHinge:
		return checkMargin(l.Margin)
	case Softmax:
		if !(l.Smoothing >= 0 && l.Smoothing < 1) {
			return fmt.Errorf("loss: smoothing %v, want at least 0 and less than 1", l.Smoothing)
		}
	}
	return nil
}

func checkMargin(m float32) error {
	if !(m >= 0) || m-m != 0 {
		return fmt.Errorf("loss: margin %v, want a positive number, or 0 for 1", m)
	}
	return nil
}
