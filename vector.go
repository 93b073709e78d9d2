package argmax

import (
	"math"

	"github.com/seed842bec00/argmax/internal/alias"
)

// maxVector is the most elements that one call of a vector kernel covers.
// Assembly cannot be preempted: a long call would keep the garbage collector from
// stopping the goroutines. 2¹⁴ elements take 10 µs at the pace of memory.
const maxVector = 1 << 14

var (
	negInf     = float32(math.Inf(-1))
	notANumber = float32(math.NaN())
)

// Dot returns the inner product of x and y, Σ xᵢ·yᵢ, in the vector form. The
// product of nothing is 0. It panics if the lengths differ.
func Dot(x, y []float32) float32 {
	if len(x) != len(y) {
		panicLengths("Dot", len(x), len(y))
	}
	if len(x) > maxVector {
		return stepDot.long(x, y)
	}
	return dot(x, y)
}

// Sum returns Σ xᵢ, in the vector form. The sum of nothing is 0.
func Sum(x []float32) float32 {
	if len(x) > maxVector {
		return stepSum.long(x, x)
	}
	return sum(x)
}

// SumSquares returns Σ xᵢ², in the vector form, each square fused with its
// addition: the bits of Dot(x, x). For weights it is the L2 penalty, whose gradient
// is 2x.
func SumSquares(x []float32) float32 {
	if len(x) > maxVector {
		return stepSumSquares.long(x, x)
	}
	return sumSquares(x)
}

// SumAbs returns Σ |xᵢ|, the L1 norm, in the vector form. For weights it is the L1
// penalty; see [SoftThreshold].
func SumAbs(x []float32) float32 {
	if len(x) > maxVector {
		return stepSumAbs.long(x, x)
	}
	return sumAbs(x)
}

// Max returns the largest element: NaN if any is NaN, −∞ if there is none. A zero
// maximum is +0.
func Max(x []float32) float32 {
	m := negInf
	for len(x) > maxVector {
		m = max(m, maximum(x[:maxVector]))
		x = x[maxVector:]
	}
	return max(m, maximum(x))
}

// Axpy adds alpha·x to y: yᵢ = fma(alpha, xᵢ, yᵢ), rounded once. y may be x; it
// panics if they overlap otherwise, or if the lengths differ.
func Axpy(alpha float32, x, y []float32) {
	if len(x) != len(y) {
		panicLengths("Axpy", len(x), len(y))
	}
	if alias.Partial(x, y) {
		panicOverlap("Axpy", "y", "x")
	}
	for len(x) > maxVector {
		axpy(alpha, x[:maxVector], y[:maxVector])
		x, y = x[maxVector:], y[maxVector:]
	}
	axpy(alpha, x, y)
}

// Scale multiplies the elements of x by alpha.
func Scale(alpha float32, x []float32) {
	for len(x) > maxVector {
		scale(alpha, x[:maxVector])
		x = x[maxVector:]
	}
	scale(alpha, x)
}

// FromBytes sets dst to the numbers of x, which float32 holds exactly: pixels as
// the functions of this package want them. It panics if the lengths differ or the
// slices overlap.
func FromBytes(dst []float32, x []uint8) {
	if len(dst) != len(x) {
		panicLengths("FromBytes", len(dst), len(x))
	}
	if alias.Overlap(dst, x) {
		panicOverlap("FromBytes", "dst", "x")
	}
	for len(x) > maxVector {
		fromBytes(dst, x[:maxVector])
		dst, x = dst[maxVector:], x[maxVector:]
	}
	whole := len(x) &^ (lanes - 1)
	fromBytes(dst, x[:whole])
	for i := whole; i < len(x); i++ {
		dst[i] = float32(x[i])
	}
}

// long is the vector form of more than maxVector elements: cut, with the
// accumulators carried from one call to the next, so that the bits are those of a
// single call.
func (s step) long(x, y []float32) float32 {
	var acc [64]float32
	for len(x) >= len(acc) {
		n := min(maxVector, len(x)&^63)
		switch s {
		case stepSum:
			sumCarry(&acc, x[:n])
		case stepDot:
			dotCarry(&acc, x[:n], y[:n])
		case stepSqDist:
			sqDistCarry(&acc, x[:n], y[:n])
		case stepL1Dist:
			l1DistCarry(&acc, x[:n], y[:n])
		case stepSumSquares:
			sumSquaresCarry(&acc, x[:n])
		case stepSumAbs:
			sumAbsCarry(&acc, x[:n])
		}
		x, y = x[n:], y[n:]
	}
	return s.finish(&acc, x, y)
}
