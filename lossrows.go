package argmax

import (
	"fmt"

	"github.com/seed842bec00/argmax/internal/alias"
)

// maxRowsTogether is the most rows of which a function keeps numbers on its stack;
// to clear room for so many takes longer than fewRows rows of a few scores.
const (
	maxRowsTogether = 256
	fewRows         = 8
)

// rowsTogether is how many of so many rows of n scores one call treats: 2¹⁴ elements
// take 5 µs or so. (A division takes longer than a few scores.)
func rowsTogether(n, rows int) int {
	if rows*n <= maxVector {
		return rows
	}
	return min(rows, max(1, maxVector/n))
}

func checkLossRows(name, what string, rows, n int, dst []float32, ldd int, scores []float32, lds int) {
	sizeD, sizeS := extent(rows, n, ldd), extent(rows, n, lds)
	if rows < 0 || n < 0 || uint(sizeD) > uint(len(dst)) {
		panicMatrix(name, what, len(dst), rows, n, ldd)
	}
	if uint(sizeS) > uint(len(scores)) {
		panicMatrix(name, "scores", len(scores), rows, n, lds)
	}
	same := sizeD > 0 && &dst[0] == &scores[0] && (ldd == lds || rows == 1)
	if !same && alias.Overlap(dst[:sizeD], scores[:sizeS]) {
		panicOverlap(name, what, "scores")
	}
}

func checkRowArrays(name string, rows, n int, losses []float32, labels []int, weights []float32) {
	if len(losses) != rows || len(labels) != rows || len(weights) != rows {
		panic(fmt.Sprintf("argmax: %s of %d rows with %d losses, %d labels and %d weights", name, rows, len(losses), len(labels), len(weights)))
	}
	if !allBelow(labels, n) {
		for _, label := range labels {
			checkLabel(name, label, n)
		}
	}
}

func checkLabel(name string, label, classes int) {
	if uint(label) >= uint(classes) {
		panic(fmt.Sprintf("argmax: %s of label %d with %d scores", name, label, classes))
	}
}

// allBelow reports whether all labels are indices of n scores. The largest of four
// at a time, which do not wait for each other; what is negative is large.
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
