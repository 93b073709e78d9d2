package kernels

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

// blockRows is how many rows a partial sum over a data set covers. Partial sums
// join in order, which makes the total independent of who computed them.
const blockRows = 256

// CrossEntropy is the softmax loss of rows of scores, −log p(label), summed over
// the rows. Row i of grad becomes (p − 1[label])·c, the gradient of c times the
// loss; grad may be scores. It panics if a shape does not fit or a label is not a
// column.
func CrossEntropy(grad, scores Matrix, labels []int, c float32, pool *Pool) float64 {
	return rowLosses("CrossEntropy", grad, scores, labels, pool, func(grad, scores []float32, label int) float32 {
		return argmax.CrossEntropy(grad, scores, label, c)
	})
}

// Hinge is the multiclass SVM loss of rows of scores, Σ max(0, s_j − s_label +
// margin) over j ≠ label (Weston and Watkins), summed over the rows. Row i of
// grad becomes the gradient of c times the loss; grad may be scores. It panics as
// CrossEntropy does.
func Hinge(grad, scores Matrix, labels []int, margin, c float32, pool *Pool) float64 {
	return rowLosses("Hinge", grad, scores, labels, pool, func(grad, scores []float32, label int) float32 {
		return argmax.Hinge(grad, scores, label, margin, c)
	})
}

func rowLosses(name string, grad, scores Matrix, labels []int, pool *Pool,
	loss func(grad, scores []float32, label int) float32) float64 {
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
	pool.Split(scores.Rows, blockRows, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			sums[i/blockRows] += float64(loss(grad.Row(i), scores.Row(i), labels[i]))
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
