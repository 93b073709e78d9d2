package argmax

// CrossEntropy returns the loss −log p[label] of the scores of one example, where p
// are the probabilities of [Softmax] and label is the class of the example. It sets
// grad to weight times the gradient of the loss with respect to the scores,
// (p − 1[j = label])·weight. weight is that of the example in a mean; it does not
// scale the loss.
//
// The loss is computed as log Σ exp(sⱼ − m) + (m − s[label]), with m the largest score:
// it is finite where p[label] rounds to 0, and +∞ if the label's score is −∞ and
// another is finite. With a single finite score, loss and gradient are 0. If a score
// is NaN or +∞, or if all are −∞, loss and gradient are NaN.
//
// grad may be scores. CrossEntropy panics if they overlap otherwise, if their lengths
// differ, or if label is not the index of a score.
func CrossEntropy(grad, scores []float32, label int, weight float32) (loss float32) {
	if !rowFits(grad, scores, label) {
		panic(badRow("CrossEntropy", grad, scores, label))
	}
	return crossEntropyRow(grad, scores, label, weight)
}

// CrossEntropyRows is [CrossEntropy] of each row of scores, which has len(losses) rows
// of n scores: it stores in losses[i] the loss of row i for the class labels[i], and
// in row i of grad weights[i] times its gradient. The bits are those of a row alone.
//
// grad may be scores, with the same stride. CrossEntropyRows panics if they overlap
// otherwise, if losses or grad overlaps another operand, if an operand is too short,
// if there are several rows and a stride is less than n, if the lengths of losses,
// labels and weights differ, or if a label is not the index of a score.
func CrossEntropyRows(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32) {
	checkLosses("CrossEntropyRows", losses, grad, scores, n, labels, weights)
	if len(losses) <= fewRows {
		var addends [fewRows]float32
		crossEntropyLosses(losses, grad, scores, n, labels, weights, addends[:])
		return
	}
	var addends [maxRowsTogether]float32
	crossEntropyLosses(losses, grad, scores, n, labels, weights, addends[:])
}

// crossEntropyLosses processes at most as many rows at a time as addends has elements.
func crossEntropyLosses(losses []float32, grad, scores Strided[float32], n int, labels []int, weights, addends []float32) {
	for at := 0; at < len(losses); {
		end := at + min(rowsTogether(n, len(losses)-at), len(addends))
		sums := losses[at:end]
		crossEntropyRows(n, len(sums), scores.Data[at*scores.Stride:], scores.Stride, labels[at:end], weights[at:end], grad.Data[at*grad.Stride:], grad.Stride, sums, addends)
		logRows(sums, sums, addends)
		at = end
	}
}

// Hinge returns the multiclass hinge loss Σ max(0, sⱼ − s[label] + margin), over all
// j ≠ label, of the scores of one example whose class is label. It sets grad to
// weight times the gradient of the loss: weight for every class with a positive term,
// −weight times their number for the label, 0 for the others. weight is that of the
// example in a mean; it does not scale the loss. (J. Weston and C. Watkins, "Support
// vector machines for multi-class pattern recognition", ESANN 1999.)
//
// A term is rounded after the difference and after the addition of the margin. With a
// single class the loss is 0. If a term is NaN (because a score is, or because the
// label's score and another are the same infinity), the loss and the whole gradient
// are NaN.
//
// grad may be scores. Hinge panics if they overlap otherwise, if their lengths differ,
// or if label is not the index of a score.
func Hinge(grad, scores []float32, label int, weight, margin float32) (loss float32) {
	if !rowFits(grad, scores, label) {
		panic(badRow("Hinge", grad, scores, label))
	}
	return orNaN(hingeRow(grad, scores, label, weight, margin+0), grad)
}

// HingeRows is [Hinge] of each row of scores. For shapes and panics see
// [CrossEntropyRows].
func HingeRows(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32, margin float32) {
	hinge.rows("HingeRows", losses, grad, scores, n, labels, weights, margin)
}

// SquaredHinge is like [Hinge] with squared terms: the loss is Σ t² of the terms
// t = max(0, sⱼ − s[label] + margin), and the gradient is 2·t·weight, for the label
// −2·weight times the sum of all t. (The L2 loss of a linear SVM; for two classes that
// of LIBLINEAR.) A square is fused with its addition to the sum; 2·weight is rounded
// before it is multiplied.
func SquaredHinge(grad, scores []float32, label int, weight, margin float32) (loss float32) {
	if !rowFits(grad, scores, label) {
		panic(badRow("SquaredHinge", grad, scores, label))
	}
	return orNaN(squaredHingeRow(grad, scores, label, weight, margin+0), grad)
}

// SquaredHingeRows is [SquaredHinge] of each row of scores. For shapes and panics see
// [CrossEntropyRows].
func SquaredHingeRows(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32, margin float32) {
	squaredHinge.rows("SquaredHingeRows", losses, grad, scores, n, labels, weights, margin)
}

