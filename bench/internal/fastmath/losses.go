//go:build cblas && cgo

package fastmath

// #include "held.h"
// #include "losses.h"
import "C"

import (
	"unsafe"

	"github.com/seed842bec00/argmax/bench/internal/process"
)

func init() {
	if process.Held() {
		C.fastmath_held = 1
	}
}

// Plain loops. SoftmaxFlat computes all exponentials in one loop over all rows.
var (
	Softmax Rows = func(dst, scores []float32, batches, rows, n int) {
		C.fastmath_softmax(p(scores), p(dst), C.int(batches), C.int(rows), C.int(n))
	}
	SoftmaxFlat Rows = func(dst, scores []float32, batches, rows, n int) {
		C.fastmath_softmax_flat(p(scores), p(dst), C.int(batches), C.int(rows), C.int(n))
	}
	LogSumExp Rows = func(dst, scores []float32, batches, rows, n int) {
		C.fastmath_log_sum_exp(p(scores), p(dst), C.int(batches), C.int(rows), C.int(n))
	}
	CrossEntropy Loss = func(losses, grad, scores []float32, labels []int, batches, rows, n int) {
		C.fastmath_cross_entropy(p(scores), indices(labels), p(grad), p(losses), C.int(batches), C.int(rows), C.int(n))
	}
	Hinge Loss = func(losses, grad, scores []float32, labels []int, batches, rows, n int) {
		C.fastmath_hinge(p(scores), indices(labels), p(grad), p(losses), C.int(batches), C.int(rows), C.int(n))
	}
)

func indices(labels []int) *C.int64_t { return (*C.int64_t)(unsafe.Pointer(unsafe.SliceData(labels))) }
