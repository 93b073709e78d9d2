package argmax

import "math"

// The kernels in Go: what they return, bit for bit, is what every assembly
// kernel must return. They work on blocks of 16 lanes because that is the unit of
// the arithmetic; see the package comment.
//
// Go may fuse a product with an addition unless the product is converted
// explicitly. The products here are exact (fma_generic.go), converted, or alone.

const (
	lanes        = 16
	accumulators = 4 // of the vector form
)

type block [lanes]float32

// pad returns x, which has at most 16 elements, with zeros in the missing lanes.
func pad(x []float32) (b block) {
	copy(b[:], x)
	return b
}

// reduce adds the lanes of v: lane i and i+8, then i+4, i+2, i+1.
func reduce(v *block) float32 {
	var s [lanes / 2]float32
	for i := range s {
		s[i] = v[i] + v[i+8]
	}
	for i := range 4 {
		s[i] += s[i+4]
	}
	return (s[0] + s[2]) + (s[1] + s[3])
}

// A step adds one block to an accumulator.
type step int

const (
	stepSum        step = iota // x
	stepDot                    // x·y, fused
	stepSqDist                 // (x−y)², the difference rounded, the square fused
	stepL1Dist                 // |x−y|
	stepSumSquares             // x², fused
	stepSumAbs                 // |x|
	stepLInfDist               // max |x−y|, which knows no order: the row form alone uses it
)

// blocks adds whole blocks to the accumulators in acc, of which there are 1 or 4,
// in turn.
func (s step) blocks(acc, x, y []float32) {
	switch s {
	case stepSum:
		addAll(acc, x)
		return
	case stepL1Dist:
		addDistances(acc, x, y)
		return
	case stepSumAbs:
		addMagnitudes(acc, x)
		return
	}
	for i := 0; i < len(x); i += lanes {
		a, u, v := (*block)(acc[i&(len(acc)-1):]), (*block)(x[i:]), (*block)(y[i:])
		switch s {
		case stepDot:
			fmaBlock(a, u, v)
		case stepSqDist:
			fmaSquare(a, u, v)
		case stepSumSquares:
			fmaBlock(a, u, u)
		}
	}
}

// all adds all of x and y: whole blocks, and what is left as one.
func (s step) all(acc, x, y []float32) {
	n := len(x) &^ (lanes - 1)
	s.blocks(acc, x[:n], y[:n])
	if n < len(x) {
		px, py := pad(x[n:]), pad(y[n:])
		s.blocks(acc[n&(len(acc)-1):], px[:], py[:])
	}
}

// finish adds the last elements to four accumulators and reduces them.
func (s step) finish(acc *[64]float32, x, y []float32) float32 {
	s.all(acc[:], x, y)
	var sum block
	for i := range sum {
		sum[i] = (acc[i] + acc[i+16]) + (acc[i+32] + acc[i+48])
	}
	return reduce(&sum)
}

// vector is the vector form: block b goes to accumulator b mod 4.
func (s step) vector(x, y []float32) float32 {
	var acc [accumulators * lanes]float32
	return s.finish(&acc, x, y)
}

// row is the row form: one accumulator.
func (s step) row(x, y []float32) float32 {
	if s == stepLInfDist {
		return lInfDistGeneric(x, y)
	}
	var acc block
	s.all(acc[:], x, y)
	return reduce(&acc)
}

func (s step) rows(dst, x, rows []float32, stride int) {
	for i := range dst {
		dst[i] = s.row(x, rows[i*stride:][:len(x)])
	}
}

func sumGeneric(x []float32) float32       { return stepSum.vector(x, x) }
func dotGeneric(x, y []float32) float32    { return stepDot.vector(x, y) }
func sqDistGeneric(x, y []float32) float32 { return stepSqDist.vector(x, y) }
func l1DistGeneric(x, y []float32) float32 { return stepL1Dist.vector(x, y) }