// CrammerSinger is like [Hinge] with the best of the other classes alone: the loss is
// max(0, sⱼ − s[label] + margin) for the largest sⱼ, j ≠ label. If it is positive, the
// gradient is weight for the lowest such j and −weight for the label; everything else
// is 0. (K. Crammer and Y. Singer, "On the algorithmic implementation of multiclass
// kernel-based vector machines", JMLR 2, 2001.) The loss and the whole gradient are
// NaN if a score is NaN, or if the label's score and the largest of the others are the
// same infinity.
func CrammerSinger(grad, scores []float32, label int, weight, margin float32) (loss float32) {
	if !rowFits(grad, scores, label) {
		panic(badRow("CrammerSinger", grad, scores, label))
	}
	labels, weights, losses := [1]int{label}, [1]float32{weight}, [1]float32{}
	crammerSinger.kernel(losses[:], grad, 0, scores, 0, len(scores), labels[:], weights[:], margin)
	return losses[0]
}

// CrammerSingerRows is [CrammerSinger] of each row of scores. For shapes and panics
// see [CrossEntropyRows].
func CrammerSingerRows(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32, margin float32) {
	crammerSinger.rows("CrammerSingerRows", losses, grad, scores, n, labels, weights, margin)
}

// LogisticRows computes the logistic loss of each class against the rest, for each row
// of scores, which has len(losses) rows of n scores. With the target t = 1 for the class
// labels[i] and −1 for the others, the loss of a score s is log(1 + e^−ts); LogisticRows
// stores in losses[i] the sum over row i, and in row i of grad weights[i] times its
// gradient, −t/(1 + e^ts). The bits are those of a row alone.
//
// The loss is computed as max(0, −ts) + log(1 + e^−|ts|), within 3 units in the last
// place before the sum, also where it is tiny or large: it is 0 for ts = ∞ and ∞ for
// ts = −∞. If a score is NaN, the loss and its element of the gradient are NaN.
//
// For shapes and panics see [CrossEntropyRows]; grad may be scores.
func LogisticRows(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32) {
	checkLosses("LogisticRows", losses, grad, scores, n, labels, weights)
	for at := 0; at < len(losses); {
		end := at + rowsTogether(n, len(losses)-at)
		logisticRows(n, end-at, scores.Data[at*scores.Stride:], scores.Stride, labels[at:end], weights[at:end], grad.Data[at*grad.Stride:], grad.Stride, losses[at:end])
		at = end
	}
}

// A marginLoss is one of the losses that depend on margins.
type marginLoss int

const (
	hinge marginLoss = iota
	squaredHinge
	crammerSinger
)

// maxNumbered is the largest number of classes whose indices float32 represents.
const maxNumbered = 1 << 24

// rows checks and computes the losses of several rows.
func (l marginLoss) rows(name string, losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32, margin float32) {
	checkLosses(name, losses, grad, scores, n, labels, weights)
	for at := 0; at < len(losses); {
		end := at + rowsTogether(n, len(losses)-at)
		l.kernel(losses[at:end], grad.Data[at*grad.Stride:], grad.Stride, scores.Data[at*scores.Stride:], scores.Stride, n, labels[at:end], weights[at:end], margin)
		at = end
	}
}

// kernel calls the kernel of the loss and makes the gradients of NaN losses NaN.
func (l marginLoss) kernel(losses, grad []float32, ldg int, scores []float32, lds, n int, labels []int, weights []float32, margin float32) {
	rows := len(losses)
	margin += 0 // makes −0 +0, so that no term is −0; see also Hinge and SquaredHinge
	switch {
	case l == hinge:
		hingeRows(n, rows, scores, lds, labels, weights, margin, grad, ldg, losses)
	case l == squaredHinge:
		squaredHingeRows(n, rows, scores, lds, labels, weights, margin, grad, ldg, losses)
	case n == 1: // there is no other class
		for i := range rows {
			grad[i*ldg], losses[i] = 0, 0
		}
	case n > maxNumbered:
		crammerSingerRowsGeneric(n, rows, scores, lds, labels, weights, margin, grad, ldg, losses)
	default:
		crammerSingerRows(n, rows, scores, lds, labels, weights, margin, grad, ldg, losses)
	}
	if rows >= lanes {
		if s := sum(losses); s == s { // losses are not negative, so infinities cannot cancel
			return
		}
	}
	for i, loss := range losses {
		orNaN(loss, grad[i*ldg:][:n])
	}
}

// orNaN makes the gradient of a loss NaN if the loss is, and returns the loss.
func orNaN(loss float32, grad []float32) float32 {
	if loss != loss {
		fillNaN(grad)
	}
	return loss
}

func fillNaN(x []float32) {
	for i := range x {
		x[i] = notANumber
	}
}
