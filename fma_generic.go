package argmax

import "math"

// fma32 is x·y + z, rounded once: the fused multiply-add that every processor
// argmax has assembly for has as an instruction.
//
// The product of two float32 is exact in float64, so the sum is x·y + z rounded to
// 53 bits, and rounding that to 24 bits is what rounding x·y + z would be unless
// doubtful says otherwise. The exactness is also why nothing in this file changes
// if the compiler fuses a product with an addition, which it may where the machine
// can.
func fma32(x, y, z float32) float32 {
	s := float64(x)*float64(y) + float64(z)
	if doubtful(s) {
		s = oddSum(x, y, z)
	}
	return float32(s)
}

// The loops over blocks repeat fma32: it is too large for the compiler to inline,
// and a call takes longer than the operation.

// fmaBlock is acc = fma32(x, y, acc), lane by lane. acc may be x or y.
func fmaBlock(acc, x, y *block) {
	for i := range acc {
		s := float64(x[i])*float64(y[i]) + float64(acc[i])
		if doubtful(s) {
			s = oddSum(x[i], y[i], acc[i])
		}
		acc[i] = float32(s)
	}
}

// fmaScalar is acc = fma32(a, y, acc), lane by lane. acc may be y.
func fmaScalar(acc *block, a float32, y *block) {
	wide := float64(a)
	for i := range acc {
		s := wide*float64(y[i]) + float64(acc[i])
		if doubtful(s) {
			s = oddSum(a, y[i], acc[i])
		}
		acc[i] = float32(s)
	}
}

// fmaSquare is acc = fma32(x − y, x − y, acc), lane by lane.
func fmaSquare(acc, x, y *block) {
	for i := range acc {
		d := float64(x[i] - y[i])
		s := d*d + float64(acc[i])
		if doubtful(s) {
			s = oddSum(float32(d), float32(d), acc[i])
		}
		acc[i] = float32(s)
	}
}

// doubtful reports whether rounding s, a sum that was rounded to float64, to
// float32 can differ from rounding the sum itself: if s lies in the middle between
// two float32, where the part that s lost decides the direction, or if the result
// is denormal, where the middle is at another bit.
func doubtful(s float64) bool {
	const (
		below  = 1<<29 - 1          // the bits of a float64 below a float32's last
		middle = 1 << 28            // half of that last bit
		normal = (1023 - 126) << 53 // the smallest normal float32, shifted left by one
	)
	b := math.Float64bits(s)
	return b&below == middle || b<<1-1 < normal-1 // −1: zero is common, and exact
}

// oddSum is x·y + z rounded to odd: exact, or the one of its two neighbours in
// float64 whose last bit is set. It lies on the same side as the sum of every
// number with fewer bits, so that rounding it again gives what rounding the sum
// would. (S. Boldo and G. Melquiond, "Emulation of FMA and correctly rounded sums:
// proved algorithms using rounding to odd", IEEE Transactions on Computers 57, 2008.)
func oddSum(x, y, z float32) float64 {
	p, q := float64(x)*float64(y), float64(z)
	s := p + q
	t := s - p
	lost := (p - (s - t)) + (q - t) // exact: Knuth's TwoSum
	b := math.Float64bits(s)
	switch {
	case lost == 0 || b&1 == 1:
		return s
	case (lost > 0) == (s > 0):
		return math.Float64frombits(b + 1)
	}
	return math.Float64frombits(b - 1)
}
