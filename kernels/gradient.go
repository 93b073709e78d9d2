package kernels

import "github.com/seed842bec00/argmax"

// Gradient sets dst = Aᵀ·X: for a linear model the gradient dW (classes ×
// features) from dS (batch × classes) and the batch X (batch × features). It is
// in the chain form over the batch. It panics if a shape does not fit.
func Gradient(dst, a, x Matrix, pool *Pool) {
	must(dst, a, x)
	mustEqual("Gradient", "rows of x", x.Rows, a.Rows)
	mustEqual("Gradient", "rows of dst", dst.Rows, a.Cols)
	mustEqual("Gradient", "columns of dst", dst.Cols, x.Cols)
	if a.Rows == 0 {
		for i := range dst.Rows {
			clear(dst.Row(i))
		}
		return
	}
	rows, cols := argmax.TileShape()
	pool.Split(x.Cols, cols, func(lo, hi int) {
		var packed [argmax.KC * maxTileRows]float32
		for k0 := 0; k0 < a.Rows; k0 += argmax.KC {
			k := min(argmax.KC, a.Rows-k0)
			for i0 := 0; i0 < a.Cols; i0 += rows {
				m := min(rows, a.Cols-i0)
				for q := range k {
					copy(packed[q*rows:][:m], a.Row(k0 + q)[i0:])
				}
				for j0 := lo; j0 < hi; j0 += cols {
					n := min(cols, hi-j0)
					argmax.Tile(k, packed[:k*rows], x.Data[k0*x.Stride+j0:], x.Stride,
						dst.Data[i0*dst.Stride+j0:], dst.Stride, m, n, k0 > 0)
				}
			}
		}
	})
}

// ColumnSums sets dst to the sums of the columns of a, the rows added in order:
// the gradient of the bias.
func ColumnSums(dst []float32, a Matrix) {
	must(a)
	mustEqual("ColumnSums", "length of dst", len(dst), a.Cols)
	clear(dst)
	for i := range a.Rows {
		argmax.Axpy(1, a.Row(i), dst)
	}
}
