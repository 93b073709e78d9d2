package kernels

import "github.com/seed842bec00/argmax"

// MaxRowForm is the largest number of classes whose scores are computed in the
// row form, one inner product each; more are computed in the chain form, the
// classes in the lanes. The number of classes alone decides, so that a model
// scores a row the same in every batch.
const MaxRowForm = 32

// maxTileRows is at least the number of rows of every instruction set's tile.
const maxTileRows = 16

// Weights is a linear score function f(x) = Wx + b, prepared for scoring. W has
// one row for each class and one column for each feature. Weights is immutable.
type Weights struct {
	w          Matrix
	bias       []float32
	transposed Matrix // features × classes, for the chain form
}

// NewWeights prepares w and bias, which it keeps and which must not change
// afterwards. It panics unless bias has an element for each row of w.
func NewWeights(w Matrix, bias []float32) *Weights {
	must(w)
	mustEqual("NewWeights", "length of bias", len(bias), w.Rows)
	p := &Weights{w: w, bias: bias}
	if w.Rows > MaxRowForm {
		p.transposed = NewMatrix(w.Cols, w.Rows)
		for j := range w.Rows {
			for f, v := range w.Row(j) {
				p.transposed.Row(f)[j] = v
			}
		}
	}
	return p
}

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
	if p.Classes() <= MaxRowForm {
		argmax.ScoreRows(dst, x, p.w.Data, p.w.Stride)
		addTo(dst, p.bias)
		return
	}
	p.chain(Matrix{1, len(dst), len(dst), dst}, Matrix{1, len(x), len(x), x})
}

// Scores sets dst = X·Wᵀ + b, one row of scores for each row of x. It panics if a
// shape does not fit.
func (p *Weights) Scores(dst, x Matrix, pool *Pool) {
	must(dst, x)
	mustEqual("Scores", "rows of dst", dst.Rows, x.Rows)
	mustEqual("Scores", "columns of dst", dst.Cols, p.Classes())
	mustEqual("Scores", "columns of x", x.Cols, p.Features())
	rows, _ := argmax.TileShape()
	pool.Split(x.Rows, rows, func(lo, hi int) {
		if p.Classes() > MaxRowForm {
			p.chain(dst.Slice(lo, hi), x.Slice(lo, hi))
			return
		}
		for i := lo; i < hi; i++ {
			argmax.ScoreRows(dst.Row(i), x.Row(i), p.w.Data, p.w.Stride)
			addTo(dst.Row(i), p.bias)
		}
	})
}

// chain is Scores for more than MaxRowForm classes.
func (p *Weights) chain(dst, x Matrix) {
	var packed [argmax.KC * maxTileRows]float32
	rows, cols := argmax.TileShape()
	for i0 := 0; i0 < x.Rows; i0 += rows {
		m := min(rows, x.Rows-i0)
		for k0 := 0; k0 < x.Cols; k0 += argmax.KC {
			k := min(argmax.KC, x.Cols-k0)
			for i := range m {
				for q, v := range x.Row(i0 + i)[k0 : k0+k] {
					packed[q*rows+i] = v
				}
			}
			for j0 := 0; j0 < dst.Cols; j0 += cols {
				n := min(cols, dst.Cols-j0)
				argmax.Tile(k, packed[:k*rows], p.transposed.Data[k0*p.transposed.Stride+j0:], p.transposed.Stride,
					dst.Data[i0*dst.Stride+j0:], dst.Stride, m, n, k0 > 0)
			}
		}
		for i := i0; i < i0+m; i++ {
			if x.Cols == 0 {
				clear(dst.Row(i))
			}
			addTo(dst.Row(i), p.bias)
		}
	}
}

func addTo(dst, x []float32) {
	for i, v := range x {
		dst[i] += v
	}
}
