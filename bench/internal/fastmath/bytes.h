// Functions that bytes.go calls: a sum over pairs of bytes of x and of each of count rows of n.
#include <stdint.h>

void fastmath_dot_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);
void fastmath_sq_dist_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);
void fastmath_l1_dist_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);

// The same by a call of a function for each row.
void fastmath_dot_bytes_pairs(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);
void fastmath_sq_dist_bytes_pairs(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);
void fastmath_l1_dist_bytes_pairs(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);
