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
