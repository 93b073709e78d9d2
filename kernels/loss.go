package kernels

import (
	"fmt"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/alias"
)

// Loss is a loss of a row of scores, given the class it is of. The losses are the
// types of this package that implement it.
type Loss interface {
	// rows stores the losses of rows of scores in losses and, in the rows of grad,
	// their gradients times weights. grad may be scores.
	rows(losses []float32, grad, scores Matrix, labels []int, weights []float32)
}

// CrossEntropy is the softmax loss, −log p(label), with the probabilities p of
// argmax.Softmax. Its gradient is p − 1[label].
type CrossEntropy struct{}

// WestonWatkins is the multiclass hinge loss Σ max(0, s_j − s_label + Margin) over
// j ≠ label (Weston and Watkins, 1999), as argmax.Hinge defines it.
type WestonWatkins struct{ Margin float32 }

// SquaredWestonWatkins is WestonWatkins with squared terms, as argmax.SquaredHinge
// defines it.
type SquaredWestonWatkins struct{ Margin float32 }

// CrammerSinger is the multiclass hinge loss of the best other class alone,
// max(0, max s_j − s_label + Margin) over j ≠ label (Crammer and Singer, 2001), as
// argmax.CrammerSinger defines it.
type CrammerSinger struct{ Margin float32 }

func (CrossEntropy) rows(losses []float32, grad, scores Matrix, labels []int, weights []float32) {
	argmax.CrossEntropyRows(losses, grad.from(0, 0), scores.from(0, 0), scores.Cols, labels, weights)
}

func (l WestonWatkins) rows(losses []float32, grad, scores Matrix, labels []int, weights []float32) {
	argmax.HingeRows(losses, grad.from(0, 0), scores.from(0, 0), scores.Cols, labels, weights, l.Margin)
}

func (l SquaredWestonWatkins) rows(losses []float32, grad, scores Matrix, labels []int, weights []float32) {
	argmax.SquaredHingeRows(losses, grad.from(0, 0), scores.from(0, 0), scores.Cols, labels, weights, l.Margin)
}

func (l CrammerSinger) rows(losses []float32, grad, scores Matrix, labels []int, weights []float32) {
	argmax.CrammerSingerRows(losses, grad.from(0, 0), scores.from(0, 0), scores.Cols, labels, weights, l.Margin)
}

// lossOfRow returns the loss of a single row. A call through the interface would take 2 ns more.
func lossOfRow(loss Loss, grad, scores []float32, label int, weight float32) float32 {
	switch l := loss.(type) {
	case CrossEntropy:
		return argmax.CrossEntropy(grad, scores, label, weight)
	case WestonWatkins:
		return argmax.Hinge(grad, scores, label, weight, l.Margin)
	case SquaredWestonWatkins:
		return argmax.SquaredHinge(grad, scores, label, weight, l.Margin)
	default:
		return argmax.CrammerSinger(grad, scores, label, weight, loss.(CrammerSinger).Margin)
	}
}

// Targets are what rows of scores should be.
type Targets struct {
	Labels  []int     // the class of each row, a column of the scores
	Weights []float32 // the weight of each row; nil means that all are 1
	Scale   float32   // of the gradient: 1/rows gives the gradient of the mean
}

// blockRows is the number of rows of a partial sum over a data set. Partial sums are
// added in order, so that the total does not depend on the number of workers.
const blockRows = 256

// LossGradient returns the sum Σ wᵢ·lossᵢ over the rows of scores, with the weights
// of t, and sets row i of grad to the gradient of lossᵢ times wᵢ·Scale, rounded. The
// sum is in float64. grad may be scores.
//
// It panics if a shape does not fit, if a label is not a column of scores, or if grad
// overlaps scores otherwise, or the labels or weights.
func LossGradient(grad, scores Matrix, t Targets, loss Loss, pool *Pool) float64 {
	if n := scores.Cols; grad.Rows == 1 && scores.Rows == 1 && grad.Cols == n && loss != nil &&
		inPlace(grad.Data, scores.Data, n) && labelsRow(t.Labels, grad.Data[:n]) && weightsRow(t.Weights, grad.Data[:n]) {
		weight := float32(1)
		if len(t.Weights) > 0 {
			weight = t.Weights[0]
		}
		return float64(weight) * float64(lossOfRow(loss, grad.Data[:n], scores.Data[:n], t.Labels[0], t.Scale*weight))
	}
	return lossGradient(grad, scores, t, loss, pool)
}

