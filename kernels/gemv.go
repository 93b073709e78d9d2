package kernels

import "github.com/seed842bec00/argmax"

// gemvRows is how many products are computed before they are added to y.
const gemvRows = 128

// Gemv sets y = α·A·x + β·y in the row form: y = β·y, rounded (y is not read when
// β = 0), and fma(α, aᵢ·x, yᵢ) with the inner product of each row, which is
// reduced first. It panics if a length does not fit or y overlaps A or x.
func Gemv(alpha float32, a Matrix, x []float32, beta float32, y []float32, pool *Pool) {
	must(a.Check())
	mustEqual("Gemv", "length of x", len(x), a.Cols)
	mustEqual("Gemv", "length of y", len(y), a.Rows)
	mustNotShare("Gemv", vectorView(y), "A", view[float32](a))
	mustNotShare("Gemv", vectorView(y), "x", vectorView(x))
	workers := pool.worth(a.Rows * a.Cols)
	if workers == 1 { // without a closure, which would be allocated
		gemv(pool, alpha, a, x, beta, y)
		return
	}
	split(workers, fine, a.Rows, 16, func(lo, hi int) { gemv(pool, alpha, a.Slice(lo, hi), x, beta, y[lo:hi]) })
}

func gemv(pool *Pool, alpha float32, a Matrix, x []float32, beta float32, y []float32) {
	var buffer [gemvRows]float32
	for lo := 0; lo < a.Rows && pool.Err() == nil; lo += gemvRows {
		hi := min(lo+gemvRows, a.Rows)
		products, to := buffer[:hi-lo], y[lo:hi]
		argmax.ScoreRows(products, x, a.Slice(lo, hi).Data, a.Stride)
		if beta == 0 {
			argmax.Scale(alpha, products)
			copy(to, products)
		} else {
			argmax.Scale(beta, to)
			argmax.Axpy(alpha, products, to)
		}
	}
}

// GemvTransposed sets y = α·Aᵀ·x + β·y in the chain form: the bits of Gemm with a
// transposed x of one row. It panics if a length does not fit or y overlaps A or
// x.
func GemvTransposed(alpha float32, a Matrix, x []float32, beta float32, y []float32, pool *Pool) {
	mustEqual("GemvTransposed", "length of x", len(x), a.Rows)
	mustEqual("GemvTransposed", "length of y", len(y), a.Cols)
	Gemm(false, false, alpha, Matrix{1, len(x), len(x), x}, a, beta, Matrix{1, len(y), len(y), y}, pool)
}

func vectorView(x []float32) view[float32] { return view[float32]{1, len(x), len(x), x} }
