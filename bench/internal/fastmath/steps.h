void fastmath_momentum(float *w, float *v, const float *g, int n, float rate, float momentum, float decay, int repeat);
void fastmath_adam(float *w, float *m, float *v, const float *g, int n, float rate, float epsilon,
	float beta1, float beta2, float decay, int repeat);
