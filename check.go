package argmax

import (
	"fmt"
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
