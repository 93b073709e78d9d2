package argmax

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/seed842bec00/argmax/internal/alias"
)

// What panics is kept out of the functions that check, whose frames it would
// enlarge.

//go:noinline
func panicLengths(name string, x, y int) {
	panic(fmt.Sprintf("argmax: %s of lengths %d and %d", name, x, y))
}

//go:noinline
func panicOverlap(name, dst, src string) {
	panic(fmt.Sprintf("argmax: %s: %s overlaps %s", name, dst, src))
}

// checkInPlace panics unless dst is as long as src, and either src itself or apart
// from it.
func checkInPlace(name, what string, dst []float32, of string, src []float32) {
	if len(dst) != len(src) {
		panicLengths(name, len(dst), len(src))
	}
	if alias.Partial(dst, src) {
		panicOverlap(name, what, of)
	}
}

// extent is the number of elements from the beginning of a matrix to the end of
// its last row, and -1 if there is no such matrix: rows that overlap (a single
// row has no stride), or more elements than an int can count.
func extent(rows, cols, stride int) int {
	if rows == 1 {
		return cols
	}
	return extentOfRows(rows, cols, stride)
}

func extentOfRows(rows, cols, stride int) int {
	switch {
	case rows == 0:
		return 0
	case stride < cols:
		return -1
	}
	high, low := bits.Mul(uint(rows-1), uint(stride))
	n := int(low) + cols
	if high != 0 || int(low) < 0 || n < 0 {
		return -1
	}
	return n
}

//go:noinline
func panicMatrix(name, matrix string, length, rows, cols, stride int) {
	panic(fmt.Sprintf("argmax: %s: %s of length %d cannot hold %d rows of length %d at stride %d",
		name, matrix, length, rows, cols, stride))
}

func checkRows[D, E any](name string, dst []D, x, rows []E, stride int) {
	n := extent(len(dst), len(x), stride)
	if n < 0 || n > len(rows) {
		panicMatrix(name, "rows", len(rows), len(dst), len(x), stride)
	}
	if alias.Overlap(dst, x) {
		panicOverlap(name, "dst", "x")
	}
	if alias.Overlap(dst, rows[:n]) {
		panicOverlap(name, "dst", "rows")
	}
}

func checkRowsAt[D, E any](name string, dst []D, x, rows []E, stride int, index []int) {
	if len(dst) != len(index) {
		panicLengths(name, len(dst), len(index))
	}
	count := rowsIn(len(rows), len(x), stride)
	for i, row := range index {
		if uint(row) >= uint(count) {
			panicIndex(name, i, row, count)
		}
	}
	if alias.Overlap(dst, x) {
		panicOverlap(name, "dst", "x")
	}
	if alias.Overlap(dst, rows) {
		panicOverlap(name, "dst", "rows")
	}
	if alias.Overlap(dst, index) {
		panicOverlap(name, "dst", "index")
	}
}

// rowsIn is how many rows of a length there are among n elements: the most that
// extent accepts. Without columns and stride there is no end of them.
func rowsIn(n, cols, stride int) int {
	switch {
	case n < cols:
		return 0
	case stride < cols:
		return 1
	case stride == 0:
		return math.MaxInt
	}
	return 1 + (n-cols)/stride
}

//go:noinline
func panicIndex(name string, i, row, count int) {
	panic(fmt.Sprintf("argmax: %s: index[%d] is %d, with %d rows", name, i, row, count))
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
