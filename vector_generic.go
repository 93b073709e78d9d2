package argmax

func dotGeneric(x, y []float32) float32                    { return stepDot.vector(x, y) }
func sumGeneric(x []float32) float32                       { return stepSum.vector(x, x) }
func sumSquaresGeneric(x []float32) float32                { return stepSumSquares.vector(x, x) }
func sumAbsGeneric(x []float32) float32                    { return stepSumAbs.vector(x, x) }
func sumCarryGeneric(acc *[64]float32, x []float32)        { stepSum.blocks(acc[:], x, x) }
func dotCarryGeneric(acc *[64]float32, x, y []float32)     { stepDot.blocks(acc[:], x, y) }
func sumSquaresCarryGeneric(acc *[64]float32, x []float32) { stepSumSquares.blocks(acc[:], x, x) }
func sumAbsCarryGeneric(acc *[64]float32, x []float32)     { stepSumAbs.blocks(acc[:], x, x) }

// maximumGeneric returns the largest element: NaN if any element is NaN, −∞ if there is
// none. A zero maximum is +0 even if every element is −0.
func maximumGeneric(x []float32) float32 {
	m := negInf
	for _, v := range x {
		if !(v <= m) { // larger, or NaN
			m = v
			if v != v {
				break
			}
		}
	}
	return m + 0
}

// axpyGeneric sets yᵢ to fma(alpha, xᵢ, yᵢ). y may be x.
func axpyGeneric(alpha float32, x, y []float32) {
	n := len(x) &^ (lanes - 1)
	for i := 0; i < n; i += lanes {
		fmaScalar((*block)(y[i:]), alpha, (*block)(x[i:]))
	}
	for i := n; i < len(x); i++ {
		y[i] = fma32(alpha, x[i], y[i])
	}
}

func scaleGeneric(alpha float32, x []float32) {
	for len(x) >= 4 {
		x[0] *= alpha
		x[1] *= alpha
		x[2] *= alpha
		x[3] *= alpha
		x = x[4:]
	}
	for i := range x {
		x[i] *= alpha
	}
}

// fromBytesGeneric converts x, whose length is a multiple of 16.
func fromBytesGeneric(dst []float32, x []uint8) {
	for i, v := range x {
		dst[i] = float32(v)
	}
}
