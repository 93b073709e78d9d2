package kernels

import "github.com/seed842bec00/argmax"

// Gradient sets dst = Aᵀ·X: for a linear model the gradient dW (classes × features)
// of dS (batch × classes) and the batch X (batch × features). It is in the chain form
// over the batch, as [Gemm] is. It panics if a shape does not fit or dst overlaps a
// or x.
func Gradient[E Element](dst, a Matrix, x Dense[E], pool *Pool) {
	must(dst.Check(), a.Check(), x.Check())
	mustEqual("Gradient", "rows of x", x.Rows, a.Rows)
	mustEqual("Gradient", "rows of dst", dst.Rows, a.Cols)
	mustEqual("Gradient", "columns of dst", dst.Cols, x.Cols)
	mustNotOverlap("Gradient", matrix("dst", dst), matrix("a", a), matrix("x", x))
	if dst.Rows == 0 || dst.Cols == 0 {
		return
	}
	_, cols := argmax.TileShape()
	workers := pool.worth(a.Rows, a.Cols, x.Cols)
	if workers == 1 { // without a closure, which would be allocated
		gradientRange(pool, dst, a, x)
		return
	}
	pool.split(workers, fine, x.Cols, cols, func(lo, hi int) {
		gradientRange(pool, dst.Columns(lo, hi), a, x.Columns(lo, hi))
	})
}

// gradientRange reads both operands where they lie: a panel of columns of x, KC
// rows deep, is read once for all classes.
func gradientRange[E Element](pool *Pool, dst, a Matrix, x Dense[E]) {
	if a.Rows == 0 {
		scaleRows(0, dst)
		return
	}
	_, cols := argmax.TileShape()
	for p := 0; p < a.Rows && pool.Err() == nil; p += argmax.KC {
		k := min(argmax.KC, a.Rows-p)
		for j := 0; j < x.Cols; j += cols {
			n := min(cols, x.Cols-j)
			gradientPanel(k, a.Data[p*a.Stride:], a.Stride, a.Cols, x.Data[p*x.Stride+j:], x.Stride, dst.Data[j:], dst.Stride, n, p > 0)
		}
	}
}

func gradientPanel[E Element](k int, a []float32, lda, m int, x []E, ldx int, c []float32, ldc, n int, add bool) {
	factor := left[float32]{Matrix{k, m, lda, a}, true}
	bytes, ok := any(x).([]uint8)
	if !ok {
		factor.times(1, any(x).([]float32), ldx, c, ldc, n, add)
		return
	}
	whole := n &^ 15
	height := max(1, callWork/(k*n))
	for i := 0; i < m && whole > 0; i += height {
		argmax.GemmColumns(argmax.Strided[float32]{Data: c[i*ldc:], Stride: ldc}, argmax.Strided[float32]{Data: a[i:], Stride: lda}, argmax.Strided[uint8]{Data: bytes, Stride: ldx}, min(height, m-i), whole, k, 1, accumulate(add))
	}
	if rest := n - whole; rest > 0 {
		var converted [argmax.KC * 16]float32
		convert(Matrix{k, rest, rest, converted[:]}, Dense[uint8]{k, rest, ldx, bytes[whole:]})
		factor.times(1, converted[:], rest, c[whole:], ldc, rest, add)
	}
}

// ColumnSums sets dst to the sums of the columns of a, the rows added in order:
// the gradient of the bias.
func ColumnSums(dst []float32, a Matrix) {
	must(a.Check())
	mustEqual("ColumnSums", "length of dst", len(dst), a.Cols)
	mustNotOverlap("ColumnSums", vector("dst", dst), matrix("a", a))
	clear(dst)
	if a.Cols == 0 {
		return
	}
	for i := range a.Rows {
		argmax.Axpy(dst, a.Row(i), 1)
	}
}
