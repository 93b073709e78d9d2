package classifier

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// Objective is what training minimizes,
//
//	L(W, b) = Σ wᵢ·loss(W·xᵢ + b, yᵢ)/Σ wᵢ + λ₂·ΣW² + λ₁·Σ|W|
//
// the mean of the losses, weighted, plus the penalty, without a factor ½. One-vs-rest
// losses are sums over the classes. W are the weights of the features as they are
// scaled, see [Scaling].
//
// What other tools minimize has the same minimum. With n examples, all weights 1 and
// features that are [Unscaled]:
//
//	tool                                      λ₂                 λ₁
//	scikit-learn LogisticRegression, C        1/(2·C·n)          1/(C·n) for l1
//	scikit-learn LinearSVC, C                 1/(2·C·n)          1/(C·n) for l1
//	scikit-learn SGDClassifier, alpha         alpha/2            alpha for l1
//	scikit-learn RidgeClassifier: no loss of this package
//	LIBLINEAR -s 0, 1, 2, 3, 4, -c C          1/(2·C·n)
//	LIBLINEAR -s 5, 6, -c C                                      1/(C·n)
//	glmnet, lambda and alpha                  lambda·(1−alpha)/2 lambda·alpha
//	PyTorch, weight_decay of SGD              weight_decay/2
//
// -s 0 is the logistic loss, -s 1 and 2 the squared hinge, -s 3 the hinge, -s 4
// Crammer–Singer; LIBLINEAR with -B 1 and LinearSVC penalize the bias, which
// [PenalizedBias] does, and LIBLINEAR without -B has none, [NoBias]. The multinomial
// LogisticRegression is [loss.Softmax], its one-vs-rest form [loss.Logistic]. Values
// of objectives are those of the tools divided by C·n.
type Objective struct {
	Loss    loss.Loss // nil means loss.Softmax{}
	L2, L1  float64   // λ₂ and λ₁; both: elastic net
	Bias    Bias
	Scaling Scaling // the zero value suits pixels and other features
	// ClassWeights multiply the weights of the examples of each class; nil means that
	// all are 1.
	ClassWeights []float32
	// Balanced gives all classes the same sum of weights, that of the examples, before
	// ClassWeights: scikit-learn's class_weight="balanced".
	Balanced bool
}

// Bias says what becomes of the bias.
type Bias uint8

const (
	FreeBias      Bias = iota // learned, not penalized
	PenalizedBias             // the weight of a feature that is 1, in the L2 penalty
	NoBias                    // zero
)

// check returns an error if there is no such objective.
func (o Objective) check() error {
	for _, l := range []float64{o.L2, o.L1} {
		if !(l >= 0) || math.IsInf(l, 1) {
			return fmt.Errorf("classifier: penalty %v, want 0 or more", l)
		}
	}
	switch {
	case o.Loss != nil && loss.Check(o.Loss) != nil:
		return fmt.Errorf("classifier: %w", loss.Check(o.Loss))
	case o.Bias > NoBias:
		return fmt.Errorf("classifier: unknown kind of bias %d", o.Bias)
	case o.Scaling > PerFeature:
		return fmt.Errorf("classifier: unknown scaling %v", o.Scaling)
	}
	for k, w := range o.ClassWeights {
		if !(w >= 0) || math.IsInf(float64(w), 1) {
			return fmt.Errorf("classifier: class %d: weight %v", k, w)
		}
	}
	return nil
}
