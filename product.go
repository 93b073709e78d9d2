package argmax

import (
	"fmt"

	"github.com/seed842bec00/argmax/internal/alias"
)

// ScoreRows sets dst[i] to the inner product of x and row i of rows, in the row form:
// the scores of a linear classifier without its bias, or the inner products of a
// query and the vectors of a base.
//
// The matrix has len(dst) rows of len(x) columns. ScoreRows panics if rows.Data is
// too short, if there are several rows and the stride is less than len(x), or if dst
// overlaps x or rows.
func ScoreRows(dst, x []float32, rows Strided[float32]) {
	checkRows("ScoreRows", dst, x, rows)
	if len(dst)*len(x) > maxRows {
		stepDot.longRows(dst, x, rows)
		return
	}
	scoreRows(dst, x, rows.Data, rows.Stride)
}

// ScoreRowsAt is like [ScoreRows] for listed rows: it sets dst[i] to the inner product
// of x and row index[i] of rows, with the bits of ScoreRows. The same index may occur
// several times.
//
// Rows have len(x) columns, and there are as many as rows.Data has room for; if the
// stride is less than len(x), there is at most one. ScoreRowsAt panics if the lengths
// of dst and index differ, if an index is out of range, or if dst overlaps x, rows or
// index.
func ScoreRowsAt(dst, x []float32, rows Strided[float32], index []int) {
	stepDot.rowsAt("ScoreRowsAt", dst, x, rows, index)
}

// A ScoreMode is a set of flags for [ScoreTiles]. The zero value computes scores from
// whole rows. No flag changes the bits of a score.
type ScoreMode uint8

const (
	// Resume continues the sums in state, which a call with Suspend stored there.
	Resume ScoreMode = 1 << iota
	// Suspend stores the unfinished sums in state and leaves dst alone.
	Suspend
	// Prefetch prefetches the rows that follow each tile of x, whether or not they
	// exist. It pays if x is not in the L2 cache.
	Prefetch
)

// ScoreTileShape returns how many rows of x and of w make a tile of [ScoreTiles] with
// the active instruction set.
func ScoreTileShape() (rows, classes int) { return scoreTileShape() }

// ScoreStateSize returns the length of the state of [ScoreTiles] for m examples, n classes
// and at most k columns in one call. It is at least that for fewer of any of them.
func ScoreStateSize[E Element](m, n, k int) int {
	size, _ := scoreStateSizes[E](m, n, k)
	return size
}

// scoreStateSizes returns the length of the state, and of its first part, a block for
// each score of whole tiles. Bytes of a tile of rows are converted to the rest.
func scoreStateSizes[E Element](m, n, k int) (size, sums int) {
	rows, classes := scoreTileShape()
	sums = (m + rows - 1) / rows * rows * ((n + classes - 1) / classes) * classes * lanes
	if isBytes[E]() {
		return sums + rows*k, sums
	}
	return sums, sums
}

// ScoreTiles sets dst to the scores of m examples, the rows of x, for n classes, the
// rows of w. Each score is the inner product that [ScoreRows] gives plus bias[j], which
// is added last. It is the innermost piece of scoring a batch: an element, once loaded,
// serves several scores. Package kernels builds on it; call it directly to fuse scoring
// with work of your own.
//
// dst has a row for each example and a column for each class; x and w have k columns.
// There must be at least one tile of each, of [ScoreTileShape]. Bytes are converted once
// for all classes, with the bits of converting them first; their k must be a multiple of
// 16, and the remaining columns of a longer row take a second call, with floats and
// Resume.
//
// A long row can be processed in pieces of k columns, each but the last a multiple of
// 16: all but the last with Suspend, all but the first with Resume, so that the piece of
// w stays in the L1 cache. state has a length of at least [ScoreStateSize] of the longest
// piece, and the calls for one piece after the other have the same m and n. It is used
// with Suspend, Resume and bytes only; dst and bias without Suspend only.
//
// A call cannot be preempted, so the caller should limit m to what takes less than about
// 20 µs. ScoreTiles panics if m or n is less than a tile, if k is negative or not a
// multiple of 16 where it must be one, if an operand is too short or its stride is less
// than the length of its rows, or if dst or state overlaps any other operand.
func ScoreTiles[E Element](dst Strided[float32], state []float32, x Strided[E], w Strided[float32], bias []float32, m, n, k int, mode ScoreMode) {
	sums := checkScoreTiles("ScoreTiles", dst, state, x, w, bias, m, n, k, mode)
	resume, suspend, prefetch := mode&Resume != 0, mode&Suspend != 0, mode&Prefetch != 0
	switch data := any(x.Data).(type) {
	case []float32:
		scoreTiles(k, m, n, data, x.Stride, w.Data, w.Stride, state, nil, bias, dst.Data, dst.Stride, resume, suspend, prefetch)
	case []uint8:
		scoreTilesBytes(k, m, n, data, x.Stride, w.Data, w.Stride, state, state[sums:], bias, dst.Data, dst.Stride, resume, suspend, prefetch)
	}
}

