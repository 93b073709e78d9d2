//go:build cblas && cgo

package fastmath

// #include "bytes.h"
import "C"

import "unsafe"

func init() {
	bytes := func(x []uint8) *C.uint8_t { return (*C.uint8_t)(unsafe.SliceData(x)) }
	sums := func(x []int64) *C.int64_t { return (*C.int64_t)(unsafe.SliceData(x)) }
	ByteLoops["DotBytesRows"] = func(dst []int64, x, rows []uint8) {
		C.fastmath_dot_bytes(bytes(x), bytes(rows), sums(dst), C.int(len(dst)), C.int(len(x)))
	}
	ByteLoops["DotBytes"] = func(dst []int64, x, rows []uint8) {
		C.fastmath_dot_bytes_pairs(bytes(x), bytes(rows), sums(dst), C.int(len(dst)), C.int(len(x)))
	}
	ByteLoops["SqDistBytes"] = func(dst []int64, x, rows []uint8) {
		C.fastmath_sq_dist_bytes_pairs(bytes(x), bytes(rows), sums(dst), C.int(len(dst)), C.int(len(x)))
	}
	ByteLoops["L1DistBytes"] = func(dst []int64, x, rows []uint8) {
		C.fastmath_l1_dist_bytes_pairs(bytes(x), bytes(rows), sums(dst), C.int(len(dst)), C.int(len(x)))
	}
	ByteLoops["SqDistBytesRows"] = func(dst []int64, x, rows []uint8) {
		C.fastmath_sq_dist_bytes(bytes(x), bytes(rows), sums(dst), C.int(len(dst)), C.int(len(x)))
	}
	ByteLoops["L1DistBytesRows"] = func(dst []int64, x, rows []uint8) {
		C.fastmath_l1_dist_bytes(bytes(x), bytes(rows), sums(dst), C.int(len(dst)), C.int(len(x)))
	}
}
