//go:build cblas && cgo

package fastmath

// #cgo CFLAGS: -O3 -march=native -ffast-math
// #cgo LDFLAGS: -lm
// #include "steps.h"
import "C"

import "unsafe"

// Momentum is a loop in C. m is the velocity.
func Momentum(rate, momentum, decay float32) Update {
	return func(w, m, _, g []float32, repeat int) {
		C.fastmath_momentum(p(w), p(m), p(g), C.int(len(w)), C.float(rate), C.float(momentum), C.float(decay), C.int(repeat))
	}
}

// Adam is a loop in C, with a rate and an epsilon corrected for the start.
func Adam(rate, epsilon, beta1, beta2, decay float32) Update {
	return func(w, m, v, g []float32, repeat int) {
		C.fastmath_adam(p(w), p(m), p(v), p(g), C.int(len(w)), C.float(rate), C.float(epsilon),
			C.float(beta1), C.float(beta2), C.float(decay), C.int(repeat))
	}
}

func p(x []float32) *C.float { return (*C.float)(unsafe.SliceData(x)) }
