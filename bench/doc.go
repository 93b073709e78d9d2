// Package bench measures argmax beside its rivals, gonum and vek, and beside plain
// loops in Go. With the build tag cblas it also measures OpenBLAS, BLIS, oneDNN and
// loops in C that gcc vectorizes; that needs cgo. rivals.sh installs all rivals that
// Debian has.
//
//	go test -run '^$' -bench . -benchtime 50ms | tee new.txt
//	benchstat -col /impl new.txt
//
// The keys are the shape, data (the cache that holds the data: L1, L2, …), chain
// (true where each call depends on the result of the previous one, which measures
// latency) and impl. Besides the time of a call, a benchmark reports MB/s, GFLOP/s,
// and of-limit: the fraction of this processor's peak, which is measured before the
// first benchmark that reports it. Every entrant runs on one core. The peak is that
// of the entrant's own instruction set, and for a rival that of the best one here.
//
// To write a comparison for others to read, run
//
//	go run [-tags cblas] ./report [-o directory] [-suite kernels,models,neighbours]
//
// which alternates between the entrants, estimates the noise, and writes a page of HTML,
// the same as Markdown, and the raw files that both are made from; Measure and Write do
// the same. Beside a time it gives a lower bound from the instructions of the kernels, if
// the contest names its kernels and the execution ports of the processor are known.
//
// To compare two commits of argmax, run
//
//	go run ./compare -base commit
//
// The benchmarks of the packages themselves, which it runs, have the same shapes and need
// no module but the library's.
package bench
