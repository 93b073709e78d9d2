package argmax

import "math"

// exps sets dst[i] to exp(scores[i] − max) and returns the maximum and the sum of
// dst, in one block accumulator. dst may be scores.
func exps(dst, scores []float32) (largest, sum float32) {
	largest = maximumGeneric(scores)
	var acc block
	for i, v := range scores {
		e := expGeneric(v - largest)
		dst[i] = e
		acc[i%lanes] += e
	}
	return largest, reduce(&acc)
}

func hingeGeneric(grad, scores []float32, label int, margin, c float32) float32 {
	score := scores[label]
	var acc block
	violations := 0
	for i, v := range scores {
		grad[i] = 0
		switch m := v - score + margin; {
		case i == label:
		case m > 0:
			acc[i%lanes] += m
			grad[i] = c
			violations++
		case m != m:
			nan := float32(math.NaN())
			for j := range grad {
				grad[j] = nan
			}
			return nan
		}
	}
	grad[label] = (0 - float32(violations)) * c // 0 − 0 is +0
	return reduce(&acc)
}
