//go:build cblas && cgo

package fastmath

// #cgo CFLAGS: -O3 -march=native -ffast-math
// #cgo LDFLAGS: -lm
// #include "steps.h"
import "C"

import "unsafe"

// Momentum returns a loop in C for SGD with momentum. Its m is the velocity.
func Momentum(rate, momentum, decay float32) Update {
	return func(w, m, _, g []float32, repeat int) {
		C.fastmath_momentum(p(w), p(m), p(g), C.int(len(w)), C.float(rate), C.float(momentum), C.float(decay), C.int(repeat))
	}
}

// Adam returns a loop in C for Adam. The bias correction is part of rate and epsilon.
func Adam(rate, epsilon, beta1, beta2, decay float32) Update {
	return func(w, m, v, g []float32, repeat int) {
		C.fastmath_adam(p(w), p(m), p(v), p(g), C.int(len(w)), C.float(rate), C.float(epsilon),
			C.float(beta1), C.float(beta2), C.float(decay), C.int(repeat))
	}
}

func p(x []float32) *C.float { return (*C.float)(unsafe.SliceData(x)) }
