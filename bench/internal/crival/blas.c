//go:build cblas

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include "crival.h"

typedef void (*sgemm)(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a, int lda,
	const float *b, int ldb, float beta, float *c, int ldc);

// crival_threads says how many threads libraries that are loaded later get. The
// processor is the one that there is, whatever the environment says.
void crival_threads(int threads) {
	char n[16];
	snprintf(n, sizeof n, "%d", threads);
	setenv("OPENBLAS_NUM_THREADS", n, 1);
	setenv("BLIS_NUM_THREADS", n, 1);
	setenv("OMP_NUM_THREADS", n, 1);
	unsetenv("OPENBLAS_CORETYPE");
	unsetenv("OPENBLAS_L2_SIZE");
	void (*omp)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
	if (omp) omp(threads);
}

// crival_open loads a BLAS by itself, so that two of them can have functions of the
// same name.
crival_library crival_open(const char *file, const char *core) {
	crival_library library = {0};
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
	if (!handle) return library;
	library.sgemm = dlsym(handle, "cblas_sgemm");
	char *(*name)(void) = *core ? (char *(*)(void))dlsym(handle, core) : NULL;
	if (name) library.core = name();
	return library;
}

void crival_sgemm(crival_library library, int ta, int tb, int m, int n, int k, const float *a, int lda,
	const float *b, int ldb, float *c, int repeat) {
	const int rowMajor = 101, trans[] = {111, 112};
	for (int i = 0; i < repeat; i++)
		((sgemm)library.sgemm)(rowMajor, trans[ta], trans[tb], m, n, k, 1, a, lda, b, ldb, 0, c, n);
}
