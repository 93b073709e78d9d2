// The loops of bytes.c, which includes them once for each name that LOOP gives them.

static void LOOP(dot_bytes)(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	for (int r = 0; r < count; r++, rows += n) {
		int sum = 0;
		for (int i = 0; i < n; i++) sum += x[i] * rows[i];
		dst[r] = sum;
	}
}

static void LOOP(sq_dist_bytes)(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	for (int r = 0; r < count; r++, rows += n) {
		int sum = 0;
		for (int i = 0; i < n; i++) sum += (x[i] - rows[i]) * (x[i] - rows[i]);
		dst[r] = sum;
	}
}

static void LOOP(l1_dist_bytes)(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) {
	for (int r = 0; r < count; r++, rows += n) {
		int sum = 0;
		for (int i = 0; i < n; i++) sum += abs(x[i] - rows[i]);
		dst[r] = sum;
	}
}

// The sum of a pair of vectors, which is a call as that of a library's function.
#define PAIR(name, term) \
	__attribute__((noipa)) static int64_t LOOP(name##_pair)(const uint8_t *x, const uint8_t *y, int n) { \
		int sum = 0; \
		for (int i = 0; i < n; i++) sum += term; \
		return sum; \
	} \
	static void LOOP(name##_pairs)(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n) { \
		for (int r = 0; r < count; r++) dst[r] = LOOP(name##_pair)(x, rows + r * n, n); \
	}

PAIR(dot_bytes, x[i] * y[i])
PAIR(sq_dist_bytes, (x[i] - y[i]) * (x[i] - y[i]))
PAIR(l1_dist_bytes, abs(x[i] - y[i]))
#undef PAIR
