// Products and softmax by oneDNN: a library that package crival compiles and opens where
// oneDNN is installed.
#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>
#include <stdlib.h>

// Of OpenMP, if oneDNN is built on it. It has one number of threads for each thread, and
// goroutines move between threads.
extern void omp_set_num_threads(int) __attribute__((weak));
int crival_dnnl_threads = 1;

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static void here(void) {
	if (omp_set_num_threads) omp_set_num_threads(crival_dnnl_threads);
}

// crival_dnnl_version returns the version, and the instruction sets that it uses at most.
const char *crival_dnnl_version(void) {
	static char text[64];
	const dnnl_version_t *v = dnnl_version();
	const char *isa = "unknown";
	switch (dnnl_get_effective_cpu_isa()) {
	case dnnl_cpu_isa_sse41: isa = "SSE4.1"; break;
	case dnnl_cpu_isa_avx: isa = "AVX"; break;
	case dnnl_cpu_isa_avx2: isa = "AVX2"; break;
	case dnnl_cpu_isa_avx512_core: isa = "AVX-512"; break;
	case dnnl_cpu_isa_avx512_core_vnni: isa = "AVX-512 VNNI"; break;
	case dnnl_cpu_isa_avx512_core_bf16: isa = "AVX-512 BF16"; break;
	default: isa = dnnl_get_effective_cpu_isa() > dnnl_cpu_isa_avx512_core_bf16 ? "more than AVX-512 BF16" : "another"; break;
	}
	snprintf(text, sizeof text, "%d.%d.%d, instruction set %s", v->major, v->minor, v->patch, isa);
	return text;
}

static int begin(void) {
	here();
	if (stream) return 1;
	return dnnl_engine_create(&engine, dnnl_cpu, 0) == dnnl_success &&
		dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) == dnnl_success;
}

typedef struct crival_matmul crival_matmul;
struct crival_matmul {
	dnnl_primitive_t primitive;
	dnnl_memory_t source, weights, result;
};

// describe describes a matrix of rows × cols that is stored by row or, if transposed, by
// column.
static void describe(dnnl_memory_desc_t *d, int rows, int cols, int transposed, int ld) {
	dnnl_dims_t dims = {rows, cols}, strides = {transposed ? 1 : ld, transposed ? ld : 1};
	dnnl_memory_desc_init_by_strides(d, 2, dims, dnnl_f32, strides);
}

crival_matmul *crival_dnnl_matmul(int m, int n, int k, int ta, const float *a, int lda, int tb, const float *b, int ldb) {
	if (!begin()) return NULL;
	dnnl_memory_desc_t source, given, any, result;
	describe(&source, m, k, ta, lda);
	describe(&given, k, n, tb, ldb);
	describe(&result, m, n, 0, n);
	dnnl_dims_t dims = {k, n};
	dnnl_memory_desc_init_by_tag(&any, 2, dims, dnnl_f32, dnnl_format_tag_any);
	dnnl_matmul_desc_t desc;
	dnnl_primitive_desc_t pd;
	if (dnnl_matmul_desc_init(&desc, &source, &any, NULL, &result) != dnnl_success ||
		dnnl_primitive_desc_create(&pd, &desc, NULL, engine, NULL) != dnnl_success)
		return NULL;
	crival_matmul *x = calloc(1, sizeof *x);
	const dnnl_memory_desc_t *liked = dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0);
	dnnl_memory_t from;
	dnnl_memory_create(&x->source, &source, engine, (void *)a);
	dnnl_memory_create(&x->result, &result, engine, DNNL_MEMORY_NONE);
	dnnl_memory_create(&x->weights, liked, engine, DNNL_MEMORY_ALLOCATE);
	dnnl_memory_create(&from, &given, engine, (void *)b);
	dnnl_primitive_desc_t reorderDesc;
	dnnl_primitive_t reorder;
	dnnl_reorder_primitive_desc_create(&reorderDesc, &given, engine, liked, engine, NULL);
	dnnl_primitive_create(&reorder, reorderDesc);
	dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, x->weights}};
	dnnl_primitive_execute(reorder, stream, 2, args);
	dnnl_stream_wait(stream);
	dnnl_primitive_create(&x->primitive, pd);
	dnnl_primitive_destroy(reorder);
	dnnl_primitive_desc_destroy(reorderDesc);
	dnnl_primitive_desc_destroy(pd);
	dnnl_memory_destroy(from);
	return x;
}

void crival_dnnl_run(crival_matmul *x, const float *a, float *c, int repeat) {
	here();
	dnnl_memory_set_data_handle(x->source, (void *)a);
	dnnl_memory_set_data_handle(x->result, c);
	dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, x->source}, {DNNL_ARG_WEIGHTS, x->weights}, {DNNL_ARG_DST, x->result}};
	for (int i = 0; i < repeat; i++) dnnl_primitive_execute(x->primitive, stream, 3, args);
	dnnl_stream_wait(stream);
}

void crival_dnnl_free(crival_matmul *x) {
	dnnl_primitive_destroy(x->primitive);
	dnnl_memory_destroy(x->source);
	dnnl_memory_destroy(x->weights);
	dnnl_memory_destroy(x->result);
	free(x);
}

// crival_dnnl_softmax keeps the primitive of the last shape. Batches are contiguous.
void crival_dnnl_softmax(const float *scores, float *dst, int batches, int rows, int n) {
	static dnnl_primitive_t primitive;
	static dnnl_memory_t source, result;
	static int lastRows, lastN;
	if (!begin()) return;
	if (rows != lastRows || n != lastN) {
		dnnl_memory_desc_t shape;
		dnnl_softmax_desc_t desc;
		dnnl_primitive_desc_t pd;
		describe(&shape, rows, n, 0, n);
		dnnl_softmax_forward_desc_init(&desc, dnnl_forward_inference, &shape, 1);
		dnnl_primitive_desc_create(&pd, &desc, NULL, engine, NULL);
		dnnl_primitive_create(&primitive, pd);
		dnnl_memory_create(&source, &shape, engine, DNNL_MEMORY_NONE);
		dnnl_memory_create(&result, &shape, engine, DNNL_MEMORY_NONE);
		dnnl_primitive_desc_destroy(pd);
		lastRows = rows, lastN = n;
	}
	dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, result}};
	for (int b = 0; b < batches; b++, scores += rows * n, dst += rows * n) {
		dnnl_memory_set_data_handle(source, (void *)scores);
		dnnl_memory_set_data_handle(result, dst);
		dnnl_primitive_execute(primitive, stream, 2, args);
	}
	dnnl_stream_wait(stream);
}
