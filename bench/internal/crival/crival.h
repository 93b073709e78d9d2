// Functions that cblas.go calls.

// A library, with functions that are NULL if it lacks them.
typedef struct {
	void *sgemm;
	char *(*config)(void); // OpenBLAS
	char *(*core)(void);   // OpenBLAS: the processor whose kernels it uses
	char *(*version)(void); // BLIS
	int (*arch)(void);      // BLIS: the same, as a number
	char *(*name)(int);     // BLIS: of that number
	void (*threads)(long);
} crival_library;

// crival_prepare sets the environment that libraries read while they are opened.
void crival_prepare(int threads, int avx2);
crival_library crival_open(const char *file);
const char *crival_version(const crival_library *library);
void crival_set_threads(const crival_library *library, int threads);
void crival_sgemm(const crival_library *library, int ta, int tb, int m, int n, int k, const float *a, int lda,
	const float *b, int ldb, float *c, int repeat);

// oneDNN, by shim/onednn.c. crival_dnnl_open returns NULL, or what is wrong.
const char *crival_dnnl_open(const char *file);
const char *crival_dnnl_version(void);
void crival_dnnl_set_threads(int threads);
typedef struct crival_matmul crival_matmul;
crival_matmul *crival_dnnl_matmul(int m, int n, int k, int ta, const float *a, int lda, int tb, const float *b, int ldb);
void crival_dnnl_run(crival_matmul *matmul, const float *a, float *c, int repeat);
void crival_dnnl_free(crival_matmul *matmul);
void crival_dnnl_softmax(const float *scores, float *dst, int batches, int rows, int n);
