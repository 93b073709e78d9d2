package argmax

import (
	"fmt"

	"github.com/seed842bec00/argmax/internal/alias"
)

// Every exported function checks its operands here or in [Strided.span], whole and
// before it writes anything. TestOverlaps tries every pair of operands of every
// exported function that writes.
//
// The calls of panic are in functions of their own, which are not inlined: they
// would enlarge the frames of the functions that check.

//go:noinline
func panicLengths(name string, x, y int) {
	panic(fmt.Sprintf("argmax: %s of lengths %d and %d", name, x, y))
}

//go:noinline
func panicOverlap(name, dst, src string) {
	panic(fmt.Sprintf("argmax: %s: %s overlaps %s", name, dst, src))
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
func panicLabel(name string, label, classes int) {
	panic(fmt.Sprintf("argmax: %s of label %d with %d scores", name, label, classes))
}

// checkLengths panics unless the two lengths are equal.
func checkLengths(name string, x, y int) {
	if x != y {
		panicLengths(name, x, y)
	}
}

// checkApart panics if dst and src share memory.
func checkApart[D, S any](name, dstName string, dst []D, srcName string, src []S) {
	if alias.Overlap(dst, src) {
		panicOverlap(name, dstName, srcName)
	}
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

// checkRows checks the operands of a function that computes dst[i] from x and row i.
func checkRows[D any, E Element](name string, dst []D, x []E, rows Strided[E]) {
	span := rows.span(name, "rows", len(dst), len(x))
	checkApart(name, "dst", dst, "x", x)
	checkApart(name, "dst", dst, "rows", span)
}

// checkRowsAt checks the operands of a function that computes dst[i] from x and row
// index[i].
func checkRowsAt[D any, E Element](name string, dst []D, x []E, rows Strided[E], index []int) {
	checkLengths(name, len(dst), len(index))
	count := rowsIn(len(rows.Data), len(x), rows.Stride)
	for i, row := range index {
		if uint(row) >= uint(count) {
			panicIndex(name, i, row, count)
		}
	}
	checkApart(name, "dst", dst, "x", x)
	checkApart(name, "dst", dst, "rows", rows.Data)
	checkApart(name, "dst", dst, "index", index)
}

// checkRowsInPlace checks that dst and scores hold rows of n elements and are either
// the same matrix or share no memory. It returns the memory of both.
func checkRowsInPlace(name, dstName string, dst, scores Strided[float32], rows, n int) (d, s []float32) {
	d, s = dst.span(name, dstName, rows, n), scores.span(name, "scores", rows, n)
	same := len(d) > 0 && &d[0] == &s[0] && (dst.Stride == scores.Stride || rows == 1)
	if !same && alias.Overlap(d, s) {
		panicOverlap(name, dstName, "scores")
	}
	return d, s
}

// checkLosses checks the operands of a loss of rows of n scores: grad may be scores,
// and that is all that a destination may share.
func checkLosses(name string, losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32) {
	if len(labels) != len(losses) || len(weights) != len(losses) {
		panicLossLengths(name, len(losses), len(labels), len(weights))
	}
	g, s := checkRowsInPlace(name, "grad", grad, scores, len(losses), n)
	checkApart(name, "grad", g, "labels", labels)
	checkApart(name, "grad", g, "weights", weights)
	checkApart(name, "losses", losses, "grad", g)
	checkApart(name, "losses", losses, "scores", s)
	checkApart(name, "losses", losses, "labels", labels)
	checkApart(name, "losses", losses, "weights", weights)
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
		checkLengths(name, len(vectors[0]), len(x))
		for j, y := range vectors[:i] {
			checkApart(name, letters[j:j+1], x, letters[i:i+1], y)
		}
	}
}
