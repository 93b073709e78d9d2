package argmax

import (
	"math"

	"github.com/seed842bec00/argmax/internal/alias"
)

// maxVector is the largest number of elements that one call of a vector kernel
// covers. Assembly cannot be preempted, so a long call would delay the garbage
// collector. 2¹⁴ elements take 10 µs at the speed of memory.
const maxVector = 1 << 14

var (
	negInf     = float32(math.Inf(-1))
	notANumber = float32(math.NaN())
)

// Dot returns the inner product of x and y, Σ xᵢ·yᵢ, in the vector form. It returns
// 0 if they are empty. It panics if the lengths differ.
func Dot(x, y []float32) float32 {
	if len(x) != len(y) {
		panicLengths("Dot", len(x), len(y))
	}
	if len(x) <= few {
		var a, b, c, d float32
		switch y = y[:len(x)]; len(x) {
		case 4:
			d = float32(x[3] * y[3])
			fallthrough
		case 3:
			c = float32(x[2] * y[2])
			fallthrough
		case 2:
			b = float32(x[1] * y[1])
			fallthrough
		case 1:
			a = float32(x[0] * y[0])
		}
		return sumFew(a, b, c, d) + 0
	}
	if len(x) > maxVector {
		return stepDot.long(x, y)
	}
	return dot(x, y)
}

// few is the number of elements, as of points in the plane or in space, up to which a
// function of a pair calls no kernel: the call would take longer than the sum.
const few = 4

// sumFew returns the sum of the first lanes in the order of reduce; the others are +0, which
// changes no sum but −0.
func sumFew(a, b, c, d float32) float32 { return (a + c) + (b + d) }

// Sum returns Σ xᵢ, in the vector form. It returns 0 if x is empty.
func Sum(x []float32) float32 {
	if len(x) > maxVector {
		return stepSum.long(x, x)
	}
	return sum(x)
}

// SumSquares returns Σ xᵢ², in the vector form, each square fused with its addition:
// it has the bits of Dot(x, x). Of a model's weights it is the L2 penalty, whose
// gradient is 2x.
func SumSquares(x []float32) float32 {
	if len(x) > maxVector {
		return stepSumSquares.long(x, x)
	}
	return sumSquares(x)
}

// SumAbs returns Σ |xᵢ|, the L1 norm, in the vector form. Of a model's weights it is
// the L1 penalty; see [SoftThreshold].
func SumAbs(x []float32) float32 {
	if len(x) > maxVector {
		return stepSumAbs.long(x, x)
	}
	return sumAbs(x)
}

// Max returns the largest element of x: NaN if any element is NaN, −∞ if there is
// none. A zero maximum is +0.
func Max(x []float32) float32 {
	if len(x) <= maxVector {
		return maximum(x)
	}
	m := negInf
	for len(x) > maxVector {
		m = max(m, maximum(x[:maxVector]))
		x = x[maxVector:]
	}
	return max(m, maximum(x))
}

// Axpy adds alpha·x to y: yᵢ = fma(alpha, xᵢ, yᵢ), rounded once. y may be x. It
// panics if they overlap otherwise or if their lengths differ.
func Axpy(y, x []float32, alpha float32) {
	if len(x) != len(y) {
		panicLengths("Axpy", len(y), len(x))
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

// Scale multiplies every element of x by alpha.
func Scale(x []float32, alpha float32) {
	for len(x) > maxVector {
		scale(alpha, x[:maxVector])
		x = x[maxVector:]
	}
	scale(alpha, x)
}

// FromBytes converts x to float32, which is exact, and stores it in dst. It panics
// if the lengths differ or the slices overlap.
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

// long returns the vector form of more than maxVector elements. It carries the
// accumulators from call to call, so that the bits are those of a single call.
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
