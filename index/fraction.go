package index

import "math/bits"

// sub128 returns xx·yy − dot², which is not negative for the products of two vectors
// (the Cauchy–Schwarz inequality).
func sub128(xx, yy, dot uint64) (high, low uint64) {
	high, low = bits.Mul64(xx, yy)
	squareHigh, squareLow := bits.Mul64(dot, dot)
	low, borrow := bits.Sub64(low, squareLow, 0)
	high, _ = bits.Sub64(high, squareHigh, borrow)
	return high, low
}

// compareCosines compares the cosines of two angles with one vector, given the inner
// products with it, neither negative, and the squared lengths of the other sides: the
// result is negative if the first cosine is larger, that is, the first is nearer. It
// compares dot²/yy as fractions, exactly. The cosine of a zero vector is 0.
func compareCosines(dot, yy, otherDot, otherYY uint64) int {
	a, b := mul192(dot, max(1, otherYY)), mul192(otherDot, max(1, yy))
	for i := range a {
		switch {
		case a[i] > b[i]:
			return -1
		case a[i] < b[i]:
			return 1
		}
	}
	return 0
}

// mul192 returns dot²·yy, the most significant word first.
func mul192(dot, yy uint64) [3]uint64 {
	squareHigh, squareLow := bits.Mul64(dot, dot)
	carried, low := bits.Mul64(squareLow, yy)
	high, middle := bits.Mul64(squareHigh, yy)
	middle, carry := bits.Add64(middle, carried, 0)
	return [3]uint64{high + carry, middle, low}
}
