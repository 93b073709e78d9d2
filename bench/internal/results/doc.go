// Package results keeps what was measured. A run writes one file in Go's benchmark
// format (golang.org/x/perf/benchfmt), which benchstat reads too; reports are made from
// such files alone.
//
// # Configuration
//
// The lines before the first measurement describe the whole run:
//
//	suite: kernels                  what was measured: kernels, models or neighbours
//	date: 2026-11-27T21:00:00Z
//	command: go run ./report -suite kernels …
//	forced: avx2                    the value of ARGMAX_ISA
//	data: fashion-mnist             the name of the directory of the images
//	cpu: AMD EPYC 9B45              and cores, l1, l2, l3 (bytes), flags, isas, active
//	os: Linux 6.12.5                and goos, goarch, go, commit
//	threads: 1                      of matrix products, of models and of libraries
//	gonum: v0.17.0                  a line for each rival: its version, and where it chooses
//	openblas: 0.3.21, core SkylakeX its kernels by itself, what it chose
//	missing-faiss: why              a line for each rival that is not here
//
// These lines belong to the contest that follows, and change between contests:
//
//	work: flops=4014080 loads=802816 far=834176 stores=10240
//	tolerance: what the entrants' results were checked for, and how closely they agree
//	unit: p99-ns                    what entrants are judged by, if not the time of a call
//	attempt: 2                      a contest that met noise is measured again, and only the last is kept
//	calibration-before: 1.00 1.02   time of a loop of arithmetic as a multiple of the shortest
//	calibration-after: 1.31 1.05    so far, of one that reads memory of the median so far
//	disturbed: calibration 1.31     or no
//
// # Measurements
//
// One line stands for one measurement of one entrant, with the time of one call:
//
//	BenchmarkScores/entrant=argmax/isa=avx512/batch=256/features=784/classes=10/data=L2/chain=false/threads=1 48 19310 ns/op 207.9 GFLOP/s
//
// Rivals have no isa. The lines of a contest stand in the order of measuring: entrants
// alternate, and the n-th line of each is of round n. The entrant with which the others
// are compared, the champion, is measured a second time at the end of a round; those
// lines have the key again=true. Units besides ns/op: GFLOP/s, GB/s, queries/s, rows/s,
// objective and accuracy (of a fit), p50-ns, p90-ns, p99-ns, p99.9-ns, max-ns (latency of a call),
// CPU-ns/op (processor time of all cores). Read converts nanoseconds to seconds: sec/op, p99-sec.
//
// Points of a curve have the key point, which counts from 1, and the values sec and
// objective: where a fit was after this time.
//
//	BenchmarkFit/entrant=liblinear/task=squared-hinge/threads=1/point=3 1 0.81 sec 0.4312 objective
//
// The limits of one core were measured before the contests and after them:
//
//	BenchmarkLimits/isa=avx512/when=before 1 229 FMA-GFLOP/s 180 load-FMA-GFLOP/s 349 L1-GB/s 184 L2-GB/s 29 L3-GB/s 12 memory-GB/s 3.7 GHz 610 byte-products-G/s 380 byte-distances-G/s
package results
