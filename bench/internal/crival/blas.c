//go:build cblas

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include "crival.h"

typedef void (*sgemm)(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a, int lda,
	const float *b, int ldb, float beta, float *c, int ldc);

// crival_prepare overrides what the environment says of the processor. OpenBLAS 0.3.21 and
// BLIS 0.9 use scalar code, or that of a Pentium 4, on a processor that they do not know:
// they are told that this one has AVX-512, if so. With avx2 all are held to AVX2, as argmax
// is then.
void crival_prepare(int threads, int avx2) {
	char text[16];
	snprintf(text, sizeof text, "%d", threads);
	setenv("OPENBLAS_NUM_THREADS", text, 1);
	setenv("BLIS_NUM_THREADS", text, 1);
	setenv("OMP_NUM_THREADS", text, 1);
	unsetenv("OPENBLAS_CORETYPE");
	unsetenv("OPENBLAS_L2_SIZE");
	if (avx2) {
		setenv("BLIS_ARCH_TYPE", "3", 1);
		setenv("OPENBLAS_CORETYPE", "Haswell", 1);
		setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 1);
	} else if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) {
		setenv("BLIS_ARCH_TYPE", "0", 1);
		setenv("OPENBLAS_CORETYPE", "SkylakeX", 1);
	}
}

// crival_open loads a BLAS with symbols of its own, so that two of them can define
// functions of the same name.
crival_library crival_open(const char *file) {
	crival_library library = {0};
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
	if (!handle) return library;
	library.sgemm = dlsym(handle, "cblas_sgemm");
	library.config = (char *(*)(void))dlsym(handle, "openblas_get_config");
	library.core = (char *(*)(void))dlsym(handle, "openblas_get_corename");
	library.version = (char *(*)(void))dlsym(handle, "bli_info_get_version_str");
	library.arch = (int (*)(void))dlsym(handle, "bli_arch_query_id");
	library.name = (char *(*)(int))dlsym(handle, "bli_arch_string");
	void (*begin)(void) = (void (*)(void))dlsym(handle, "bli_init"); // before BLIS can be asked
	if (begin) begin();
	library.threads = (void (*)(long))dlsym(handle, "openblas_set_num_threads");
	if (!library.threads) library.threads = (void (*)(long))dlsym(handle, "bli_thread_set_num_threads");
	return library;
}

// crival_version returns the version of a library, and which kernels it uses.
const char *crival_version(const crival_library *library) {
	static char text[256];
	if (library->config && library->core)
		snprintf(text, sizeof text, "%s, core %s", library->config(), library->core());
	else if (library->version && library->arch && library->name)
		snprintf(text, sizeof text, "%s, core %s", library->version(), library->name(library->arch()));
	else
		snprintf(text, sizeof text, "of an unknown version");
	return text;
}

void crival_set_threads(const crival_library *library, int threads) {
	if (library->threads) library->threads(threads);
}

void crival_sgemm(const crival_library *library, int ta, int tb, int m, int n, int k, const float *a, int lda,
	const float *b, int ldb, float *c, int repeat) {
	const int rowMajor = 101, trans[] = {111, 112};
	for (int i = 0; i < repeat; i++)
		((sgemm)library->sgemm)(rowMajor, trans[ta], trans[tb], m, n, k, 1, a, lda, b, ldb, 0, c, n);
}
