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
// panics if a length does not fit or dst overlaps x.
func (p *Weights) Score(dst, x []float32) {
	mustEqual("Score", "length of dst", len(dst), p.Classes())
	mustEqual("Score", "length of x", len(x), p.Features())
	if p.chained() {
		scoreChains(nil, Matrix{1, len(dst), len(dst), dst}, vectorView(x), p)
		return
	}
	scoreRow(dst, x, p.w, p.bias)
}

// Scores sets dst = X·Wᵀ + b, one row of scores for each row of x. It panics if a
// shape does not fit or dst overlaps x.
func (p *Weights) Scores(dst, x Matrix, pool *Pool) {
	must(dst.Check(), x.Check())
	if dst.Rows == 1 && x.Rows == 1 {
		p.Score(dst.Row(0), x.Row(0))
		return
	}
	scores("Scores", dst, view[float32](x), p, pool)
}

// ScoresPixels is Scores for rows of bytes: the bits that Scores gives for the same
// numbers as float32, at a quarter of the memory.
func (p *Weights) ScoresPixels(dst Matrix, x Pixels, pool *Pool) {
	must(dst.Check(), x.Check())
	scores("ScoresPixels", dst, view[uint8](x), p, pool)
}

func scores[E element](name string, dst Matrix, x view[E], p *Weights, pool *Pool) {
	mustEqual(name, "rows of dst", dst.Rows, x.Rows)
	mustEqual(name, "columns of dst", dst.Cols, p.Classes())
	mustEqual(name, "columns of x", x.Cols, p.Features())
	mustNotShare(name, view[float32](dst), "x", x)
	workers := pool.worth(x.Rows * p.Classes() * p.Features())
	if workers == 1 { // without a closure, which would be allocated
		scoreRange(pool, dst, x, p)
		return
	}
	height, _ := argmax.ScoreTileShape()
	if p.chained() {
		height, _ = argmax.TileShape()
	}
	split(workers, fine, x.Rows, height, func(lo, hi int) {
		scoreRange(pool, dst.Slice(lo, hi), x.slice(lo, hi), p)
	})
}

func scoreRange[E element](pool *Pool, dst Matrix, x view[E], p *Weights) {
	if p.chained() {
		scoreChains(pool, dst, x, p)
	} else {
		scoreRows(pool, dst, x, p.w, p.bias)
	}
}

// scoreChains is the chain form: rows of x, where they lie, by panels of classes.
func scoreChains[E element](pool *Pool, dst Matrix, x view[E], p *Weights) {
	if x.Cols == 0 {
		for i := range dst.Rows {
			copy(dst.Row(i), p.bias)
		}
		return
	}
	multiply(pool, 1, leftRows(x), p.transposed, dst, false)
	for i := range dst.Rows {
		argmax.Axpy(1, p.bias, dst.Row(i))
	}
}
