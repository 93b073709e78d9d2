package argmax

// maxRowsTogether is the most rows of which a function keeps numbers on its stack;
// to clear room for so many takes longer than fewRows rows of a few scores.
const (
	maxRowsTogether = 256
	fewRows         = 8
)

// rowsTogether is how many of so many rows of n scores one call treats: 2¹⁴ elements
// take 5 µs or so. (A division takes longer than a few scores.)
func rowsTogether(n, rows int) int {
	if rows*n <= maxVector {
		return rows
	}
	return min(rows, max(1, maxVector/n))
}

// CrossEntropy returns the loss −log pᵧ of the scores of one example whose class
// is label, where p are the probabilities of [Softmax], and sets grad to c times
// its gradient with respect to the scores, (p − 1[j = label])·c. c is the weight
// of the example in the mean; it does not scale the loss.
//
// The loss is log Σ exp(sⱼ − m) + (m − sᵧ), finite where pᵧ rounds to 0, and +∞ if
// the label's score is −∞ and another is finite. With a single finite score loss and
// gradient are 0. If a score is NaN or +∞, or if all are −∞, loss and gradient are
// NaN.
//
// grad may be scores. CrossEntropy panics if they overlap otherwise, if their
// lengths differ, or if label is not the index of a score.
func CrossEntropy(grad, scores []float32, label int, c float32) (loss float32) {
	checkInPlace("CrossEntropy", "grad", grad, "scores", scores)
	checkLabel("CrossEntropy", label, len(scores))
	labels, weights, sum, addend := [1]int{label}, [1]float32{c}, [1]float32{}, [1]float32{}
	crossEntropyRows(len(scores), 1, scores, 0, labels[:], weights[:], grad, 0, sum[:], addend[:])
	logRows(sum[:], sum[:], addend[:])
	return sum[0]
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
	if rows <= fewRows {
		var addends [fewRows]float32
		crossEntropyLosses(rows, n, losses, grad, ldg, scores, lds, labels, weights, addends[:])
		return
	}
	var addends [maxRowsTogether]float32
	crossEntropyLosses(rows, n, losses, grad, ldg, scores, lds, labels, weights, addends[:])
}

// crossEntropyLosses takes as many rows at once as addends has room for.
func crossEntropyLosses(rows, n int, losses, grad []float32, ldg int, scores []float32, lds int, labels []int, weights, addends []float32) {
	for at := 0; at < rows; {
		step := min(rowsTogether(n, rows-at), len(addends))
		sums := losses[at : at+step]
		crossEntropyRows(n, step, scores[at*lds:], lds, labels[at:at+step], weights[at:at+step], grad[at*ldg:], ldg, sums, addends)
		logRows(sums, sums, addends)
		at += step
	}
}

// Hinge returns the multiclass hinge loss Σ max(0, sⱼ − sᵧ + margin) over j ≠ y of
// the scores of one example whose class is y = label, and sets grad to c times
// its gradient: c for every class with a positive term, −c times their number for
// the label, 0 for the others. c is the weight of the example in the mean; it
// does not scale the loss. (J. Weston and C. Watkins, "Support vector machines for
// multi-class pattern recognition", ESANN 1999.)
//
// With a single class the loss is 0. A term is rounded after the difference and
// after the addition of the margin. If a term is NaN (a NaN, or the label's score
// and another the same infinity) the loss and the whole gradient are NaN.
//
// grad may be scores. Hinge panics if they overlap otherwise, if their lengths
// differ, or if label is not the index of a score.
func Hinge(grad, scores []float32, label int, margin, c float32) (loss float32) {
	return marginLoss("Hinge", hinge, grad, scores, label, margin, c)
}

// HingeRows is [Hinge] of each of rows rows of n scores, as [CrossEntropyRows] is
// [CrossEntropy].
func HingeRows(rows, n int, losses, grad []float32, ldg int, scores []float32, lds int, labels []int, margin float32, weights []float32) {
	marginLossRows("HingeRows", hinge, rows, n, losses, grad, ldg, scores, lds, labels, margin, weights)
}

