package argmax

import (
	"fmt"

	"github.com/seed842bec00/argmax/internal/alias"
)

// ScoreRows sets dst[i] to the inner product of x and row i of a matrix, in the
// row form: the scores of a linear classifier before its bias, or the products of
// a query with the vectors of a base.
//
// The matrix has len(dst) rows of len(x) columns; row i begins at rows[i*stride].
// What lies between and behind the rows is not read. ScoreRows panics if rows is
// too short, if the stride is less than len(x) (with two rows or more), or if dst
// overlaps x or the matrix.
func ScoreRows(dst, x, rows []float32, stride int) {
	checkRows("ScoreRows", dst, x, rows, stride)
	if len(dst)*len(x) > maxRows {
		stepDot.longRows(dst, x, rows, stride)
		return
	}
	scoreRows(dst, x, rows, stride)
}

// ScoreRowsAt is [ScoreRows] for the rows in a list: dst[i] becomes the inner
// product of x and row index[i] of a matrix, with the bits that it has there. An
// index may come several times.
//
// Row r begins at rows[r*stride] and has len(x) columns; the matrix has as many rows
// as rows has room for, at most one if the stride is less than len(x). ScoreRowsAt
// panics if index is not as long as dst, if an index is not that of a row, or if
// dst overlaps x, rows or index.
func ScoreRowsAt(dst, x, rows []float32, stride int, index []int) {
	stepDot.longRowsAt("ScoreRowsAt", dst, x, rows, stride, index)
}

// ScoreTileShape returns how many rows of x and of w [ScoreTile] takes with the
// active instruction set.
func ScoreTileShape() (rows, classes int) { return scoreTileShape() }

// ScoreTile computes the scores of a tile of examples, the rows of x, for a tile
// of classes, the rows of w: what [ScoreRows] gives for each pair, the bias added,
// but each element that is loaded serves several. Row i of x begins at x[i*ldx],
// row j of w at w[j*ldw]; dst[i*ldd+j] becomes the score, bias[j] added last.
//
// Long rows come in pieces of k columns, each a multiple of 16 but the last. With
// wait the sums are left in state, which has room for a block of 16 for each pair,
// and dst is not touched; with resume they go on from there. far is for an x in
// memory rather than in a cache: the rows behind these are asked for ahead, whether
// they exist or not. None of them changes a bit.
//
// ScoreTile panics if k is negative, or not a multiple of 16 with wait, if a slice
// is too short or a stride less than a row, or if dst or state overlap anything
// else.
func ScoreTile(k int, x []float32, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, far bool) {
	checkScoreTile("ScoreTile", k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait)
	scoreTile(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
}

// ScoreTileBytes is [ScoreTile] with an x of bytes, which are converted as they
// are loaded: the same bits as converting before. k must be a multiple of 16; what
// is left of a longer row is for ScoreTile, with resume.
func ScoreTileBytes(k int, x []uint8, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, far bool) {
	checkScoreTile("ScoreTileBytes", k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait)
	if k%lanes != 0 {
		panicColumns("ScoreTileBytes", k)
	}
	scoreTileBytes(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
}

func checkScoreTile[E element](name string, k int, x []E, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait bool) {
	rows, classes := scoreTileShape()
	if k < 0 || wait && k%lanes != 0 {
		panicColumns(name, k)
	}
	sizeX, sizeW := extent(rows, k, ldx), extent(classes, k, ldw)
	if uint(sizeX) > uint(len(x)) {
		panicMatrix(name, "x", len(x), rows, k, ldx)
	}
	if uint(sizeW) > uint(len(w)) {
		panicMatrix(name, "w", len(w), classes, k, ldw)
	}
	if size := rows * classes * lanes; (resume || wait) && len(state) < size {
		panicLengths(name+": state", len(state), size)
	}
	if wait {
		if alias.Overlap(state, x[:sizeX]) || alias.Overlap(state, w[:sizeW]) {
			panicOverlap(name, "state", "x or w")
		}
		return
	}
	sizeD := extent(rows, classes, ldd)
	if uint(sizeD) > uint(len(dst)) {
		panicMatrix(name, "dst", len(dst), rows, classes, ldd)
	}
	if len(bias) < classes {
		panicLengths(name+": bias", len(bias), classes)
	}
	if d := dst[:sizeD]; alias.Overlap(d, x[:sizeX]) || alias.Overlap(d, w[:sizeW]) || alias.Overlap(d, bias[:classes]) {
		panicOverlap(name, "dst", "x, w or bias")
	}
}

//go:noinline
func panicColumns(name string, k int) {
	panic(fmt.Sprintf("argmax: %s of k = %d, not a multiple of %d", name, k, lanes))
}

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
