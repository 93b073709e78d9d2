package kernels

import "github.com/seed842bec00/argmax"

// MaxRowForm is the largest number of classes whose scores are computed in the
// row form, one inner product each; more are computed in the chain form, the
// classes in the lanes. The number of classes alone decides, so that a model
// scores a row the same in every batch.
const MaxRowForm = 32

// maxTileRows is at least the number of rows of every instruction set's tiles.
const maxTileRows = 16

// Weights is a linear score function f(x) = Wx + b, prepared for scoring. W has
// one row for each class and one column for each feature. Weights is immutable.
type Weights struct {
	w    Matrix
	bias []float32
	// transposed is, for the chain form, Wᵀ in panels: the classes of a panel,
	// feature by feature.
	transposed panels
}

// NewWeights prepares w and bias, which it keeps and which must not change
// afterwards. It panics unless bias has an element for each row of w.
func NewWeights(w Matrix, bias []float32) *Weights {
	must(w.Check())
	mustEqual("NewWeights", "length of bias", len(bias), w.Rows)
	p := &Weights{w: w, bias: bias}
	if p.chained() {
		p.transposed = packTransposed(make([]float32, w.Rows*w.Cols), w)
	}
	return p
}

// chained reports whether scores are in the chain form.
func (p *Weights) chained() bool { return p.w.Rows > MaxRowForm }

// Classes and Features are the dimensions of W.
func (p *Weights) Classes() int  { return p.w.Rows }
func (p *Weights) Features() int { return p.w.Cols }

// Matrix and Bias are W and b; read only.
func (p *Weights) Matrix() Matrix  { return p.w }
func (p *Weights) Bias() []float32 { return p.bias }

// Score sets dst to the scores of x, one for each class. It allocates nothing. It
// panics if a length does not fit or dst overlaps x, the weights or the bias.
func Score[E Element](dst []float32, x []E, w *Weights) {
	mustEqual("Score", "length of dst", len(dst), w.Classes())
	mustEqual("Score", "length of x", len(x), w.Features())
	mustNotOverlap("Score", vector("dst", dst), vector("x", x), matrix("the weights", w.w), vector("the bias", w.bias))
	if w.chained() {
		scoreChains(nil, row(dst), row(x), w)
	} else if x, ok := any(x).([]float32); ok {
		scoreRow(dst, x, w.w, w.bias)
	} else {
		scoreSingly(nil, row(dst), row(x), w.w, w.bias)
	}
}

// Scores sets dst = X·Wᵀ + b, one row of scores for each row of x. It panics if a
// shape does not fit or dst overlaps x, the weights or the bias.
func Scores[E Element](dst Matrix, x Dense[E], w *Weights, pool *Pool) {
	must(dst.Check(), x.Check())
	mustEqual("Scores", "rows of dst", dst.Rows, x.Rows)
	mustEqual("Scores", "columns of dst", dst.Cols, w.Classes())
	mustEqual("Scores", "columns of x", x.Cols, w.Features())
	mustNotOverlap("Scores", matrix("dst", dst), matrix("x", x), matrix("the weights", w.w), vector("the bias", w.bias))
	if dst.Rows == 0 || dst.Cols == 0 {
		return
	}
	workers := pool.worth(x.Rows, w.Classes(), w.Features())
	if workers == 1 { // without a closure, which would be allocated
		scoreRange(pool, dst, x, w)
		return
	}
	height, _ := argmax.ScoreTileShape()
	if w.chained() {
		height, _ = argmax.TileShape()
	}
	pool.split(workers, fine, x.Rows, height, func(lo, hi int) {
		scoreRange(pool, dst.Slice(lo, hi), x.Slice(lo, hi), w)
	})
}

func scoreRange[E Element](pool *Pool, dst Matrix, x Dense[E], w *Weights) {
	if w.chained() {
		scoreChains(pool, dst, x, w)
	} else {
		scoreRows(pool, dst, x, w.w, w.bias)
	}
}

// scoreChains is the chain form: rows of x, where they lie, by panels of classes.
func scoreChains[E Element](pool *Pool, dst Matrix, x Dense[E], w *Weights) {
	if x.Cols == 0 {
		for i := range dst.Rows {
			copy(dst.Row(i), w.bias)
		}
		return
	}
	multiply(pool, 1, leftRows(x), w.transposed, dst, false)
	for i := range dst.Rows {
		argmax.Axpy(dst.Row(i), w.bias, 1)
	}
}
