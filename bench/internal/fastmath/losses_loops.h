// The loops of losses.c, which includes them once for each name that LOOP gives them.

static float LOOP(largest_of)(const float *restrict x, int n) {
	float largest = x[0];
	for (int i = 1; i < n; i++) largest = x[i] > largest ? x[i] : largest;
	return largest;
}

// Row by row.
static void __attribute__((noipa)) LOOP(softmax)(const float *restrict scores, float *restrict dst, int rows, int n) {
	for (int r = 0; r < rows; r++, scores += n, dst += n) {
		float largest = LOOP(largest_of)(scores, n), sum = 0;
		for (int i = 0; i < n; i++) sum += dst[i] = expf(scores[i] - largest);
		float inverse = 1 / sum;
		for (int i = 0; i < n; i++) dst[i] *= inverse;
	}
}

// All exponentials in one loop over all rows, which suits short rows.
static void __attribute__((noipa)) LOOP(softmax_flat)(const float *restrict scores, float *restrict dst, int rows, int n) {
	for (int r = 0; r < rows; r++) {
		float largest = LOOP(largest_of)(scores + r * n, n);
		for (int i = 0; i < n; i++) dst[r * n + i] = scores[r * n + i] - largest;
	}
	for (int i = 0; i < rows * n; i++) dst[i] = expf(dst[i]);
	for (int r = 0; r < rows; r++, dst += n) {
		float sum = 0;
		for (int i = 0; i < n; i++) sum += dst[i];
		float inverse = 1 / sum;
		for (int i = 0; i < n; i++) dst[i] *= inverse;
	}
}

static void __attribute__((noipa)) LOOP(log_sum_exp)(const float *restrict scores, float *restrict dst, int rows, int n) {
	for (int r = 0; r < rows; r++, scores += n) {
		float largest = LOOP(largest_of)(scores, n), sum = 0;
		for (int i = 0; i < n; i++) sum += expf(scores[i] - largest);
		dst[r] = largest + logf(sum);
	}
}

static void __attribute__((noipa)) LOOP(cross_entropy)(const float *restrict scores, const int64_t *restrict labels, float *restrict grad, float *restrict losses, int rows, int n) {
	for (int r = 0; r < rows; r++, scores += n, grad += n) {
		float largest = LOOP(largest_of)(scores, n), sum = 0, weight = 1.0f / rows;
		for (int i = 0; i < n; i++) sum += grad[i] = expf(scores[i] - largest);
		losses[r] = logf(sum) + largest - scores[labels[r]];
		float inverse = weight / sum;
		for (int i = 0; i < n; i++) grad[i] *= inverse;
		grad[labels[r]] -= weight;
	}
}

static void __attribute__((noipa)) LOOP(hinge)(const float *restrict scores, const int64_t *restrict labels, float *restrict grad, float *restrict losses, int rows, int n) {
	for (int r = 0; r < rows; r++, scores += n, grad += n) {
		float least = scores[labels[r]] - 1, loss = 0, count = 0, weight = 1.0f / rows;
		for (int i = 0; i < n; i++) {
			float m = scores[i] - least;
			int positive = m > 0;
			loss += positive ? m : 0;
			grad[i] = positive ? weight : 0;
			count += positive;
		}
		losses[r] = loss - 1; // without the term of the label itself
		grad[labels[r]] = weight * (1 - count);
	}
}
