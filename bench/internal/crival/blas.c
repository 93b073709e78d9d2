//go:build cblas

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include "crival.h"

typedef void (*sgemm)(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a, int lda,
	const float *b, int ldb, float beta, float *c, int ldc);

static int threads = 1;
static void (*ompThreads)(int);

// crival_threads sets the number of threads of the libraries. It overrides what the
// environment says of the processor: BLIS 0.9 uses scalar code on a processor that it
// does not know, and is told that this one has AVX-512.
void crival_threads(int n) {
	char text[16];
	threads = n;
	snprintf(text, sizeof text, "%d", n);
	setenv("OPENBLAS_NUM_THREADS", text, 1);
	setenv("BLIS_NUM_THREADS", text, 1);
	setenv("OMP_NUM_THREADS", text, 1);
	unsetenv("OPENBLAS_CORETYPE");
	unsetenv("OPENBLAS_L2_SIZE");
	if (__builtin_cpu_supports("avx512f")) setenv("BLIS_ARCH_TYPE", "0", 1);
	ompThreads = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
}

// crival_here sets the number of threads in the calling thread: OpenMP has one for each
// thread, and goroutines move between threads.
void crival_here(void) {
	if (ompThreads) ompThreads(threads);
}

// crival_open loads a BLAS with symbols of its own, so that two of them can define
// functions of the same name.
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
