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
	softmaxRows(len(scores), 1, scores, 0, dst, 0)
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
	labels, weights, sum, difference := [1]int{label}, [1]float32{c}, [1]float32{}, [1]float32{}
	crossEntropyRows(len(scores), 1, scores, 0, labels[:], weights[:], grad, 0, sum[:], difference[:])
	logRows(sum[:], difference[:], sum[:])
	return sum[0]
}

// SoftmaxRows is [Softmax] of each of rows rows of n scores: row i of scores begins
// at scores[i*lds], its probabilities go to dst[i*ldd]. The bits are those of a row
// alone. dst may be scores, with the same stride; SoftmaxRows panics if they
// overlap otherwise, if a slice is too short, or if a stride is less than n.
func SoftmaxRows(rows, n int, dst []float32, ldd int, scores []float32, lds int) {
	checkLossRows("SoftmaxRows", "dst", rows, n, dst, ldd, scores, lds)
	for step := rowsTogether(n); rows > 0; rows -= step {
		step = min(step, rows)
		softmaxRows(n, step, scores, lds, dst, ldd)
		if rows > step {
			scores, dst = scores[step*lds:], dst[step*ldd:]
		}
	}
}

// CrossEntropyRows is [CrossEntropy] of each of rows rows of n scores, whose
// classes are labels: losses[i] becomes the loss of row i, and the row of grad at
// grad[i*ldg] weights[i] times its gradient. The bits are those of a row alone.
// grad may be scores, with the same stride. CrossEntropyRows panics as
// [SoftmaxRows] does, if labels, weights or losses are not as many as there are
// rows, or if a label is not the index of a score.
func CrossEntropyRows(rows, n int, losses, grad []float32, ldg int, scores []float32, lds int, labels []int, weights []float32) {
	checkLossRows("CrossEntropyRows", "grad", rows, n, grad, ldg, scores, lds)
	checkRowArrays("CrossEntropyRows", rows, n, losses, labels, weights)
	var differences [maxRowsTogether]float32
	for at := 0; at < rows; {
		step := min(rowsTogether(n), rows-at)
		sums := losses[at : at+step]
		crossEntropyRows(n, step, scores[at*lds:], lds, labels[at:at+step], weights[at:at+step], grad[at*ldg:], ldg, sums, differences[:])
		logRows(sums, differences[:step], sums)
		at += step
	}
}

// maxRowsTogether is the most rows of one call.
const maxRowsTogether = 64

// rowsTogether is how many rows of n scores one call treats: 2¹⁴ elements take 5 µs
// or so.
func rowsTogether(n int) int { return max(1, min(maxRowsTogether, maxVector/max(1, n))) }

func checkLossRows(name, what string, rows, n int, dst []float32, ldd int, scores []float32, lds int) {
	sizeD, sizeS := extent(rows, n, ldd), extent(rows, n, lds)
	if rows < 0 || n < 0 || uint(sizeD) > uint(len(dst)) {
		panicMatrix(name, what, len(dst), rows, n, ldd)
	}
	if uint(sizeS) > uint(len(scores)) {
		panicMatrix(name, "scores", len(scores), rows, n, lds)
	}
	same := sizeD > 0 && &dst[0] == &scores[0] && (ldd == lds || rows == 1)
	if !same && alias.Overlap(dst[:sizeD], scores[:sizeS]) {
		panicOverlap(name, what, "scores")
	}
}

func checkRowArrays(name string, rows, n int, losses []float32, labels []int, weights []float32) {
	if len(losses) != rows || len(labels) != rows || len(weights) != rows {
		panic(fmt.Sprintf("argmax: %s of %d rows with %d losses, %d labels and %d weights", name, rows, len(losses), len(labels), len(weights)))
	}
	for _, label := range labels {
		checkLabel(name, label, n)
	}
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
