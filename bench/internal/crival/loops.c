//go:build cblas

// Loops that one would write in C, for gcc to make vectors of.
#pragma GCC optimize("O3", "fast-math")
#include <math.h>
#include "crival.h"

void crival_softmax(const float *scores, float *dst, int rows, int n) {
	for (int r = 0; r < rows; r++, scores += n, dst += n) {
		float largest = scores[0], sum = 0;
		for (int i = 1; i < n; i++) largest = scores[i] > largest ? scores[i] : largest;
		for (int i = 0; i < n; i++) sum += dst[i] = expf(scores[i] - largest);
		for (int i = 0; i < n; i++) dst[i] *= 1 / sum;
	}
}
