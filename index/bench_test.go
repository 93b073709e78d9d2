package index_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// BenchmarkSearch shows the queries per second against the number of queries together:
//
//	go test -run '^$' -bench 'Search/isa=avx2/metric=L2/elem=float32/.*/rows=60000/.*/workers=1$' ./index
func BenchmarkSearch(b *testing.B) {
	for _, shape := range []struct{ n, d int }{{60_000, 784}, {50_000, 3072}, {1_000_000, 128}} {
		r := rand.New(rand.NewPCG(1, 2))
		benchmarkElement(b, "float32", kernels.Matrix{Rows: shape.n, Cols: shape.d, Stride: shape.d}, func() float32 { return float32(r.NormFloat64()) })
		benchmarkElement(b, "uint8", kernels.Dense[uint8]{Rows: shape.n, Cols: shape.d, Stride: shape.d}, func() uint8 { return uint8(r.Uint32()) })
	}
}

// benchmarkElement fills the base only if a benchmark is run.
func benchmarkElement[E Element](b *testing.B, name string, base kernels.Dense[E], value func() E) {
	const k, most = 10, 1024
	for _, metric := range metrics {
		var x *Index[E]
		var queries kernels.Dense[E]
		for _, isa := range cpu.Available() {
			for _, n := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, most} {
				for _, workers := range []int{1, 2} {
					b.Run(fmt.Sprintf("isa=%v/metric=%v/elem=%s/queries=%d/rows=%d/columns=%d/workers=%d", isa, metric, name, n, base.Rows, base.Cols, workers), func(b *testing.B) {
						defer cpu.Use(isa)()
						if base.Data == nil {
							base.Data = random(base.Rows*base.Cols, value)
						}
						if x == nil {
							x = New(base, metric, Options{})
							queries = kernels.Dense[E]{Rows: most, Cols: base.Cols, Stride: base.Cols, Data: random(most*base.Cols, value)}
						}
						dst, count, pool := make([]Neighbour, n*k), make([]int, n), kernels.NewPool(workers)
						var stats Stats
						for b.Loop() {
							stats = x.Search(dst, count, queries.Slice(0, n), k, pool)
						}
						b.ReportMetric(float64(stats.Decided)/float64(n), "decided/query")
						b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "queries/s")
					})
				}
			}
		}
	}
}

func random[E Element](n int, value func() E) []E {
	x := make([]E, n)
	for i := range x {
		x[i] = value()
	}
	return x
}
