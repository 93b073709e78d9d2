//go:build cblas

// Plain loops for steps of training. A step is a function of its own: otherwise gcc
// would make two repetitions in one pass over memory (unroll and jam).
#include <math.h>
#include "steps.h"

static void __attribute__((noipa)) momentum_step(float *restrict w, float *restrict v, const float *restrict g, int n,
	float rate, float momentum, float decay) {
	for (int i = 0; i < n; i++) {
		v[i] = momentum * v[i] + g[i] + decay * w[i];
		w[i] -= rate * v[i];
	}
}

void fastmath_momentum(float *w, float *v, const float *g, int n, float rate, float momentum, float decay, int repeat) {
	for (; repeat > 0; repeat--) momentum_step(w, v, g, n, rate, momentum, decay);
}

static void __attribute__((noipa)) adam_step(float *restrict w, float *restrict m, float *restrict v,
	const float *restrict g, int n, float rate, float epsilon, float beta1, float beta2, float decay) {
	for (int i = 0; i < n; i++) {
		float d = g[i] + decay * w[i];
		m[i] = beta1 * m[i] + (1 - beta1) * d;
		v[i] = beta2 * v[i] + (1 - beta2) * d * d;
		w[i] -= rate * m[i] / (sqrtf(v[i]) + epsilon);
	}
}

void fastmath_adam(float *w, float *m, float *v, const float *g, int n, float rate, float epsilon,
	float beta1, float beta2, float decay, int repeat) {
	for (; repeat > 0; repeat--) adam_step(w, m, v, g, n, rate, epsilon, beta1, beta2, decay);
}
