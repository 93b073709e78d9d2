package argmax

import (
	"fmt"

	"github.com/seed842bec00/argmax/internal/alias"
)

// Every exported function checks its operands whole and before it writes anything.
// TestOverlaps tries every pair of operands of every exported function that writes.
//
// The calls of panic are in functions of their own, which are not inlined: they
// would enlarge the frames of the functions that check.

//go:noinline
func panicLengths(name string, x, y int) { panic(badLengths(name, x, y)) }

func badLengths(name string, x, y int) string {
	return fmt.Sprintf("argmax: %s of lengths %d and %d", name, x, y)
}

//go:noinline
func panicOverlap(name, dst, src string) { panic(badOverlap(name, dst, src)) }

func badOverlap(name, dst, src string) string {
	return fmt.Sprintf("argmax: %s: %s overlaps %s", name, dst, src)
}

//go:noinline
func panicMatrix(name, operand string, length, rows, cols, stride int) {
	panic(fmt.Sprintf("argmax: %s: %s of length %d cannot hold %d rows of length %d at stride %d",
		name, operand, length, rows, cols, stride))
}

//go:noinline
func panicIndex(name string, i, row, count int) {
	panic(fmt.Sprintf("argmax: %s: index[%d] is %d, with %d rows", name, i, row, count))
}

//go:noinline
func panicLabel(name string, label, classes int) { panic(badLabel(name, label, classes)) }

func badLabel(name string, label, classes int) string {
	return fmt.Sprintf("argmax: %s of label %d with %d scores", name, label, classes)
}

// checkInPlace panics unless dst and src have the same length and are either the
// same slice or share no memory.
func checkInPlace(name, dstName string, dst []float32, srcName string, src []float32) {
	if len(dst) != len(src) {
		panicLengths(name, len(dst), len(src))
	}
	if alias.Partial(dst, src) {
		panicOverlap(name, dstName, srcName)
	}
}

// rowFits reports whether grad and scores have the same length, are the same slice or share
// no memory, and label is the index of a score. The caller of a single row panics with
// badRow: a call that may return would make it save its operands first.
func rowFits(grad, scores []float32, label int) bool {
	return len(grad) == len(scores) && uint(label) < uint(len(scores)) && !alias.Partial(grad, scores)
}

// badRow returns why a row does not fit.
//
//go:noinline
func badRow(name string, grad, scores []float32, label int) string {
	switch {
	case len(grad) != len(scores):
		return badLengths(name, len(grad), len(scores))
	case alias.Partial(grad, scores):
		return badOverlap(name, "grad", "scores")
	default:
		return badLabel(name, label, len(scores))
	}
}

// checkRows checks the operands of a function that computes dst[i] from x and row i.
func checkRows[D, X any, E Element | Half](name string, dst []D, x []X, rows Strided[E]) {
	size := extent(len(dst), len(x), rows.Stride)
	if uint(size) > uint(len(rows.Data)) {
		panicMatrix(name, "rows", len(rows.Data), len(dst), len(x), rows.Stride)
	}
	if alias.Overlap(dst, x) {
		panicOverlap(name, "dst", "x")
	}
	if alias.Overlap(dst, rows.Data[:size]) {
		panicOverlap(name, "dst", "rows")
	}
}

// checkRowsAt checks the operands of a function that computes dst[i] from x and row
// index[i].
func checkRowsAt[D any, E Element](name string, dst []D, x []E, rows Strided[E], index []int) {
	if len(dst) != len(index) {
		panicLengths(name, len(dst), len(index))
	}
	if alias.Overlap(dst, x) {
		panicOverlap(name, "dst", "x")
	}
	if alias.Overlap(dst, rows.Data) {
		panicOverlap(name, "dst", "rows")
	}
	if alias.Overlap(dst, index) {
		panicOverlap(name, "dst", "index")
	}
	count := rowsIn(len(rows.Data), len(x), rows.Stride)
	for i, row := range index {
		if uint(row) >= uint(count) {
			panicIndex(name, i, row, count)
		}
	}
}

// checkRowsInPlace checks that dst and scores hold rows of n elements and are either
// the same matrix or share no memory. It returns the memory of both.
func checkRowsInPlace(name, dstName string, dst, scores Strided[float32], rows, n int) (d, s []float32) {
	sizeD, sizeS := extent(rows, n, dst.Stride), extent(rows, n, scores.Stride)
	if uint(sizeD) > uint(len(dst.Data)) {
		panicMatrix(name, dstName, len(dst.Data), rows, n, dst.Stride)
	}
	if uint(sizeS) > uint(len(scores.Data)) {
		panicMatrix(name, "scores", len(scores.Data), rows, n, scores.Stride)
	}
	d, s = dst.Data[:sizeD], scores.Data[:sizeS]
	same := sizeD > 0 && &d[0] == &s[0] && (dst.Stride == scores.Stride || rows == 1)
	if !same && alias.Overlap(d, s) {
		panicOverlap(name, dstName, "scores")
	}
	return d, s
}

// checkLosses checks the operands of a loss of rows of n scores. grad may be scores;
// that is all that a destination may share with another operand.
func checkLosses(name string, losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32) {
	if len(labels) != len(losses) || len(weights) != len(losses) {
		panicLossLengths(name, len(losses), len(labels), len(weights))
	}
	g, s := checkRowsInPlace(name, "grad", grad, scores, len(losses), n)
	switch {
	case alias.Overlap(g, labels):
		panicOverlap(name, "grad", "labels")
	case alias.Overlap(g, weights):
		panicOverlap(name, "grad", "weights")
	case alias.Overlap(losses, g):
		panicOverlap(name, "losses", "grad")
	case alias.Overlap(losses, s):
		panicOverlap(name, "losses", "scores")
	case alias.Overlap(losses, labels):
		panicOverlap(name, "losses", "labels")
	case alias.Overlap(losses, weights):
		panicOverlap(name, "losses", "weights")
	}
	if !allBelow(labels, n) {
		for _, label := range labels {
			checkLabel(name, label, n)
		}
	}
}

//go:noinline
func panicLossLengths(name string, losses, labels, weights int) {
	panic(fmt.Sprintf("argmax: %s of %d losses with %d labels and %d weights", name, losses, labels, weights))
}

func checkLabel(name string, label, classes int) {
	if uint(label) >= uint(classes) {
		panicLabel(name, label, classes)
	}
}

// allBelow reports whether all labels are indices of n scores. Four maxima, so that
// they do not wait for each other; a negative label is large as a uint.
func allBelow(labels []int, n int) bool {
	var a, b, c, d uint
	for len(labels) >= 4 {
		a, b, c, d = max(a, uint(labels[0])), max(b, uint(labels[1])), max(c, uint(labels[2])), max(d, uint(labels[3]))
		labels = labels[4:]
	}
	for _, label := range labels {
		a = max(a, uint(label))
	}
	return max(a, b, c, d) < uint(n)
}

// checkUpdate panics unless the vectors, whose names are the letters, have the same
// length and share no memory.
func checkUpdate(name, letters string, vectors ...[]float32) {
	for i, x := range vectors {
		if len(x) != len(vectors[0]) {
			panicLengths(name, len(vectors[0]), len(x))
		}
		for j, y := range vectors[:i] {
			if alias.Overlap(x, y) {
				panicOverlap(name, letters[j:j+1], letters[i:i+1])
			}
		}
	}
}
