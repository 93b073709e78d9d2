// The loops of steps.c, which includes them once for each name that LOOP gives them.

static void __attribute__((noipa)) LOOP(momentum_step)(float *restrict w, float *restrict v, const float *restrict g, int n,
	float rate, float momentum, float decay) {
	for (int i = 0; i < n; i++) {
		v[i] = momentum * v[i] + g[i] + decay * w[i];
		w[i] -= rate * v[i];
	}
}

static void __attribute__((noipa)) LOOP(adam_step)(float *restrict w, float *restrict m, float *restrict v,
	const float *restrict g, int n, float rate, float epsilon, float beta1, float beta2, float decay) {
	for (int i = 0; i < n; i++) {
		float d = g[i] + decay * w[i];
		m[i] = beta1 * m[i] + (1 - beta1) * d;
		v[i] = beta2 * v[i] + (1 - beta2) * d * d;
		w[i] -= rate * m[i] / (sqrtf(v[i]) + epsilon);
	}
}
