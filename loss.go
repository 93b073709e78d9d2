package argmax

import (
	"fmt"

	"github.com/seed842bec00/argmax/internal/alias"
)

// Softmax sets dst to the probabilities exp(sᵢ) / Σ exp(sⱼ) of the scores.
//
// It computes m = Max(scores), e = exp(s − m), their sum in one block accumulator,
// and e times the rounded reciprocal of the sum. No score is too large for it:
// what exp(s − m) cannot hold is 0. A single finite score has probability 1. If a
// score is NaN or +∞, or if all are −∞, every probability is NaN.
//
// dst may be scores. Softmax panics if they overlap otherwise, or if their
// lengths differ.
func Softmax(dst, scores []float32) {
	checkLoss("Softmax", "dst", dst, scores)
	softmaxGeneric(dst, scores)
}

// CrossEntropy returns the loss −log pᵧ of the scores of one example whose class
// is label, where p are the probabilities of [Softmax], and sets grad to c times
// its gradient with respect to the scores, (p − 1[j = label])·c. c is the weight
// of the example in the mean; it does not scale the loss.
//
// The loss is log Σ exp(sⱼ − m) − (sᵧ − m), finite where pᵧ rounds to 0, and +∞ if
// the label's score is −∞ and another is finite. With a single finite score loss and
// gradient are 0. If a score is NaN or +∞, or if all are −∞, loss and gradient are
// NaN.
//
// grad may be scores. CrossEntropy panics if they overlap otherwise, if their
// lengths differ, or if label is not the index of a score.
func CrossEntropy(grad, scores []float32, label int, c float32) (loss float32) {
	checkLoss("CrossEntropy", "grad", grad, scores)
	checkLabel("CrossEntropy", label, len(scores))
	return crossEntropyGeneric(grad, scores, label, c)
}

// Hinge returns the multiclass hinge loss Σ max(0, sⱼ − sᵧ + margin) over j ≠ y of
// the scores of one example whose class is y = label, and sets grad to c times
// its gradient: c for every class with a positive term, −c times their number for
// the label, 0 for the others. c is the weight of the example in the mean; it does
// not scale the loss. (J. Weston and C. Watkins, "Support vector machines for
// multi-class pattern recognition", ESANN 1999.)
//
// With a single class the loss is 0. A term is rounded after the difference and
// after the addition of the margin. If a term is NaN (a NaN, or the label's score
// and another the same infinity) the loss and the whole gradient are NaN.
//
// grad may be scores. Hinge panics if they overlap otherwise, if their lengths
// differ, or if label is not the index of a score.
func Hinge(grad, scores []float32, label int, margin, c float32) (loss float32) {
	checkLoss("Hinge", "grad", grad, scores)
	checkLabel("Hinge", label, len(scores))
	return hingeGeneric(grad, scores, label, margin, c)
}

func checkLoss(name, what string, dst, scores []float32) {
	if len(dst) != len(scores) {
		panicLengths(name, len(dst), len(scores))
	}
	if alias.Partial(dst, scores) {
		panicOverlap(name, what, "scores")
	}
}

func checkLabel(name string, label, classes int) {
	if uint(label) >= uint(classes) {
		panic(fmt.Sprintf("argmax: %s of label %d with %d scores", name, label, classes))
	}
}