// checkScoreTiles returns where in state the rows of bytes are converted to.
func checkScoreTiles[E Element](name string, dst Strided[float32], state []float32, x Strided[E], w Strided[float32], bias []float32, m, n, k int, mode ScoreMode) (sums int) {
	if rows, classes := scoreTileShape(); m < rows || n < classes {
		panicFewerThanTile(name, m, n, rows, classes)
	}
	if k < 0 || k%lanes != 0 && (mode&Suspend != 0 || isBytes[E]()) {
		panicMultiple(name, "k", k)
	}
	sizeX, sizeW := extent(m, k, x.Stride), extent(n, k, w.Stride)
	if uint(sizeX) > uint(len(x.Data)) {
		panicMatrix(name, "x", len(x.Data), m, k, x.Stride)
	}
	if uint(sizeW) > uint(len(w.Data)) {
		panicMatrix(name, "w", len(w.Data), n, k, w.Stride)
	}
	size := 0 // of state
	if mode&(Resume|Suspend) != 0 || isBytes[E]() {
		if uint(m) > uint(len(state)) || uint(n) > uint(len(state)/m) { // the size may overflow
			panicState(name, len(state), m, n)
		}
		if size, sums = scoreStateSizes[E](m, n, k); len(state) < size {
			panicLengths(name+": state", len(state), size)
		}
	}
	state = state[:size]
	switch {
	case alias.Overlap(state, x.Data[:sizeX]):
		panicOverlap(name, "state", "x")
	case alias.Overlap(state, w.Data[:sizeW]):
		panicOverlap(name, "state", "w")
	}
	if mode&Suspend != 0 {
		return sums
	}
	sizeD := extent(m, n, dst.Stride)
	if uint(sizeD) > uint(len(dst.Data)) {
		panicMatrix(name, "dst", len(dst.Data), m, n, dst.Stride)
	}
	if len(bias) < n {
		panicLengths(name+": bias", len(bias), n)
	}
	switch d := dst.Data[:sizeD]; {
	case alias.Overlap(d, state):
		panicOverlap(name, "dst", "state")
	case alias.Overlap(d, x.Data[:sizeX]):
		panicOverlap(name, "dst", "x")
	case alias.Overlap(d, w.Data[:sizeW]):
		panicOverlap(name, "dst", "w")
	case alias.Overlap(d, bias[:n]):
		panicOverlap(name, "dst", "bias")
	case alias.Overlap(state, bias[:n]):
		panicOverlap(name, "state", "bias")
	}
	return sums
}

//go:noinline
func panicState(name string, length, m, n int) {
	panic(fmt.Sprintf("argmax: %s: state of length %d for %d×%d scores", name, length, m, n))
}

//go:noinline
func panicFewerThanTile(name string, m, n, rows, classes int) {
	panic(fmt.Sprintf("argmax: %s of %d examples and %d classes, fewer than a tile of %d and %d", name, m, n, rows, classes))
}

// isBytes reports whether E is uint8.
func isBytes[E Element]() bool {
	_, ok := any(*new(E)).(uint8)
	return ok
}

// KC is the length of a chain. Each element of a matrix product is the fma over k
// from 0 upwards within a block of KC values of k, and the blocks are added in order.
// It is part of the arithmetic, not a tuning constant: another value would give other
// bits.
const KC = 256

// A GemmMode says what [GemmColumns] and [GemmRows] do with the elements of C.
type GemmMode uint8

const (
	Overwrite  GemmMode = iota // store the product; C is not read
	Accumulate                 // add the product to C
	Continue                   // start from the sums in C
)

