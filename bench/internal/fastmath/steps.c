//go:build cblas

// Plain loops for steps of training. A step is a function of its own: otherwise gcc
// would make two repetitions in one pass over memory (unroll and jam).
#include <math.h>
#include "steps.h"
#include "held.h"

#define LOOPS "steps_loops.h"
#include "twice.h"

void fastmath_momentum(float *w, float *v, const float *g, int n, float rate, float momentum, float decay, int repeat) {
	for (; repeat > 0; repeat--) HELD(momentum_step)(w, v, g, n, rate, momentum, decay);
}

void fastmath_adam(float *w, float *m, float *v, const float *g, int n, float rate, float epsilon,
	float beta1, float beta2, float decay, int repeat) {
	for (; repeat > 0; repeat--) HELD(adam_step)(w, m, v, g, n, rate, epsilon, beta1, beta2, decay);
}
