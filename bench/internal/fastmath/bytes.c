//go:build cblas

// Plain loops for sums over bytes. An int holds the sum over a row of up to 2¹⁵ bytes.
#include <stdlib.h>
#include "bytes.h"
#include "held.h"

#define LOOPS "bytes_loops.h"
#include "twice.h"

void fastmath_dot_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	HELD(dot_bytes)(x, rows, dst, count, n);
}

void fastmath_sq_dist_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	HELD(sq_dist_bytes)(x, rows, dst, count, n);
}

void fastmath_l1_dist_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	HELD(l1_dist_bytes)(x, rows, dst, count, n);
}

void fastmath_dot_bytes_pairs(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	HELD(dot_bytes_pairs)(x, rows, dst, count, n);
}

void fastmath_sq_dist_bytes_pairs(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	HELD(sq_dist_bytes_pairs)(x, rows, dst, count, n);
}

void fastmath_l1_dist_bytes_pairs(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	HELD(l1_dist_bytes_pairs)(x, rows, dst, count, n);
}
