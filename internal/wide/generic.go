package wide

import "math"

// Lanes is the number of lanes of a sum.
const Lanes = 8

// Reduce adds the lanes of a sum.
func Reduce(s *[Lanes]float64) float64 {
	return reduce(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7])
}

// padded returns x with zeros behind it, in a block of its own.
func padded(x []float32, block *[Lanes]float32) []float32 {
	copy(block[:], x)
	return block[:]
}

func reduce(s0, s1, s2, s3, s4, s5, s6, s7 float64) float64 {
	return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7))
}

// square returns a product that is not fused with what is added to it.
func square(d float64) float64 { return float64(d * d) }

// sqDist returns Σ (xᵢ − yᵢ)².
func sqDist(x, y []float32) float64 {
	var tails [2][Lanes]float32
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(x) > 0 {
		if len(x) < Lanes {
			x, y = padded(x, &tails[0]), padded(y, &tails[1])
		}
		a, b := (*[Lanes]float32)(x), (*[Lanes]float32)(y)
		s0 += square(float64(a[0]) - float64(b[0]))
		s1 += square(float64(a[1]) - float64(b[1]))
		s2 += square(float64(a[2]) - float64(b[2]))
		s3 += square(float64(a[3]) - float64(b[3]))
		s4 += square(float64(a[4]) - float64(b[4]))
		s5 += square(float64(a[5]) - float64(b[5]))
		s6 += square(float64(a[6]) - float64(b[6]))
		s7 += square(float64(a[7]) - float64(b[7]))
		x, y = x[Lanes:], y[Lanes:]
	}
	return reduce(s0, s1, s2, s3, s4, s5, s6, s7)
}

// l1Dist returns Σ |xᵢ − yᵢ|.
func l1Dist(x, y []float32) float64 {
	var tails [2][Lanes]float32
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(x) > 0 {
		if len(x) < Lanes {
			x, y = padded(x, &tails[0]), padded(y, &tails[1])
		}
		a, b := (*[Lanes]float32)(x), (*[Lanes]float32)(y)
		s0 += math.Abs(float64(a[0]) - float64(b[0]))
		s1 += math.Abs(float64(a[1]) - float64(b[1]))
		s2 += math.Abs(float64(a[2]) - float64(b[2]))
		s3 += math.Abs(float64(a[3]) - float64(b[3]))
		s4 += math.Abs(float64(a[4]) - float64(b[4]))
		s5 += math.Abs(float64(a[5]) - float64(b[5]))
		s6 += math.Abs(float64(a[6]) - float64(b[6]))
		s7 += math.Abs(float64(a[7]) - float64(b[7]))
		x, y = x[Lanes:], y[Lanes:]
	}
	return reduce(s0, s1, s2, s3, s4, s5, s6, s7)
}

// dot returns Σ xᵢ·yᵢ. Each product is exact.
func dot(x, y []float32) float64 {
	var tails [2][Lanes]float32
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(x) > 0 {
		if len(x) < Lanes {
			x, y = padded(x, &tails[0]), padded(y, &tails[1])
		}
		a, b := (*[Lanes]float32)(x), (*[Lanes]float32)(y)
		s0 += float64(float64(a[0]) * float64(b[0]))
		s1 += float64(float64(a[1]) * float64(b[1]))
		s2 += float64(float64(a[2]) * float64(b[2]))
		s3 += float64(float64(a[3]) * float64(b[3]))
		s4 += float64(float64(a[4]) * float64(b[4]))
		s5 += float64(float64(a[5]) * float64(b[5]))
		s6 += float64(float64(a[6]) * float64(b[6]))
		s7 += float64(float64(a[7]) * float64(b[7]))
		x, y = x[Lanes:], y[Lanes:]
	}
	return reduce(s0, s1, s2, s3, s4, s5, s6, s7)
}

// CosineDist returns Σ (xᵢ·a − yᵢ·b)² / 2, where a and b are the reciprocals of the
// lengths of x and y: half the squared distance of the unit vectors, which is 1 − cos
// of the angle. Unlike 1 − x·y·a·b it does not cancel: its error is relative to itself,
// so that it tells even directions apart that agree to 16 digits, and is 0 for x and x.
func CosineDist(x, y []float32, a, b float64) float64 {
	var tails [2][Lanes]float32
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(x) > 0 {
		if len(x) < Lanes {
			x, y = padded(x, &tails[0]), padded(y, &tails[1])
		}
		x8, y8 := (*[Lanes]float32)(x), (*[Lanes]float32)(y)
		s0 += square(float64(float64(x8[0])*a) - float64(float64(y8[0])*b))
		s1 += square(float64(float64(x8[1])*a) - float64(float64(y8[1])*b))
		s2 += square(float64(float64(x8[2])*a) - float64(float64(y8[2])*b))
		s3 += square(float64(float64(x8[3])*a) - float64(float64(y8[3])*b))
		s4 += square(float64(float64(x8[4])*a) - float64(float64(y8[4])*b))
		s5 += square(float64(float64(x8[5])*a) - float64(float64(y8[5])*b))
		s6 += square(float64(float64(x8[6])*a) - float64(float64(y8[6])*b))
		s7 += square(float64(float64(x8[7])*a) - float64(float64(y8[7])*b))
		x, y = x[Lanes:], y[Lanes:]
	}
	return reduce(s0, s1, s2, s3, s4, s5, s6, s7) / 2
}
