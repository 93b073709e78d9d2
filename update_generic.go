package argmax

import "math"

// The updates process whole blocks, then the remaining elements one by one; the latter
// loop is the definition, the former is faster. step is the negative learning rate.

func sgdGeneric(w, g []float32, step, decay float32) {
	for ; len(w) >= lanes; w, g = w[lanes:], g[lanes:] {
		weights, gradient := (*block)(w), block(g)
		fmaScalar(&gradient, decay, weights)
		fmaScalar(weights, step, &gradient)
	}
	for i := range w {
		gradient := fma32(decay, w[i], g[i])
		w[i] = fma32(step, gradient, w[i])
	}
}

func heavyBallGeneric(w, v, g []float32, step, momentum, decay float32) {
	for ; len(w) >= lanes; w, v, g = w[lanes:], v[lanes:], g[lanes:] {
		weights, velocity := (*block)(w), block(g)
		fmaScalar(&velocity, decay, weights)
		fmaScalar(&velocity, momentum, (*block)(v))
		copy(v, velocity[:])
		fmaScalar(weights, step, &velocity)
	}
	for i := range w {
		gradient := fma32(decay, w[i], g[i])
		v[i] = fma32(momentum, v[i], gradient)
		w[i] = fma32(step, v[i], w[i])
	}
}

func nesterovGeneric(w, v, g []float32, step, momentum, decay float32) {
	for ; len(w) >= lanes; w, v, g = w[lanes:], v[lanes:], g[lanes:] {
		weights, gradient := (*block)(w), block(g)
		fmaScalar(&gradient, decay, weights)
		velocity := gradient
		fmaScalar(&velocity, momentum, (*block)(v))
		copy(v, velocity[:])
		fmaScalar(&gradient, momentum, &velocity)
		fmaScalar(weights, step, &gradient)
	}
	for i := range w {
		gradient := fma32(decay, w[i], g[i])
		v[i] = fma32(momentum, v[i], gradient)
		w[i] = fma32(step, fma32(momentum, v[i], gradient), w[i])
	}
}

// adamGeneric takes 1 − β₁ as rest1 and 1 − β₂ as rest2.
func adamGeneric(w, m, v, g []float32, step, epsilon, beta1, rest1, beta2, rest2, decay float32) {
	for ; len(w) >= lanes; w, m, v, g = w[lanes:], m[lanes:], v[lanes:], g[lanes:] {
		weights, mean := (*block)(w), block(g)
		fmaScalar(&mean, decay, weights)
		var square block
		for i, gradient := range mean {
			square[i] = float32(rest2*gradient) * gradient
			mean[i] = rest1 * gradient
		}
		fmaScalar(&mean, beta1, (*block)(m))
		fmaScalar(&square, beta2, (*block)(v))
		copy(m, mean[:])
		copy(v, square[:])
		for i := range mean {
			mean[i] /= sqrt(square[i]) + epsilon
		}
		fmaScalar(weights, step, &mean)
	}
	for i := range w {
		gradient := fma32(decay, w[i], g[i])
		m[i] = fma32(beta1, m[i], rest1*gradient)
		v[i] = fma32(beta2, v[i], float32(rest2*gradient)*gradient)
		w[i] = fma32(step, m[i]/(sqrt(v[i])+epsilon), w[i])
	}
}

// sqrt returns the correctly rounded square root: float64 has more than twice the bits
// of float32, so that rounding the root twice is the same as rounding it once.
func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// softThresholdGeneric subtracts from each element the nearest number between low and
// high, where −0 is less than +0.
func softThresholdGeneric(x []float32, low, high float32) {
	for i, v := range x {
		x[i] = v - min(max(v, low), high)
	}
}
