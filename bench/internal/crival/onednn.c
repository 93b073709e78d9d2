//go:build cblas

// The functions of shim/onednn.c, once it is open.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include "crival.h"

static int *threads;
static const char *(*version)(void);
static crival_matmul *(*matmul)(int, int, int, int, const float *, int, int, const float *, int);
static void (*run)(crival_matmul *, const float *, float *, int);
static void (*end)(crival_matmul *);
static void (*softmax)(const float *, float *, int, int, int);

const char *crival_dnnl_open(const char *file) {
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!handle) return dlerror();
	threads = dlsym(handle, "crival_dnnl_threads");
	version = (const char *(*)(void))dlsym(handle, "crival_dnnl_version");
	matmul = (crival_matmul *(*)(int, int, int, int, const float *, int, int, const float *, int))dlsym(handle, "crival_dnnl_matmul");
	run = (void (*)(crival_matmul *, const float *, float *, int))dlsym(handle, "crival_dnnl_run");
	end = (void (*)(crival_matmul *))dlsym(handle, "crival_dnnl_free");
	softmax = (void (*)(const float *, float *, int, int, int))dlsym(handle, "crival_dnnl_softmax");
	return threads && version && matmul && run && end && softmax ? NULL : "a function is missing";
}

const char *crival_dnnl_version(void) { return version(); }

void crival_dnnl_set_threads(int n) { *threads = n; }

crival_matmul *crival_dnnl_matmul(int m, int n, int k, int ta, const float *a, int lda, int tb, const float *b, int ldb) {
	return matmul(m, n, k, ta, a, lda, tb, b, ldb);
}

void crival_dnnl_run(crival_matmul *x, const float *a, float *c, int repeat) { run(x, a, c, repeat); }

void crival_dnnl_free(crival_matmul *x) { end(x); }

void crival_dnnl_softmax(const float *scores, float *dst, int batches, int rows, int n) {
	softmax(scores, dst, batches, rows, n);
}
