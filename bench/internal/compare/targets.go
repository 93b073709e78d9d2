package compare

import (
	"fmt"
	"strings"

	"github.com/seed842bec00/argmax/bench/internal/results"
)

// target is a time that AVX-512 should reach on the reference machine, a core of
// 3.7 GHz, and what limits it there: reading from a cache, or multiply-adds.
type target struct {
	op, size string
	ns       float64
	limit    string // its unit
	there    float64
}

const (
	readL1 = "L1-GB/s"
	readL2 = "L2-GB/s"
	readL3 = "L3-GB/s"
	fma    = "FMA-GFLOP/s"
)

// The limits of the reference machine: reading in GB/s, multiply-adds in GFLOP/s.
const (
	thereL1  = 349
	thereL2  = 184
	thereL3  = 29 // 8 bytes in 0.27 ns
	thereFMA = 222
)

var targets = []target{
	{"Dot", "n=128", 6, readL1, thereL1},
	{"Dot", "n=784", 22, readL1, thereL1},
	{"Dot", "n=3072", 78, readL1, thereL1},
	{"SqDist", "n=128", 6.5, readL1, thereL1},
	{"SqDist", "n=784", 28, readL1, thereL1},
	{"SqDist", "n=3072", 95, readL1, thereL1},
	{"L1Dist", "n=128", 6.5, readL1, thereL1},
	{"L1Dist", "n=784", 31, readL1, thereL1},
	{"L1Dist", "n=3072", 115, readL1, thereL1},
	{"ScoreRows", "rows=10/n=784", 130, readL1, thereL1},
	{"ScoreRows", "rows=10/n=3072", 830, readL2, thereL2},
	{"Scores", "rows=1/features=784/classes=10", 125, readL1, thereL1},
	{"Scores", "rows=1/features=3072/classes=10", 820, readL2, thereL2},
	{"Scores", "rows=16/features=3072/classes=10", 6200, fma, thereFMA},
	{"Scores", "rows=256/features=784/classes=10", 26e3, fma, thereFMA},
	{"Scores", "rows=256/features=3072/classes=10", 135e3, fma, thereFMA},
	{"Scores", "rows=10000/features=3072/classes=10", 8.6e6, fma, thereFMA},
	{"Scores", "rows=64/features=2048/classes=1000", 1.55e6, fma, thereFMA},
	{"Scores", "rows=4096/features=3072/classes=16", 2.5e6, fma, thereFMA},
	{"Gradient", "rows=256/features=784/classes=10", 24e3, fma, thereFMA},
	{"Gradient", "rows=256/features=3072/classes=10", 135e3, fma, thereFMA},
	{"Gradient", "rows=64/features=2048/classes=1000", 1.5e6, fma, thereFMA},
	{"Gemm", "n=8", 33, fma, thereFMA},
	{"Gemm", "n=16", 80, fma, thereFMA},
	{"Gemm", "n=32", 400, fma, thereFMA},
	{"Gemm", "n=64", 2 * 64 * 64 * 64 / 176., fma, thereFMA},
	{"Gemm", "n=256", 2 * 256 * 256 * 256 / 180., fma, thereFMA},
	{"Gemm", "n=1024", 2 * 1024 * 1024 * 1024 / 178., fma, thereFMA},
	{"Gemm", "n=2048", 2 * 2048 * 2048 * 2048 / 178., fma, thereFMA},
	{"Gemm", "m=1000/n=4096/k=784/b=transposed", 37e6, fma, thereFMA},
	{"Softmax", "rows=1/n=10", 20, fma, thereFMA},
	{"Softmax", "rows=256/n=10", 0.42 * 2560, fma, thereFMA},
	{"Softmax", "rows=10000/n=10", 0.42 * 1e5, fma, thereFMA},
	{"Softmax", "rows=1/n=1000", 0.21 * 1000, fma, thereFMA},
	{"Softmax", "rows=1024/n=1000", 0.30 * 1024e3, fma, thereFMA},
	{"Softmax", "rows=64/n=50000", 0.36 * 32e5, fma, thereFMA},
	{"LogSumExp", "rows=256/n=10", 0.38 * 2560, fma, thereFMA},
	{"LogSumExp", "rows=10000/n=10", 0.38 * 1e5, fma, thereFMA},
	{"LogSumExp", "rows=1/n=1000", 0.20 * 1000, fma, thereFMA},
	{"LogSumExp", "rows=1024/n=1000", 0.20 * 1024e3, fma, thereFMA},
	{"LogSumExp", "rows=64/n=50000", 0.20 * 32e5, fma, thereFMA},
	{"Hinge", "rows=256/n=10", 0.17 * 2560, fma, thereFMA},
	{"Hinge", "rows=10000/n=10", 0.22 * 1e5, fma, thereFMA},
	{"Hinge", "rows=1024/n=1000", 0.274 * 1024e3, readL3, thereL3},
}

// goals compares the times of a file with the targets, as they are and scaled by the
// limits of its machine. The contest of a target is the first of its size.
func goals(f *results.File) Table {
	t := Table{
		Title: "Targets",
		Text: fmt.Sprintf("Set beforehand for AVX-512 on a core that reads %d GB/s from L1 and %d from L2 and reaches %d GFLOP/s. Scaled targets are multiplied by the ratio of the limits "+
			"of that core and of this one; on a faster machine short times consist more of calls and latencies, which do not scale.", thereL1, thereL2, thereFMA),
		Header: []string{"contest", "target there", "scaled", "argmax", "outcome"},
	}
	if base(f.Config["active"]) != "avx512" {
		return t
	}
	for _, g := range targets {
		for _, c := range f.Contests {
			if c.Op != g.op || sizeOf(c.Keys) != g.size || c.Key("chain") == "true" || c.Threads > 1 {
				continue
			}
			limit, ok := f.Limit("avx512", g.limit)
			if !ok {
				break
			}
			here, ns := g.ns*g.there/limit, nanoseconds(c.Champion())
			outcome := "met"
			switch {
			case ns > here && ns > g.ns:
				outcome = fmt.Sprintf("missed: %.2f times as long, %.2f scaled", ns/g.ns, ns/here)
			case ns > here:
				outcome = fmt.Sprintf("met; scaled, %.2f times as long", ns/here)
			}
			t.row(name(c), duration(g.ns), duration(here), duration(ns), outcome)
			break
		}
	}
	return t
}

// sizeOf returns keys up to the place of the data.
func sizeOf(keys string) string {
	size, _, _ := strings.Cut(keys, "/data=")
	return size
}
