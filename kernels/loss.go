package kernels

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

// blockRows is how many rows a partial sum over a data set covers. Partial sums
// join in order, which makes the total independent of who computed them.
const blockRows = 256

// Softmax sets the rows of dst to the probabilities of rows of scores, as
// argmax.Softmax defines them; dst may be scores. It panics if a shape does not fit.
func Softmax(dst, scores Matrix, pool *Pool) {
	must(dst.Check(), scores.Check())
	mustEqual("Softmax", "rows of dst", dst.Rows, scores.Rows)
	mustEqual("Softmax", "columns of dst", dst.Cols, scores.Cols)
	split(pool.worth(scores.Rows*scores.Cols*expWork), fine, scores.Rows, 1, func(lo, hi int) {
		if d, s := dst.Slice(lo, hi), scores.Slice(lo, hi); hi > lo {
			argmax.SoftmaxRows(hi-lo, s.Cols, d.Data, d.Stride, s.Data, s.Stride)
		}
	})
}

// expWork is the multiply-adds that an exponential takes the time of.
const expWork = 16

// CrossEntropy is the softmax loss of rows of scores, −log p(label), summed over
// the rows. Row i of grad becomes (p − 1[label])·c, the gradient of c times the
// loss; grad may be scores. It panics if a shape does not fit or a label is not a
// column.
func CrossEntropy(grad, scores Matrix, labels []int, c float32, pool *Pool) float64 {
	return rowLosses("CrossEntropy", grad, scores, labels, pool, func(losses []float32, grad, scores Matrix, labels []int) {
		var weights [blockRows]float32
		for i := range losses {
			weights[i] = c
		}
		argmax.CrossEntropyRows(len(losses), scores.Cols, losses, grad.Data, grad.Stride, scores.Data, scores.Stride, labels, weights[:len(losses)])
	})
}

// Hinge is the multiclass SVM loss of rows of scores, Σ max(0, s_j − s_label +
// margin) over j ≠ label (Weston and Watkins), summed over the rows. Row i of
// grad becomes the gradient of c times the loss; grad may be scores. It panics as
// CrossEntropy does.
func Hinge(grad, scores Matrix, labels []int, margin, c float32, pool *Pool) float64 {
	return rowLosses("Hinge", grad, scores, labels, pool, func(losses []float32, grad, scores Matrix, labels []int) {
		for i := range losses {
			losses[i] = argmax.Hinge(grad.Row(i), scores.Row(i), labels[i], margin, c)
		}
	})
}

// rowLosses calls block for blocks of rows and adds what it leaves in losses.
func rowLosses(name string, grad, scores Matrix, labels []int, pool *Pool, block func(losses []float32, grad, scores Matrix, labels []int)) float64 {
	must(grad.Check(), scores.Check())
	mustEqual(name, "rows of grad", grad.Rows, scores.Rows)
	mustEqual(name, "columns of grad", grad.Cols, scores.Cols)
	mustEqual(name, "number of labels", len(labels), scores.Rows)
	for i, y := range labels {
		if y < 0 || y >= scores.Cols {
			panic(fmt.Sprintf("kernels: %s: label %d of row %d, with %d classes", name, y, i, scores.Cols))
		}
	}
	sums := make([]float64, (scores.Rows+blockRows-1)/blockRows)
	split(pool.worth(scores.Rows*scores.Cols*expWork), fine, scores.Rows, blockRows, func(lo, hi int) {
		var losses [blockRows]float32
		for ; lo < hi; lo += blockRows {
			end := min(lo+blockRows, hi)
			block(losses[:end-lo], grad.Slice(lo, end), scores.Slice(lo, end), labels[lo:end])
			for _, loss := range losses[:end-lo] {
				sums[lo/blockRows] += float64(loss)
			}
		}
	})
	var total float64
	for _, s := range sums {
		total += s
	}
	return total
}

// SquaredNorm is ΣW², the L2 penalty: the rows in order, in float64. Its gradient
// is 2W.
func SquaredNorm(w Matrix) float64 {
	must(w.Check())
	var total float64
	for i := range w.Rows {
		total += float64(argmax.Dot(w.Row(i), w.Row(i)))
	}
	return total
}
