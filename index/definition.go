package index

import "math"

// The functions below define the distances of float32. Differences and products are
// computed in float64, which neither overflows nor underflows with numbers that came
// from float32, and are added in one order: element i goes to lane i mod 8, and the
// lanes are reduced by adding lane i and i+4, then i+2, then i+1. Nothing is fused. A
// sum of n terms is off by at most γ(⌈n/8⌉ + 3) times the sum of their magnitudes, where
// γ(m) = mu/(1 − mu) and u = 2⁻⁵³.

// lanes64 is the number of lanes.
const lanes64 = 8

// padded returns x with zeros behind it, in a block of its own.
func padded(x []float32, block *[lanes64]float32) []float32 {
	copy(block[:], x)
	return block[:]
}

func reduce64(s0, s1, s2, s3, s4, s5, s6, s7 float64) float64 {
	return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7))
}

// square returns a product that is not fused with what is added to it.
func square(d float64) float64 { return float64(d * d) }

// sqDist64 returns Σ (xᵢ − yᵢ)².
func sqDist64(x, y []float32) float64 {
	var tails [2][lanes64]float32
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(x) > 0 {
		if len(x) < lanes64 {
			x, y = padded(x, &tails[0]), padded(y, &tails[1])
		}
		a, b := (*[lanes64]float32)(x), (*[lanes64]float32)(y)
		s0 += square(float64(a[0]) - float64(b[0]))
		s1 += square(float64(a[1]) - float64(b[1]))
		s2 += square(float64(a[2]) - float64(b[2]))
		s3 += square(float64(a[3]) - float64(b[3]))
		s4 += square(float64(a[4]) - float64(b[4]))
		s5 += square(float64(a[5]) - float64(b[5]))
		s6 += square(float64(a[6]) - float64(b[6]))
		s7 += square(float64(a[7]) - float64(b[7]))
		x, y = x[lanes64:], y[lanes64:]
	}
	return reduce64(s0, s1, s2, s3, s4, s5, s6, s7)
}

// l1Dist64 returns Σ |xᵢ − yᵢ|.
func l1Dist64(x, y []float32) float64 {
	var tails [2][lanes64]float32
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(x) > 0 {
		if len(x) < lanes64 {
			x, y = padded(x, &tails[0]), padded(y, &tails[1])
		}
		a, b := (*[lanes64]float32)(x), (*[lanes64]float32)(y)
		s0 += math.Abs(float64(a[0]) - float64(b[0]))
		s1 += math.Abs(float64(a[1]) - float64(b[1]))
		s2 += math.Abs(float64(a[2]) - float64(b[2]))
		s3 += math.Abs(float64(a[3]) - float64(b[3]))
		s4 += math.Abs(float64(a[4]) - float64(b[4]))
		s5 += math.Abs(float64(a[5]) - float64(b[5]))
		s6 += math.Abs(float64(a[6]) - float64(b[6]))
		s7 += math.Abs(float64(a[7]) - float64(b[7]))
		x, y = x[lanes64:], y[lanes64:]
	}
	return reduce64(s0, s1, s2, s3, s4, s5, s6, s7)
}

// lInfDist64 returns max |xᵢ − yᵢ|, NaN if a difference is NaN.
func lInfDist64(x, y []float32) float64 {
	y = y[:len(x)]
	largest := 0.0
	for i, v := range x {
		largest = max(largest, math.Abs(float64(v)-float64(y[i])))
	}
	return largest
}

// dot64 returns Σ xᵢ·yᵢ. Each product is exact.
func dot64(x, y []float32) float64 {
	var tails [2][lanes64]float32
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(x) > 0 {
		if len(x) < lanes64 {
			x, y = padded(x, &tails[0]), padded(y, &tails[1])
		}
		a, b := (*[lanes64]float32)(x), (*[lanes64]float32)(y)
		s0 += float64(float64(a[0]) * float64(b[0]))
		s1 += float64(float64(a[1]) * float64(b[1]))
		s2 += float64(float64(a[2]) * float64(b[2]))
		s3 += float64(float64(a[3]) * float64(b[3]))
		s4 += float64(float64(a[4]) * float64(b[4]))
		s5 += float64(float64(a[5]) * float64(b[5]))
		s6 += float64(float64(a[6]) * float64(b[6]))
		s7 += float64(float64(a[7]) * float64(b[7]))
		x, y = x[lanes64:], y[lanes64:]
	}
	return reduce64(s0, s1, s2, s3, s4, s5, s6, s7)
}

// cosineDist64 returns Σ (xᵢ·a − yᵢ·b)² / 2, where a and b are the reciprocals of the
// lengths of x and y: half the squared distance of the unit vectors, which is 1 − cos
// of the angle. Unlike 1 − x·y·a·b it does not cancel: its error is relative to itself,
// so that it tells even directions apart that agree to 16 digits, and is 0 for x and x.
func cosineDist64(x, y []float32, a, b float64) float64 {
	var tails [2][lanes64]float32
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(x) > 0 {
		if len(x) < lanes64 {
			x, y = padded(x, &tails[0]), padded(y, &tails[1])
		}
		x8, y8 := (*[lanes64]float32)(x), (*[lanes64]float32)(y)
		s0 += square(float64(float64(x8[0])*a) - float64(float64(y8[0])*b))
		s1 += square(float64(float64(x8[1])*a) - float64(float64(y8[1])*b))
		s2 += square(float64(float64(x8[2])*a) - float64(float64(y8[2])*b))
		s3 += square(float64(float64(x8[3])*a) - float64(float64(y8[3])*b))
		s4 += square(float64(float64(x8[4])*a) - float64(float64(y8[4])*b))
		s5 += square(float64(float64(x8[5])*a) - float64(float64(y8[5])*b))
		s6 += square(float64(float64(x8[6])*a) - float64(float64(y8[6])*b))
		s7 += square(float64(float64(x8[7])*a) - float64(float64(y8[7])*b))
		x, y = x[lanes64:], y[lanes64:]
	}
	return reduce64(s0, s1, s2, s3, s4, s5, s6, s7) / 2
}

// cosineDistBytes returns 1 − dot/√(xx·yy) for vectors of bytes, by way of the integer
// xx·yy − dot², which is exact: (xx·yy − dot²) / (√(xx·yy)·(√(xx·yy) + dot)).
func cosineDistBytes(dot, xx, yy uint64) float64 {
	if xx == 0 || yy == 0 {
		return 1
	}
	high, low := sub128(xx, yy, dot)
	root := math.Sqrt(float64(xx) * float64(yy))
	return (float64(high)*(1<<64) + float64(low)) / float64(root*(root+float64(dot)))
}
