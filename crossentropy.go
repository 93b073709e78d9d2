package argmax

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