// TileShape returns the shape of the tile of a product that fills the registers of
// the active instruction set: multiples of rows and of cols are the values of m and n that
// suit [GemmColumns] and [GemmRows] best.
func TileShape() (rows, cols int) { return tileShape() }

// GemmColumns multiplies one block of a matrix product, the innermost piece of a
// blocked GEMM: C = alpha·Aᵀ·B, or C += alpha·Aᵀ·B with Accumulate. For i < m and
// j < n,
//
//	s = +0, or C[i][j] with Continue; for p = 0 … k−1: s = fma(A[p][i], B[p][j], s)
//	C[i][j] = alpha·s, or fma(alpha, s, C[i][j]) with Accumulate
//
// With Continue and an alpha of 1, a call goes on where another ended: for two calls with
// half of k each, the bits are those of one with all of it.
//
// A has k rows of m columns, B has k rows of n columns, C has m rows of n columns.
// Bytes in B are converted as they are loaded, with the bits of converting them first;
// their n must be a multiple of 16. Package kernels builds matrix products on it; call
// it directly to fuse a product with work of your own, block by block.
//
// A call cannot be preempted, so the caller should limit m and n to what takes less than
// about 20 µs. GemmColumns panics unless 0 ≤ k ≤ [KC], 0 ≤ m and 0 ≤ n, if an operand is
// too short or its stride is less than the length of its rows, or if c overlaps a or b.
func GemmColumns[E Element](c, a Strided[float32], b Strided[E], m, n, k int, alpha float32, mode GemmMode) {
	checkGemm("GemmColumns", c, a, k, m, b, m, n, k)
	if m == 0 || n == 0 {
		return
	}
	switch data := any(b.Data).(type) {
	case []float32:
		gemmColumns(k, a.Data, a.Stride, data, b.Stride, c.Data, c.Stride, m, n, alpha, mode == Accumulate, mode == Continue)
	case []uint8:
		gemmColumnsBytes(k, a.Data, a.Stride, data, b.Stride, c.Data, c.Stride, m, n, alpha, mode == Accumulate, mode == Continue)
	}
}

// GemmRows is like [GemmColumns] for an A that is not transposed: C = alpha·A·B, or
// C += alpha·A·B, where A has m rows of k columns.
func GemmRows(c, a, b Strided[float32], m, n, k int, alpha float32, mode GemmMode) {
	checkGemm("GemmRows", c, a, m, k, b, m, n, k)
	if m == 0 || n == 0 {
		return
	}
	gemmRows(k, a.Data, a.Stride, b.Data, b.Stride, c.Data, c.Stride, m, n, alpha, mode == Accumulate, mode == Continue)
}

func checkGemm[E Element](name string, c, a Strided[float32], rowsA, colsA int, b Strided[E], m, n, k int) {
	if uint(k) > KC || m < 0 || n < 0 {
		panicTile(name, m, n, k)
	}
	if n%lanes != 0 && isBytes[E]() {
		panicMultiple(name, "n", n)
	}
	sizeA, sizeB, sizeC := extent(rowsA, colsA, a.Stride), extent(k, n, b.Stride), extent(m, n, c.Stride)
	if uint(sizeA) > uint(len(a.Data)) {
		panicMatrix(name, "a", len(a.Data), rowsA, colsA, a.Stride)
	}
	if uint(sizeB) > uint(len(b.Data)) {
		panicMatrix(name, "b", len(b.Data), k, n, b.Stride)
	}
	if uint(sizeC) > uint(len(c.Data)) {
		panicMatrix(name, "c", len(c.Data), m, n, c.Stride)
	}
	if alias.Overlap(c.Data[:sizeC], a.Data[:sizeA]) {
		panicOverlap(name, "c", "a")
	}
	if alias.Overlap(c.Data[:sizeC], b.Data[:sizeB]) {
		panicOverlap(name, "c", "b")
	}
}

//go:noinline
func panicTile(name string, m, n, k int) {
	panic(fmt.Sprintf("argmax: %s of %d×%d with k = %d, which is at most %d", name, m, n, k, KC))
}

//go:noinline
func panicMultiple(name, what string, value int) {
	panic(fmt.Sprintf("argmax: %s of %s = %d, not a multiple of %d", name, what, value, lanes))
}
