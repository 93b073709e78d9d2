// Functions that losses.go calls, for contiguous batches of rows of n scores.
#include <stdint.h>

void fastmath_softmax(const float *scores, float *dst, int batches, int rows, int n);
void fastmath_softmax_flat(const float *scores, float *dst, int batches, int rows, int n);
void fastmath_log_sum_exp(const float *scores, float *dst, int batches, int rows, int n);
void fastmath_cross_entropy(const float *scores, const int64_t *labels, float *grad, float *losses, int batches, int rows, int n);
void fastmath_hinge(const float *scores, const int64_t *labels, float *grad, float *losses, int batches, int rows, int n);
