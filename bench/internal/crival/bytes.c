//go:build cblas

// Plain loops for sums over bytes, which gcc vectorizes. An int holds the sum over a row
// of up to 2¹⁵ bytes.
#include <stdlib.h>
#include "crival.h"

void crival_dot_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	for (int r = 0; r < count; r++, rows += n) {
		int sum = 0;
		for (int i = 0; i < n; i++) sum += x[i] * rows[i];
		dst[r] = sum;
	}
}

void crival_sq_dist_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	for (int r = 0; r < count; r++, rows += n) {
		int sum = 0;
		for (int i = 0; i < n; i++) sum += (x[i] - rows[i]) * (x[i] - rows[i]);
		dst[r] = sum;
	}
}

void crival_l1_dist_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	for (int r = 0; r < count; r++, rows += n) {
		int sum = 0;
		for (int i = 0; i < n; i++) sum += abs(x[i] - rows[i]);
		dst[r] = sum;
	}
}
