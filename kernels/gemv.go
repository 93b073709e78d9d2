package kernels

import "github.com/seed842bec00/argmax"

// gemvRows is the number of products that are computed before they are added to y.
const gemvRows = 128

// Gemv sets y = α·A·x + β·y in the row form: y = β·y, rounded (y is not read when
// β = 0), and fma(α, aᵢ·x, yᵢ) with the inner product of each row, which is
// reduced first. It panics if a length does not fit or y overlaps A or x.
func Gemv(y []float32, a Matrix, x []float32, alpha, beta float32, pool *Pool) {
	must(a.Check())
	mustEqual("Gemv", "length of x", len(x), a.Cols)
	mustEqual("Gemv", "length of y", len(y), a.Rows)
	mustNotOverlap("Gemv", vector("y", y), matrix("A", a), vector("x", x))
	share := pool.worth(a.Rows, a.Cols)
	if share.workers == 1 { // without a closure, which would be allocated
		gemvRange(pool, y, a, x, alpha, beta)
		return
	}
	pool.split(share, a.Rows, 16, func(lo, hi int) { gemvRange(pool, y[lo:hi], a.Slice(lo, hi), x, alpha, beta) })
}

func gemvRange(pool *Pool, y []float32, a Matrix, x []float32, alpha, beta float32) {
	var buffer [gemvRows]float32
	for lo := 0; lo < a.Rows && pool.Err() == nil; lo += gemvRows {
		hi := min(lo+gemvRows, a.Rows)
		products, to := buffer[:hi-lo], y[lo:hi]
		argmax.ScoreRows(products, x, a.from(lo, 0))
		if beta == 0 {
			argmax.Scale(products, alpha)
			copy(to, products)
		} else {
			argmax.Scale(to, beta)
			argmax.Axpy(to, products, alpha)
		}
	}
}

// GemvTransposed sets y = α·Aᵀ·x + β·y in the chain form: the bits of Gemm with x as
// a matrix of one row. It panics if a length does not fit or y overlaps A or x.
func GemvTransposed(y []float32, a Matrix, x []float32, alpha, beta float32, pool *Pool) {
	must(a.Check())
	mustEqual("GemvTransposed", "length of x", len(x), a.Rows)
	mustEqual("GemvTransposed", "length of y", len(y), a.Cols)
	mustNotOverlap("GemvTransposed", vector("y", y), matrix("A", a), vector("x", x))
	Gemm(row(y), row(x), a, NoTranspose, alpha, beta, pool)
}
