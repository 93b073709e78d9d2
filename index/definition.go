package index

import "math"

// Package wide defines the other distances of float32.

// lInfDist64 returns max |xᵢ − yᵢ|, NaN if a difference is NaN.
func lInfDist64(x, y []float32) float64 {
	y = y[:len(x)]
	largest := 0.0
	for i, v := range x {
		largest = max(largest, math.Abs(float64(v)-float64(y[i])))
	}
	return largest
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
