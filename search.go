package argmax

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/internal/alias"
)

// ArgMax returns the index of the largest element of x, the lowest such index if there
// are several (−0 equals +0). NaN never wins: ArgMax returns −1 if every element is NaN
// or if there is none.
func ArgMax(x []float32) int {
	if len(x) > argMaxPiece {
		return argMaxLong(x)
	}
	if i := argMax(x, notANumber); i < len(x) { // every number exceeds a NaN bound
		return i
	}
	return -1
}

// argMaxPiece is the number of elements that argMaxLong searches at a time, few enough to
// stay in the L1 cache: the kernel reads them twice.
const argMaxPiece = 1 << 12

// argMaxLong searches piece by piece for an element larger than all before.
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

// FindAtMost stores in positions the indices of the elements of x that are at most
// bound, in ascending order, and returns how many there are. It never finds NaN, and a
// NaN bound finds nothing. If few elements qualify, it is as fast as reading x.
//
// positions must have room for len(x) indices; the elements after those found may be
// overwritten. FindAtMost panics if there is less room, if the slices overlap, or if x
// has more elements than an int32 can index.
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

// FindAtLeast is like [FindAtMost] for the elements that are at least bound.
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

// shift adds lo to every position and returns their number.
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
		panic(fmt.Sprintf("argmax: %s: x has %d elements, an int32 can index %d", name, len(x), math.MaxInt32))
	case len(positions) < len(x):
		panic(fmt.Sprintf("argmax: %s: positions of length %d, want room for %d", name, len(positions), len(x)))
	}
	panicOverlap(name, "positions", "x")
}
