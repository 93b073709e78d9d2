package argmax

// The shapes of the tiles of the generic code.
const (
	tileRowsGeneric     = 4
	tileColsGeneric     = lanes
	tileExamplesGeneric = 2
	tileClassesGeneric  = 2
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
// a[p][i]·b[p][j] over p = 0 … k−1, starting from +0, it sets c[i][j] to alpha·s, or to
// fma(alpha, s, c[i][j]) if add is true. a[p][i] is a[p*lda+i].
func gemmColumnsGeneric(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	gemm(k, a, 1, lda, b, ldb, c, ldc, m, n, alpha, add)
}

// gemmColumnsBytesGeneric is gemmColumnsGeneric for bytes in b; n is a multiple of 16.
func gemmColumnsBytesGeneric(k int, a []float32, lda int, b []uint8, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	gemm(k, a, 1, lda, b, ldb, c, ldc, m, n, alpha, add)
}

// gemmRowsGeneric is gemmColumnsGeneric for a that is not transposed: a[p][i] is
// a[i*lda+p].
func gemmRowsGeneric(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	gemm(k, a, lda, 1, b, ldb, c, ldc, m, n, alpha, add)
}

func gemm[E Element](k int, a []float32, down, along int, b []E, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	for i0 := 0; i0 < m; i0 += tileRowsGeneric {
		height := min(tileRowsGeneric, m-i0)
		for j0 := 0; j0 < n; j0 += lanes {
			width := min(lanes, n-j0)
			var acc [tileRowsGeneric]block
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

// scoreTileGeneric is the row form for a tile of rows of x by rows of w, k columns of
// them. With resume the accumulator of row i and class j starts from block
// i·classes + j of state. With wait it is stored there; without, it is reduced and
// stored in dst[i*ldd+j], plus the bias. The last parameter asks for prefetching, which
// changes nothing.
func scoreTileGeneric(k int, x []float32, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, _ bool) {
	scoreTileOf(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait)
}

// scoreTileBytesGeneric is scoreTileGeneric for bytes in x; k is a multiple of 16.
func scoreTileBytesGeneric(k int, x []uint8, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, _ bool) {
	scoreTileOf(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait)
}

func scoreTileOf[E Element](k int, x []E, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait bool) {
	for i := range tileExamplesGeneric {
		var acc [tileClassesGeneric]block
		if resume {
			for j := range acc {
				acc[j] = block(state[(i*tileClassesGeneric+j)*lanes:])
			}
		}
		for p := 0; p < k; p += lanes {
			n := min(lanes, k-p)
			xs := convert(x[i*ldx+p:][:n])
			for j := range acc {
				row := w[j*ldw+p:][:n]
				if n == lanes {
					fmaBlock(&acc[j], &xs, (*block)(row))
				} else {
					ws := pad(row)
					fmaBlock(&acc[j], &xs, &ws)
				}
			}
		}
		for j := range acc {
			if wait {
				copy(state[(i*tileClassesGeneric+j)*lanes:], acc[j][:])
			} else {
				dst[i*ldd+j] = reduce(&acc[j]) + bias[j]
			}
		}
	}
}
