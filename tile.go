package argmax

import "fmt"

// KC is the length of a chain: a matrix product is, for every element, the fma
// over k from 0 upwards within a block of KC values of k, and the blocks are
// added in order. It is part of the arithmetic, not a tuning constant: another
// value would give other bits.
const KC = 256

// TileShape returns the largest m and n that [Tile] takes with the active
// instruction set: the tile that fills its registers.
func TileShape() (rows, cols int) { return tileRows(), tileCols() }

// Tile multiplies one block of a matrix product, the innermost piece that a
// blocked GEMM is made of. For i < m and j < n,
//
//	s = +0; for p = 0 … k−1: s = fma(A[p][i], B[p][j], s)
//	C[i][j] = s, or C[i][j] + s if add
//
// A is packed: A[p][i] is a[p*rows+i], where rows is the first result of
// [TileShape]; where m is less than that, the elements between must exist but
// their values do not matter. B[p][j] is b[p*ldb+j] and C[i][j] is c[i*ldc+j];
// nothing between their rows is touched.
//
// Tile panics unless 0 ≤ k ≤ KC, 1 ≤ m ≤ rows and 1 ≤ n ≤ cols, if a slice is too
// short or a stride less than n (with two rows or more), or if c overlaps a or b.
func Tile(k int, a, b []float32, ldb int, c []float32, ldc, m, n int, add bool) {
	rows, cols := TileShape()
	if uint(k) > KC || uint(m-1) >= uint(rows) || uint(n-1) >= uint(cols) {
		panic(fmt.Sprintf("argmax: Tile of %d×%d with k = %d, at most %d×%d with k = %d", m, n, k, rows, cols, KC))
	}
	sizeB, sizeC := extent(k, n, ldb), extent(m, n, ldc)
	if k*rows > len(a) {
		panicMatrix("Tile", "a", len(a), k, rows, rows)
	}
	if sizeB < 0 || sizeB > len(b) {
		panicMatrix("Tile", "b", len(b), k, n, ldb)
	}
	if sizeC < 0 || sizeC > len(c) {
		panicMatrix("Tile", "c", len(c), m, n, ldc)
	}
	if overlap(c[:sizeC], a[:k*rows]) {
		panicOverlap("Tile", "c", "a")
	}
	if overlap(c[:sizeC], b[:sizeB]) {
		panicOverlap("Tile", "c", "b")
	}
	gemmTile(k, a, b, ldb, c, ldc, m, n, add)
}
