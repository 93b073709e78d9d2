package argmax

// The shapes of the tiles of the generic code.
const (
	tileRowsGeneric     = 4
	tileColsGeneric     = lanes
	tileExamplesGeneric = 1
	tileClassesGeneric  = 1
)

// convert returns the at most 16 elements of x as float32, with zeros in the missing
// lanes.
func convert[E Element](x []E) (b block) {
	for i, v := range x {
		b[i] = float32(v)
	}
	return b
}

func scoreRowsGeneric(dst, x, rows []float32, stride int) { stepDot.rows(dst, x, rows, stride) }

func scoreRowsAtGeneric(dst, x, rows []float32, stride int, index []int) {
	stepDot.listedRows(dst, x, rows, stride, index)
}

// gemmColumnsGeneric is the chain form. For i < m and j < n, with s the fma of
// a[p][i]·b[p][j] over p = 0 … k−1, starting from +0, or from c[i][j] if resume is true, it
// sets c[i][j] to alpha·s, or to fma(alpha, s, c[i][j]) if add is true. a[p][i] is a[p*lda+i].
func gemmColumnsGeneric(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add, resume bool) {
	gemm(k, a, 1, lda, b, ldb, c, ldc, m, n, alpha, add, resume)
}

// gemmColumnsBytesGeneric is gemmColumnsGeneric for bytes in b; n is a multiple of 16.
func gemmColumnsBytesGeneric(k int, a []float32, lda int, b []uint8, ldb int, c []float32, ldc, m, n int, alpha float32, add, resume bool) {
	gemm(k, a, 1, lda, b, ldb, c, ldc, m, n, alpha, add, resume)
}

// gemmRowsGeneric is gemmColumnsGeneric for a that is not transposed: a[p][i] is
// a[i*lda+p].
func gemmRowsGeneric(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add, resume bool) {
	gemm(k, a, lda, 1, b, ldb, c, ldc, m, n, alpha, add, resume)
}

func gemm[E Element](k int, a []float32, down, along int, b []E, ldb int, c []float32, ldc, m, n int, alpha float32, add, resume bool) {
	for i0 := 0; i0 < m; i0 += tileRowsGeneric {
		height := min(tileRowsGeneric, m-i0)
		for j0 := 0; j0 < n; j0 += lanes {
			width := min(lanes, n-j0)
			var acc [tileRowsGeneric]block
			if resume {
				for i := range height {
					copy(acc[i][:], c[(i0+i)*ldc+j0:][:width])
				}
			}
			for p := range k {
				row := convert(b[p*ldb+j0:][:width])
				for i := range height {
					fmaScalar(&acc[i], a[(i0+i)*down+p*along], &row)
				}
			}
			for i := range height {
				for j, s := range acc[i][:width] {
					v := &c[(i0+i)*ldc+j0+j]
					if add {
						*v = fma32(alpha, s, *v)
					} else {
						*v = alpha * s
					}
				}
			}
		}
	}
}

// scoreTilesGeneric is the row form for m rows of x by n rows of w, k columns of them.
// With resume the accumulator of row i and class j starts from block i·n + j of state.
// With wait it is stored there; without, it is reduced and stored in dst[i*ldd+j], plus
// the bias. The rest of the parameters serve the assembly.
func scoreTilesGeneric(k, m, n int, x []float32, ldx int, w []float32, ldw int, state, _, bias, dst []float32, ldd int, resume, wait, _ bool) {
	scoreTilesOf(k, m, n, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait)
}

// scoreTilesBytesGeneric is scoreTilesGeneric for bytes in x; k is a multiple of 16.
func scoreTilesBytesGeneric(k, m, n int, x []uint8, ldx int, w []float32, ldw int, state, _, bias, dst []float32, ldd int, resume, wait, _ bool) {
	scoreTilesOf(k, m, n, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait)
}

func scoreTilesOf[E Element](k, m, n int, x []E, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait bool) {
	for i := range m {
		for j := range n {
			var acc block
			if resume {
				acc = block(state[(i*n+j)*lanes:])
			}
			for p := 0; p < k; p += lanes {
				width := min(lanes, k-p)
				xs, ws := convert(x[i*ldx+p:][:width]), pad(w[j*ldw+p:][:width])
				fmaBlock(&acc, &xs, &ws)
			}
			if wait {
				copy(state[(i*n+j)*lanes:], acc[:])
			} else {
				dst[i*ldd+j] = reduce(&acc) + bias[j]
			}
		}
	}
}
