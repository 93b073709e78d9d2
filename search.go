package argmax

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/internal/alias"
)

// ArgMax returns the index of the largest element, the lowest if there are
// several (−0 and +0 are equal). NaN never wins: −1 if every element is NaN, or
// if there is none.
func ArgMax(x []float32) int {
	if len(x) > argMaxPiece {
		return argMaxLong(x)
	}
	if i := argMax(x, notANumber); i < len(x) { // as a bound it is below everything
		return i
	}
	return -1
}

// argMaxPiece is how many elements are searched for the largest of them: as many as
// stay in L1 meanwhile.
const argMaxPiece = 1 << 12

// argMaxLong searches where a piece of x holds something larger than all before.
func argMaxLong(x []float32) int {
	best, largest := -1, notANumber
	for lo := 0; lo < len(x); lo += argMaxPiece {
		piece := x[lo:min(lo+argMaxPiece, len(x))]
		if i := argMax(piece, largest); i < len(piece) {
			best, largest = lo+i, piece[i]
		}
	}
	return best
}

// FindAtMost sets positions to the indices of the elements of x that are at most
// bound, in ascending order, and returns how many there are. NaN is not, nor is
// anything at most NaN. As long as few elements are, it runs at the pace of reading x.
//
// positions has room for len(x); what lies behind the indices found is overwritten,
// with anything. FindAtMost panics if there is less room, if the slices overlap, or
// if x has elements beyond the reach of an int32.
func FindAtMost(positions []int32, x []float32, bound float32) int {
	if len(positions) < len(x) || alias.Overlap(positions, x) || len(x) > math.MaxInt32 {
		panicFind("FindAtMost", positions, x)
	}
	if len(x) <= maxVector {
		return findAtMost(positions, x, bound)
	}
	n := 0
	for lo := 0; lo < len(x); lo += maxVector {
		piece := x[lo:min(lo+maxVector, len(x))]
		n += shift(positions[n:n+findAtMost(positions[n:], piece, bound)], lo)
	}
	return n
}

// FindAtLeast is [FindAtMost] for the elements that are at least bound.
func FindAtLeast(positions []int32, x []float32, bound float32) int {
	if len(positions) < len(x) || alias.Overlap(positions, x) || len(x) > math.MaxInt32 {
		panicFind("FindAtLeast", positions, x)
	}
	if len(x) <= maxVector {
		return findAtLeast(positions, x, bound)
	}
	n := 0
	for lo := 0; lo < len(x); lo += maxVector {
		piece := x[lo:min(lo+maxVector, len(x))]
		n += shift(positions[n:n+findAtLeast(positions[n:], piece, bound)], lo)
	}
	return n
}

// shift adds lo to the positions and returns how many they are.
func shift(positions []int32, lo int) int {
	for i := range positions {
		positions[i] += int32(lo)
	}
	return len(positions)
}

//go:noinline
func panicFind(name string, positions []int32, x []float32) {
	switch {
	case len(x) > math.MaxInt32:
		panic(fmt.Sprintf("argmax: %s: x has %d elements, at most %d have an int32 for an index", name, len(x), math.MaxInt32))
	case len(positions) < len(x):
		panic(fmt.Sprintf("argmax: %s: positions of length %d, want room for %d", name, len(positions), len(x)))
	}
	panicOverlap(name, "positions", "x")
}
