package kernels

import "github.com/seed842bec00/argmax"

// Score sets dst to the scores of x, one for each class. It allocates nothing. It
// panics if a length does not fit or dst overlaps x, the weights or the bias.
func Score[E Element](dst []float32, x []E, w *Weights) {
	mustEqual("Score", "length of dst", len(dst), w.Classes())
	mustEqual("Score", "length of x", len(x), w.Features())
	mustNotOverlap("Score", vector("dst", dst), vector("x", x), matrix("the weights", w.matrix), vector("the bias", w.bias))
	score(dst, x, w)
}

func score[E Element](dst []float32, x []E, w *Weights) {
	if w.chained() {
		scoreChains(nil, row(dst), row(x), w)
		return
	}
	switch x := any(x).(type) {
	case []float32:
		scoreRow(dst, x, w.matrix, w.bias)
	case []uint8:
		buffer := newScratch(len(x))
		argmax.FromBytes(buffer.data, x)
		scoreRow(dst, buffer.data, w.matrix, w.bias)
		buffer.free()
	}
}

// Scores sets dst = X·Wᵀ + b, one row of scores for each row of x. It panics if a
// shape does not fit or dst overlaps x, the weights or the bias.
func Scores[E Element](dst Matrix, x Dense[E], w *Weights, pool *Pool) {
	dst.mustBeSound()
	x.mustBeSound()
	mustEqual("Scores", "rows of dst", dst.Rows, x.Rows)
	mustEqual("Scores", "columns of dst", dst.Cols, w.Classes())
	mustEqual("Scores", "columns of x", x.Cols, w.Features())
	mustNotOverlap("Scores", matrix("dst", dst), matrix("x", x), matrix("the weights", w.matrix), vector("the bias", w.bias))
	if dst.Rows == 0 || dst.Cols == 0 {
		return
	}
	if x.Rows == 1 && !w.chained() {
		score(dst.Data[:dst.Cols], x.Data[:x.Cols], w)
		return
	}
	share := pool.worth(x.Rows, w.Classes(), w.Features())
	if share.workers == 1 { // without a closure, which would be allocated
		scoreRange(pool, dst, x, w)
		return
	}
	height, _ := argmax.ScoreTileShape()
	if w.chained() {
		height, _ = argmax.TileShape()
	}
	pool.split(share, x.Rows, height, func(lo, hi int) {
		scoreRange(pool, dst.Slice(lo, hi), x.Slice(lo, hi), w)
	})
}

func scoreRange[E Element](pool *Pool, dst Matrix, x Dense[E], w *Weights) {
	if w.chained() {
		scoreChains(pool, dst, x, w)
	} else {
		scoreRows(pool, dst, x, w.matrix, w.bias)
	}
}

// scoreChains is the chain form: the rows of x times panels of classes.
func scoreChains[E Element](pool *Pool, dst Matrix, x Dense[E], w *Weights) {
	if x.Cols == 0 {
		for i := range dst.Rows {
			copy(dst.Row(i), w.bias)
		}
		return
	}
	multiply(pool, dst, leftRows(x), w.transposed, 1, false)
	for i := range dst.Rows {
		argmax.Axpy(dst.Row(i), w.bias, 1)
	}
}
