// Functions that cblas.go calls.

#include <stdint.h>

void crival_threads(int threads); // must be called first
void crival_here(void);

typedef struct {
	void *sgemm;
	const char *core; // the processor that the library detected
} crival_library;

crival_library crival_open(const char *file, const char *core);
void crival_sgemm(crival_library library, int ta, int tb, int m, int n, int k, const float *a, int lda,
	const float *b, int ldb, float *c, int repeat);

typedef struct crival_matmul crival_matmul;
crival_matmul *crival_dnnl_matmul(int m, int n, int k, int ta, const float *a, int lda, int tb, const float *b, int ldb);
void crival_dnnl_run(crival_matmul *matmul, const float *a, float *c, int repeat);
void crival_dnnl_free(crival_matmul *matmul);
void crival_dnnl_softmax(const float *scores, float *dst, int batches, int rows, int n);


void crival_dot_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);
void crival_sq_dist_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);
void crival_l1_dist_bytes(const uint8_t *x, const uint8_t *rows, int64_t *dst, int count, int n);
