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

// LogSoftmax sets the rows of dst to the logarithms of the probabilities of rows of
// scores, as argmax.LogSoftmax defines them; dst may be scores. It panics if a shape
// does not fit.
func LogSoftmax(dst, scores Matrix, pool *Pool) {
	must(dst.Check(), scores.Check())
	mustEqual("LogSoftmax", "rows of dst", dst.Rows, scores.Rows)
	mustEqual("LogSoftmax", "columns of dst", dst.Cols, scores.Cols)
	split(pool.worth(scores.Rows*scores.Cols*expWork), fine, scores.Rows, 1, func(lo, hi int) {
		if d, s := dst.Slice(lo, hi), scores.Slice(lo, hi); hi > lo {
			argmax.LogSoftmaxRows(hi-lo, s.Cols, d.Data, d.Stride, s.Data, s.Stride)
		}
	})
}

// LogSumExp sets dst[i] to argmax.LogSumExp of row i of scores. It panics if a shape
// does not fit.
func LogSumExp(dst []float32, scores Matrix, pool *Pool) {
	must(scores.Check())
	mustEqual("LogSumExp", "length of dst", len(dst), scores.Rows)
	split(pool.worth(scores.Rows*scores.Cols*expWork), fine, scores.Rows, 1, func(lo, hi int) {
		if s := scores.Slice(lo, hi); hi > lo {
			argmax.LogSumExpRows(hi-lo, s.Cols, dst[lo:hi], s.Data, s.Stride)
		}
	})
}

// Targets are what rows of scores should be. Losses of rows are added up as
// Σ weightᵢ·lossᵢ, and gradients are those of Scale times that sum: with a Scale of
// 1/rows, of the mean.
type Targets struct {
	Labels  []int     // the class of each row, a column of the scores
	Weights []float32 // of each row; nil: all 1
	Scale   float32
}

// CrossEntropy is the softmax loss of rows of scores, −log p(label), weighted and
// summed. Row i of grad becomes (p − 1[label])·c with c = weightᵢ·Scale, rounded;
// grad may be scores. It panics if a shape does not fit or a label is not a column.
func CrossEntropy(grad, scores Matrix, t Targets, pool *Pool) float64 {
	return rowLosses("CrossEntropy", grad, scores, t, pool, argmax.CrossEntropyRows)
}

// Hinge is the multiclass SVM loss of rows of scores, Σ max(0, s_j − s_label +
// margin) over j ≠ label (Weston and Watkins), weighted and summed. Row i of grad
// becomes its gradient times c = weightᵢ·Scale; grad may be scores. It panics as
// CrossEntropy does.
func Hinge(grad, scores Matrix, t Targets, margin float32, pool *Pool) float64 {
	return rowLosses("Hinge", grad, scores, t, pool, withMargin(argmax.HingeRows, margin))
}

// SquaredHinge is Hinge with squared terms, as argmax.SquaredHinge defines them.
func SquaredHinge(grad, scores Matrix, t Targets, margin float32, pool *Pool) float64 {
	return rowLosses("SquaredHinge", grad, scores, t, pool, withMargin(argmax.SquaredHingeRows, margin))
}

// CrammerSinger is Hinge with the best of the other classes alone, as
// argmax.CrammerSinger defines it.
func CrammerSinger(grad, scores Matrix, t Targets, margin float32, pool *Pool) float64 {
	return rowLosses("CrammerSinger", grad, scores, t, pool, withMargin(argmax.CrammerSingerRows, margin))
}

// A rowsLoss leaves the losses and the gradients of rows.
type rowsLoss func(rows, n int, losses, grad []float32, ldg int, scores []float32, lds int, labels []int, weights []float32)

func withMargin(loss func(rows, n int, losses, grad []float32, ldg int, scores []float32, lds int, labels []int, margin float32, weights []float32), margin float32) rowsLoss {
	return func(rows, n int, losses, grad []float32, ldg int, scores []float32, lds int, labels []int, weights []float32) {
		loss(rows, n, losses, grad, ldg, scores, lds, labels, margin, weights)
	}
}

// rowLosses adds up the losses of blocks of rows.
func rowLosses(name string, grad, scores Matrix, t Targets, pool *Pool, loss rowsLoss) float64 {
	must(grad.Check(), scores.Check())
	mustEqual(name, "rows of grad", grad.Rows, scores.Rows)
	mustEqual(name, "columns of grad", grad.Cols, scores.Cols)
	mustEqual(name, "number of labels", len(t.Labels), scores.Rows)
	if t.Weights != nil {
		mustEqual(name, "number of weights", len(t.Weights), scores.Rows)
	}
	for i, y := range t.Labels {
		if y < 0 || y >= scores.Cols {
			panic(fmt.Sprintf("kernels: %s: label %d of row %d, with %d classes", name, y, i, scores.Cols))
		}
	}
	sums := make([]float64, (scores.Rows+blockRows-1)/blockRows)
	split(pool.worth(scores.Rows*scores.Cols*expWork), fine, scores.Rows, blockRows, func(lo, hi int) {
		for ; lo < hi; lo += blockRows {
			sums[lo/blockRows] = t.block(lo, min(lo+blockRows, hi), grad, scores, loss)
		}
	})
	var total float64
	for _, s := range sums {
		total += s
	}
	return total
}

// block is the sum of the losses of rows lo to hi, at most blockRows of them.
func (t Targets) block(lo, hi int, grad, scores Matrix, loss rowsLoss) (sum float64) {
	var losses, weights [blockRows]float32
	n := hi - lo
	for i := range n {
		weights[i] = t.Scale * t.weight(lo+i)
	}
	g, s := grad.Slice(lo, hi), scores.Slice(lo, hi)
	loss(n, s.Cols, losses[:n], g.Data, g.Stride, s.Data, s.Stride, t.Labels[lo:hi], weights[:n])
	for i, l := range losses[:n] {
		sum += float64(t.weight(lo+i)) * float64(l) // an exact product
	}
	return sum
}

func (t Targets) weight(row int) float32 {
	if t.Weights == nil {
		return 1
	}
	return t.Weights[row]
}
