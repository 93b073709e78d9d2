//go:build cblas

// Plain loops for losses. Batches are contiguous; each is one call from C, so that the
// cost of a call from Go does not count.
#include <math.h>
#include "losses.h"
#include "held.h"

int fastmath_held;

#define LOOPS "losses_loops.h"
#include "twice.h"

void fastmath_softmax(const float *scores, float *dst, int batches, int rows, int n) {
	for (int b = 0; b < batches; b++) HELD(softmax)(scores + b * rows * n, dst + b * rows * n, rows, n);
}

void fastmath_softmax_flat(const float *scores, float *dst, int batches, int rows, int n) {
	for (int b = 0; b < batches; b++) HELD(softmax_flat)(scores + b * rows * n, dst + b * rows * n, rows, n);
}

void fastmath_log_sum_exp(const float *scores, float *dst, int batches, int rows, int n) {
	for (int b = 0; b < batches; b++) HELD(log_sum_exp)(scores + b * rows * n, dst + b * rows, rows, n);
}

void fastmath_cross_entropy(const float *scores, const int64_t *labels, float *grad, float *losses, int batches, int rows, int n) {
	for (int b = 0; b < batches; b++)
		HELD(cross_entropy)(scores + b * rows * n, labels, grad + b * rows * n, losses + b * rows, rows, n);
}

void fastmath_hinge(const float *scores, const int64_t *labels, float *grad, float *losses, int batches, int rows, int n) {
	for (int b = 0; b < batches; b++)
		HELD(hinge)(scores + b * rows * n, labels, grad + b * rows * n, losses + b * rows, rows, n);
}
