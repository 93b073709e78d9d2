package argmax

import (
	"fmt"

	"github.com/seed842bec00/argmax/internal/alias"
)

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