func sumCarryGeneric(acc *[64]float32, x []float32)       { stepSum.blocks(acc[:], x, x) }
func dotCarryGeneric(acc *[64]float32, x, y []float32)    { stepDot.blocks(acc[:], x, y) }
func sqDistCarryGeneric(acc *[64]float32, x, y []float32) { stepSqDist.blocks(acc[:], x, y) }
func l1DistCarryGeneric(acc *[64]float32, x, y []float32) { stepL1Dist.blocks(acc[:], x, y) }

func scoreRowsGeneric(dst, x, rows []float32, stride int)  { stepDot.rows(dst, x, rows, stride) }
func sqDistRowsGeneric(dst, x, rows []float32, stride int) { stepSqDist.rows(dst, x, rows, stride) }
func l1DistRowsGeneric(dst, x, rows []float32, stride int) { stepL1Dist.rows(dst, x, rows, stride) }

// maximumGeneric is NaN if an element is NaN, and −∞ if there is none. A zero
// maximum is +0 even if every element is −0.
func maximumGeneric(x []float32) float32 {
	m := negInf
	for _, v := range x {
		if !(v <= m) { // larger, or NaN
			m = v
			if v != v {
				break
			}
		}
	}
	return m + 0
}

// axpyGeneric is y = fma(alpha, x, y). y may be x.
func axpyGeneric(alpha float32, x, y []float32) {
	n := len(x) &^ (lanes - 1)
	for i := 0; i < n; i += lanes {
		fmaScalar((*block)(y[i:]), alpha, (*block)(x[i:]))
	}
	for i := n; i < len(x); i++ {
		y[i] = fma32(alpha, x[i], y[i])
	}
}

func scaleGeneric(alpha float32, x []float32) {
	for len(x) >= 4 {
		x[0] *= alpha
		x[1] *= alpha
		x[2] *= alpha
		x[3] *= alpha
		x = x[4:]
	}
	for i := range x {
		x[i] *= alpha
	}
}

// fromBytesGeneric converts; the length of x is a multiple of 16.
func fromBytesGeneric(dst []float32, x []uint8) {
	for i, v := range x {
		dst[i] = float32(v)
	}
}

// The tiles of the generic code.
const (
	tileRowsGeneric     = 4
	tileColsGeneric     = lanes
	tileExamplesGeneric = 2
	tileClassesGeneric  = 2
)

// An element is a number of a matrix: bytes are converted, which is exact.
type element interface{ float32 | uint8 }

// convert returns x, which has at most 16 elements, with zeros in the missing
// lanes.
func convert[E element](x []E) (b block) {
	for i, v := range x {
		b[i] = float32(v)
	}
	return b
}

// gemmColumnsGeneric is the chain form: c[i][j] is alpha times the fma over p of
// a[p][i]·b[p][j], from +0 upwards, for i < m and j < n; with add, it is
// fma(alpha, that, c[i][j]). a[p][i] is a[p*lda+i].
func gemmColumnsGeneric(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	gemm(k, a, 1, lda, b, ldb, c, ldc, m, n, alpha, add)
}

// gemmColumnsBytesGeneric takes a b of bytes, n a multiple of 16.
func gemmColumnsBytesGeneric(k int, a []float32, lda int, b []uint8, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	gemm(k, a, 1, lda, b, ldb, c, ldc, m, n, alpha, add)
}

// gemmRowsGeneric is gemmColumnsGeneric with a[p][i] at a[i*lda+p].
func gemmRowsGeneric(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	gemm(k, a, lda, 1, b, ldb, c, ldc, m, n, alpha, add)
}

func gemm[E element](k int, a []float32, down, along int, b []E, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
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

// scoreTileGeneric is the row form for a tile of rows of x by rows of w, in
// pieces of k: the accumulators of row i and class j come from block
// i·classes + j of state if resume, and go there if wait; otherwise their reduced
// sums, the bias added, go to dst[i*ldd+j]. far changes nothing here.
func scoreTileGeneric(k int, x []float32, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, _ bool) {
	scoreTileOf(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait)
}

// scoreTileBytesGeneric takes an x of bytes, k a multiple of 16.
func scoreTileBytesGeneric(k int, x []uint8, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, _ bool) {
	scoreTileOf(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait)
}

func scoreTileOf[E element](k int, x []E, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait bool) {
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

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