// SquaredHinge is [Hinge] with squared terms: the loss is Σ t² of t = max(0, sⱼ − sᵧ +
// margin), and the gradient 2·t·c, for the label −2·c times the sum of t. (The L2
// loss of a linear SVM, as LIBLINEAR has it for two classes.) A square is fused into
// the sum; 2·c is rounded before the products.
func SquaredHinge(grad, scores []float32, label int, margin, c float32) (loss float32) {
	return marginLoss("SquaredHinge", squaredHinge, grad, scores, label, margin, c)
}

// SquaredHingeRows is [SquaredHinge] of rows, as [HingeRows] is [Hinge].
func SquaredHingeRows(rows, n int, losses, grad []float32, ldg int, scores []float32, lds int, labels []int, margin float32, weights []float32) {
	marginLossRows("SquaredHingeRows", squaredHinge, rows, n, losses, grad, ldg, scores, lds, labels, margin, weights)
}

// CrammerSinger is [Hinge] with the best of the other classes alone: max(0, sⱼ − sᵧ +
// margin) of the largest sⱼ, j ≠ y. If that is positive the gradient is c for the
// lowest such j and −c for the label; all else is 0. (K. Crammer and Y. Singer, "On
// the algorithmic implementation of multiclass kernel-based vector machines", JMLR 2,
// 2001.) The loss and the whole gradient are NaN if a score is NaN, or if the
// label's score and the largest of the others are the same infinity.
func CrammerSinger(grad, scores []float32, label int, margin, c float32) (loss float32) {
	return marginLoss("CrammerSinger", crammerSinger, grad, scores, label, margin, c)
}

// CrammerSingerRows is [CrammerSinger] of rows, as [HingeRows] is [Hinge].
func CrammerSingerRows(rows, n int, losses, grad []float32, ldg int, scores []float32, lds int, labels []int, margin float32, weights []float32) {
	marginLossRows("CrammerSingerRows", crammerSinger, rows, n, losses, grad, ldg, scores, lds, labels, margin, weights)
}

// A marginKind is a loss of margins.
type marginKind int

const (
	hinge marginKind = iota
	squaredHinge
	crammerSinger
)

// maxNumbered is the most classes whose numbers a float32 holds.
const maxNumbered = 1 << 24

func (k marginKind) rows(n, rows int, scores []float32, lds int, labels []int, weights []float32, margin float32, grad []float32, ldg int, losses []float32) {
	margin += 0 // −0 is +0: no term is −0
	switch {
	case k == hinge:
		hingeRows(n, rows, scores, lds, labels, weights, margin, grad, ldg, losses)
	case k == squaredHinge:
		squaredHingeRows(n, rows, scores, lds, labels, weights, margin, grad, ldg, losses)
	case n == 1: // no other class
		for i := range rows {
			grad[i*ldg], losses[i] = 0, 0
		}
	case n > maxNumbered:
		crammerSingerRowsGeneric(n, rows, scores, lds, labels, weights, margin, grad, ldg, losses)
	default:
		crammerSingerRows(n, rows, scores, lds, labels, weights, margin, grad, ldg, losses)
	}
	if len(losses) >= lanes {
		if s := sum(losses); s == s { // no loss is negative
			return
		}
	}
	for i, loss := range losses {
		if loss != loss {
			for j := range n {
				grad[i*ldg+j] = notANumber
			}
		}
	}
}

func marginLoss(name string, k marginKind, grad, scores []float32, label int, margin, c float32) float32 {
	checkInPlace(name, "grad", grad, "scores", scores)
	checkLabel(name, label, len(scores))
	labels, weights, loss := [1]int{label}, [1]float32{c}, [1]float32{}
	k.rows(len(scores), 1, scores, 0, labels[:], weights[:], margin, grad, 0, loss[:])
	return loss[0]
}

func marginLossRows(name string, k marginKind, rows, n int, losses, grad []float32, ldg int, scores []float32, lds int, labels []int, margin float32, weights []float32) {
	checkLossRows(name, "grad", rows, n, grad, ldg, scores, lds)
	checkRowArrays(name, rows, n, losses, labels, weights)
	for at := 0; at < rows; {
		step := rowsTogether(n, rows-at)
		k.rows(n, step, scores[at*lds:], lds, labels[at:at+step], weights[at:at+step], margin, grad[at*ldg:], ldg, losses[at:at+step])
		at += step
	}
}
