package argmax

import (
	"fmt"

	"github.com/seed842bec00/argmax/internal/alias"
)

// KC is the length of a chain: a matrix product is, for every element, the fma
// over k from 0 upwards within a block of KC values of k, and the blocks are
// added in order. It is part of the arithmetic, not a tuning constant: another
// value would give other bits.
const KC = 256

// TileShape returns the shape of the tile of a product that fills the registers
// of the active instruction set: the largest n that [GemmColumns] and [GemmRows]
// take, and the m that suits them best.
func TileShape() (rows, cols int) { return tileShape() }

// GemmColumns multiplies one block of a matrix product, the innermost piece that
// a blocked GEMM is made of. For i < m and j < n,
//
//	s = +0; for p = 0 … k−1: s = fma(A[p][i], B[p][j], s)
//	C[i][j] = alpha·s, or fma(alpha, s, C[i][j]) if add
//
// Here A is transposed: A[p][i] is a[p*lda+i]; B[p][j] is b[p*ldb+j] and C[i][j]
// is c[i*ldc+j]. Nothing between their rows is touched.
//
// One call should take less than 20 µs or so, since it cannot be preempted: m is
// the caller's to limit. GemmColumns panics unless 0 ≤ k ≤ KC, 0 ≤ m and 0 ≤ n ≤
// cols of [TileShape], if a slice is too short or a stride less than a row (with
// two rows or more), or if c overlaps a or b.
func GemmColumns(k int, alpha float32, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, add bool) {
	checkTile("GemmColumns", k, a, k, m, lda, b, ldb, c, ldc, m, n)
	if m > 0 && n > 0 {
		gemmColumns(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	}
}

// GemmRows is [GemmColumns] with an A that is not transposed: A[p][i] is
// a[i*lda+p].
func GemmRows(k int, alpha float32, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, add bool) {
	checkTile("GemmRows", k, a, m, k, lda, b, ldb, c, ldc, m, n)
	if m > 0 && n > 0 {
		gemmRows(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	}
}

// GemmColumnsBytes is [GemmColumns] with a B of bytes, which are converted as they
// are loaded: the same bits as converting before. n must be a multiple of 16.
func GemmColumnsBytes(k int, alpha float32, a []float32, lda int, b []uint8, ldb int, c []float32, ldc, m, n int, add bool) {
	checkTile("GemmColumnsBytes", k, a, k, m, lda, b, ldb, c, ldc, m, n)
	if n%lanes != 0 {
		panic(fmt.Sprintf("argmax: GemmColumnsBytes of n = %d, not a multiple of %d", n, lanes))
	}
	if m > 0 && n > 0 {
		gemmColumnsBytes(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	}
}

func checkTile[E element](name string, k int, a []float32, rowsA, colsA, lda int, b []E, ldb int, c []float32, ldc, m, n int) {
	if _, cols := tileShape(); uint(k) > KC || m < 0 || uint(n) > uint(cols) {
		panicTile(name, k, m, n, cols)
	}
	sizeA, sizeB, sizeC := extent(rowsA, colsA, lda), extent(k, n, ldb), extent(m, n, ldc)
	if uint(sizeA) > uint(len(a)) {
		panicMatrix(name, "a", len(a), rowsA, colsA, lda)
	}
	if uint(sizeB) > uint(len(b)) {
		panicMatrix(name, "b", len(b), k, n, ldb)
	}
	if uint(sizeC) > uint(len(c)) {
		panicMatrix(name, "c", len(c), m, n, ldc)
	}
	if alias.Overlap(c[:sizeC], a[:sizeA]) {
		panicOverlap(name, "c", "a")
	}
	if alias.Overlap(c[:sizeC], b[:sizeB]) {
		panicOverlap(name, "c", "b")
	}
}

//go:noinline
func panicTile(name string, k, m, n, cols int) {
	panic(fmt.Sprintf("argmax: %s of %d×%d with k = %d, at most %d columns with k = %d", name, m, n, k, cols, KC))
}
