# Searches with FAISS, and over bytes with loops of gcc. A line "queries threads" on the
# standard input is answered by one of JSON: names and milliseconds.
import ctypes
import json
import os
import subprocess
import sys
import time

import faiss
import numpy as np

directory, columns, element, metric, k = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])
base = np.fromfile(f"{directory}/base", dtype=element).reshape(-1, columns)
queries = np.fromfile(f"{directory}/queries", dtype=element).reshape(-1, columns)

# Sixteen queries a pass: the base comes from memory once for all of them. The keeping of
# the nearest is left out, which favours the loop.
loops = r"""
#include <stdint.h>
#include <stdlib.h>
#include <omp.h>
void scan(const uint8_t *base, long rows, const uint8_t *queries, long n, long d, int l1, int threads, int32_t *least) {
  omp_set_num_threads(threads);
  for (long q = 0; q < n; q += 16) {
    long m = n - q < 16 ? n - q : 16;
    #pragma omp parallel for schedule(static)
    for (long i = 0; i < rows; i++) {
      const uint8_t *y = base + i * d;
      for (long j = 0; j < m; j++) {
        const uint8_t *x = queries + (q + j) * d;
        int32_t sum = 0;
        if (l1) for (long p = 0; p < d; p++) sum += abs(x[p] - y[p]);
        else for (long p = 0; p < d; p++) sum += x[p] * y[p];
        if (sum < least[q + j]) least[q + j] = sum; // seldom: a race costs nothing
      }
    }
  }
}
"""


def searches():
    if element == "uint8":
        source, library = f"{directory}/loops.c", f"{directory}/loops.so"
        with open(source, "w") as f:
            f.write(loops)
        subprocess.check_call(["gcc", "-O3", "-march=native", "-fopenmp", "-shared", "-fPIC", "-o", library, source])
        scan = ctypes.CDLL(library).scan
        least = np.full(len(queries), 2**31 - 1, dtype=np.int32)

        def loop(n, threads):
            pointer = lambda x: x.ctypes.data_as(ctypes.c_void_p)
            scan(pointer(base), ctypes.c_long(len(base)), pointer(queries), ctypes.c_long(n), ctypes.c_long(columns), int(metric == "L1"), threads, pointer(least))

        yield "gcc", loop
        if metric != "L1":
            kind = {"L2": faiss.METRIC_L2, "InnerProduct": faiss.METRIC_INNER_PRODUCT}[metric]
            index = faiss.IndexScalarQuantizer(columns, faiss.ScalarQuantizer.QT_8bit_direct, kind)
            index.train(base[:1000].astype(np.float32))
            index.add(base.astype(np.float32))
            floats = queries.astype(np.float32)
            yield "SQ8", lambda n, threads: index.search(floats[:n], k)
    kind = {"L2": faiss.METRIC_L2, "InnerProduct": faiss.METRIC_INNER_PRODUCT, "L1": faiss.METRIC_L1, "LInf": faiss.METRIC_Linf}[metric]
    flat = faiss.IndexFlat(columns, kind)
    flat.add(base.astype(np.float32))
    wanted = queries.astype(np.float32)

    def search(threshold):
        def run(n, threads):
            faiss.cvar.distance_compute_blas_threshold = threshold
            flat.search(wanted[:n], k)

        return run

    yield "faiss", search(20)
    if metric in ("L2", "InnerProduct"):
        yield "forced", search(1)


rivals = list(searches())
for line in sys.stdin:
    n, threads = map(int, line.split())
    faiss.omp_set_num_threads(threads)
    times = []
    for name, run in rivals:
        begin = time.perf_counter()
        run(n, threads)
        times.append({"Name": name, "Milliseconds": (time.perf_counter() - begin) * 1e3})
    print(json.dumps(times), flush=True)
