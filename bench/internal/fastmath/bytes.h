// Functions that bytes.go calls: a sum over pairs of bytes of x and of each of count rows of n.
#include <stdint.h>

void fastmath_dot_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);
void fastmath_sq_dist_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);
void fastmath_l1_dist_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);
