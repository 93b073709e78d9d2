// Package bench measures argmax and its rivals, gonum and vek, beside what one
// would write in Go. With the build tag cblas there are also OpenBLAS, BLIS, oneDNN
// and what gcc makes of obvious loops; that needs cgo and, from Debian,
// libopenblas-dev, libblis-dev and libdnnl-dev.
//
//	go test -run '^$' -bench . -benchtime 50ms | tee new.txt
//	benchstat -col /impl new.txt
//
// The keys are the shape, data (where the data is: L1, L2, …), chain (true where
// each call waits for the one before: latency) and impl. Besides the time of a
// call there are MB/s, GFLOP/s, and of-limit: the share of what this processor can
// do at most, which is measured before the first benchmark that reports it. Every
// entrant has one core. A share of argmax-avx2 is of what AVX2 can do; that of a
// rival, of what the best instruction set here can.
//
// A comparison for others to read comes from
//
//	go run [-tags cblas] ./report [-o file] [-duration 1m] [-match regexp]
//
// which alternates between the entrants and knows how much of a difference is
// noise. Beside a time it says how long the kernels' instructions take at least, where
// a contest names its kernels and the processor is one whose ports are known.
package bench