func lossGradient(grad, scores Matrix, t Targets, loss Loss, pool *Pool) float64 {
	must(grad.Check(), scores.Check())
	t.check(grad, scores, loss)
	share := pool.worth(scores.Rows, scores.Cols, expWork)
	if share.workers == 1 { // without a closure, which would be allocated
		return t.blocks(grad, scores, loss, 0, scores.Rows, nil)
	}
	sums := make([]float64, (scores.Rows+blockRows-1)/blockRows)
	pool.split(share, scores.Rows, blockRows, func(lo, hi int) { t.blocks(grad, scores, loss, lo, hi, sums) })
	var total float64
	for _, s := range sums {
		total += s
	}
	return total
}

// labelsRow reports whether labels is the class of a single row, and weightsRow whether weights
// is its weight, if there is one: what Targets.check asks.
func labelsRow(labels []int, grad []float32) bool {
	return len(labels) == 1 && uint(labels[0]) < uint(len(grad)) && !alias.Within(&labels[0], grad)
}

func weightsRow(weights, grad []float32) bool {
	return weights == nil || len(weights) == 1 && !alias.Within(&weights[0], grad)
}

func (t Targets) check(grad, scores Matrix, loss Loss) {
	const name = "LossGradient"
	if loss == nil {
		panic("kernels: LossGradient: no loss")
	}
	mustEqual(name, "rows of grad", grad.Rows, scores.Rows)
	mustEqual(name, "columns of grad", grad.Cols, scores.Cols)
	mustEqual(name, "number of labels", len(t.Labels), scores.Rows)
	if t.Weights != nil {
		mustEqual(name, "number of weights", len(t.Weights), scores.Rows)
	}
	g := matrix("grad", grad)
	mustNotOverlap(name, g, vector("the labels", t.Labels), vector("the weights", t.Weights))
	if !same(grad, scores) {
		mustNotOverlap(name, g, matrix("scores", scores))
	}
	var most uint // a negative label is large
	for _, y := range t.Labels {
		most = max(most, uint(y))
	}
	if most >= uint(scores.Cols) {
		t.refuseLabel(scores.Cols)
	}
}

// refuseLabel panics with the first label that is not a class, if there is one.
func (t Targets) refuseLabel(classes int) {
	for i, y := range t.Labels {
		if y < 0 || y >= classes {
			panic(fmt.Sprintf("kernels: LossGradient: label %d of row %d, with %d classes", y, i, classes))
		}
	}
}

// blocks computes the losses and gradients of rows lo to hi, where lo is a multiple of
// blockRows, and returns the sum of the losses. It stores the sum of each block in sums, unless that is nil.
func (t Targets) blocks(grad, scores Matrix, loss Loss, lo, hi int, sums []float64) (total float64) {
	buffer := newScratch(2 * blockRows)
	defer buffer.free()
	losses, weights := buffer.data[:blockRows], buffer.data[blockRows:]
	for ; lo < hi; lo += blockRows {
		end := min(lo+blockRows, hi)
		n := end - lo
		t.scaled(weights[:n], lo)
		loss.rows(losses[:n], grad.Slice(lo, end), scores.Slice(lo, end), t.Labels[lo:end], weights[:n])
		sum := t.sum(losses[:n], lo)
		if sums != nil {
			sums[lo/blockRows] = sum
		}
		total += sum
	}
	return total
}

// scaled sets dst to the weights of rows from lo on times t.Scale.
func (t *Targets) scaled(dst []float32, lo int) {
	if t.Weights == nil {
		for i := range dst {
			dst[i] = t.Scale
		}
		return
	}
	weights := t.Weights[lo:][:len(dst)]
	for i := range dst {
		dst[i] = t.Scale * weights[i]
	}
}

// sum returns the sum of the losses of rows from lo on times their weights.
func (t *Targets) sum(losses []float32, lo int) (sum float64) {
	if t.Weights == nil {
		for _, l := range losses {
			sum += float64(l)
		}
		return sum
	}
	weights := t.Weights[lo:][:len(losses)]
	for i, l := range losses {
		sum += float64(weights[i]) * float64(l) // an exact product
	}
	return sum
}
