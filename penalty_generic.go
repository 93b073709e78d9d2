package argmax

func sumSquaresGeneric(x []float32) float32 { return stepSumSquares.vector(x, x) }
func sumAbsGeneric(x []float32) float32     { return stepSumAbs.vector(x, x) }

func sumSquaresCarryGeneric(acc *[64]float32, x []float32) { stepSumSquares.blocks(acc[:], x, x) }
func sumAbsCarryGeneric(acc *[64]float32, x []float32)     { stepSumAbs.blocks(acc[:], x, x) }

// softThresholdGeneric subtracts from x the nearest that lies between low and high;
// of zeros, −0 is the lower.
func softThresholdGeneric(x []float32, low, high float32) {
	for i, v := range x {
		x[i] = v - min(max(v, low), high)
	}
}
