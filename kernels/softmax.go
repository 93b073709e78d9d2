package kernels

import (
	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/alias"
)

// expWork is the cost of an exponential in multiply-adds.
const expWork = 16

// Softmax sets the rows of dst to the probabilities of rows of scores, as
// argmax.Softmax defines them. dst may be scores. It panics if a shape does not fit
// or dst overlaps scores otherwise.
func Softmax(dst, scores Matrix, pool *Pool) {
	if dst.Rows == 1 && scores.Rows == 1 && dst.Cols == scores.Cols && inPlace(dst.Data, scores.Data, dst.Cols) {
		argmax.Softmax(dst.Data[:dst.Cols], scores.Data[:dst.Cols])
		return
	}
	checkInPlace("Softmax", dst, scores)
	share := pool.worth(scores.Rows, scores.Cols, expWork)
	if share.workers == 1 { // without a closure, which would be allocated
		softmaxRange(dst, scores)
		return
	}
	pool.split(share, scores.Rows, 1, func(lo, hi int) { softmaxRange(dst.Slice(lo, hi), scores.Slice(lo, hi)) })
}

func softmaxRange(dst, scores Matrix) {
	if scores.Rows > 0 && scores.Cols > 0 {
		argmax.SoftmaxRows(dst.from(0, 0), scores.from(0, 0), scores.Rows, scores.Cols)
	}
}

// LogSoftmax sets the rows of dst to the logarithms of the probabilities of rows of
// scores, as argmax.LogSoftmax defines them. dst may be scores. It panics as
// [Softmax] does.
func LogSoftmax(dst, scores Matrix, pool *Pool) {
	if dst.Rows == 1 && scores.Rows == 1 && dst.Cols == scores.Cols && inPlace(dst.Data, scores.Data, dst.Cols) {
		argmax.LogSoftmax(dst.Data[:dst.Cols], scores.Data[:dst.Cols])
		return
	}
	checkInPlace("LogSoftmax", dst, scores)
	share := pool.worth(scores.Rows, scores.Cols, expWork)
	if share.workers == 1 { // without a closure, which would be allocated
		logSoftmaxRange(dst, scores)
		return
	}
	pool.split(share, scores.Rows, 1, func(lo, hi int) { logSoftmaxRange(dst.Slice(lo, hi), scores.Slice(lo, hi)) })
}

func logSoftmaxRange(dst, scores Matrix) {
	if scores.Rows > 0 && scores.Cols > 0 {
		argmax.LogSoftmaxRows(dst.from(0, 0), scores.from(0, 0), scores.Rows, scores.Cols)
	}
}

// LogSumExp sets dst[i] to argmax.LogSumExp of row i of scores. It panics if a shape
// does not fit or dst overlaps scores.
func LogSumExp(dst []float32, scores Matrix, pool *Pool) {
	if n := scores.Cols; len(dst) == 1 && scores.Rows == 1 && uint(n) <= uint(len(scores.Data)) {
		if s := scores.Data[:n]; !alias.Overlap(dst, s) {
			dst[0] = argmax.LogSumExp(s)
			return
		}
	}
	must(scores.Check())
	mustEqual("LogSumExp", "length of dst", len(dst), scores.Rows)
	mustNotOverlap("LogSumExp", vector("dst", dst), matrix("scores", scores))
	share := pool.worth(scores.Rows, scores.Cols, expWork)
	if share.workers == 1 { // without a closure, which would be allocated
		argmax.LogSumExpRows(dst, scores.from(0, 0), scores.Cols)
		return
	}
	pool.split(share, scores.Rows, 1, func(lo, hi int) {
		s := scores.Slice(lo, hi)
		argmax.LogSumExpRows(dst[lo:hi], s.from(0, 0), s.Cols)
	})
}

// inPlace reports whether dst and scores have n elements each, the same ones or none in
// common. It is what checkInPlace asks of single rows, whose calls it would dominate.
func inPlace(dst, scores []float32, n int) bool {
	return uint(n) <= uint(len(dst)) && uint(n) <= uint(len(scores)) && !alias.Partial(dst[:n], scores[:n])
}

func checkInPlace(function string, dst, scores Matrix) {
	must(dst.Check(), scores.Check())
	mustEqual(function, "rows of dst", dst.Rows, scores.Rows)
	mustEqual(function, "columns of dst", dst.Cols, scores.Cols)
	if !same(dst, scores) {
		mustNotOverlap(function, matrix("dst", dst), matrix("scores", scores))
	}
}
