package argmax

import "fmt"

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

// SoftThreshold moves every element of x towards zero by t, and to +0 what is not
// farther from it: xᵢ − min(max(xᵢ, −t), t), rounded once. It is the proximal
// operator of t·|x|, the step of a gradient method for the L1 penalty (N. Parikh
// and S. Boyd, "Proximal Algorithms", Foundations and Trends in Optimization 1,
// 2014, §6.5.2). NaN stays NaN, and an infinity what it is unless t is infinite,
// too, which makes it NaN. It panics unless t ≥ 0.
func SoftThreshold(x []float32, t float32) {
	if !(t >= 0) {
		panicThreshold(t)
	}
	t = abs(t) // −0 is 0
	for len(x) > maxVector {
		softThreshold(x[:maxVector], -t, t)
		x = x[maxVector:]
	}
	softThreshold(x, -t, t)
}

//go:noinline
func panicThreshold(t float32) {
	panic(fmt.Sprintf("argmax: SoftThreshold by %v, want 0 or more", t))
}
