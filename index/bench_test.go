package index_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/internal/workload"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

var full = flag.Bool("full", false, "benchmark searches of all metrics, shapes, instruction sets and numbers of queries and workers")

// searches are the sizes that are measured: a few, or with -full all.
type searches struct {
	shapes           []struct{ n, d int }
	metrics          []Metric
	isas             []cpu.ISA
	queries, workers []int
}

func measured() searches {
	s := searches{
		shapes:  []struct{ n, d int }{{60_000, 784}, {50_000, 3072}, {1_000_000, 128}},
		metrics: metrics, isas: cpu.Available(),
		queries: []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}, workers: []int{1, 2},
	}
	switch {
	case *full:
	case testing.Short():
		s = searches{[]struct{ n, d int }{{4096, 784}}, []Metric{L2}, []cpu.ISA{cpu.Active}, []int{1, 64}, []int{1}}
	default:
		s = searches{s.shapes[:1], []Metric{L2, L1}, []cpu.ISA{cpu.Active}, []int{1, 16, 256}, []int{1}}
	}
	return s
}

// BenchmarkSearch shows the queries per second against the number of queries together:
//
//	go test -run '^$' -bench 'Search/isa=avx2/metric=L2/elem=float32/.*/rows=60000/.*/workers=1$' ./index -full
func BenchmarkSearch(b *testing.B) {
	for _, shape := range measured().shapes {
		r := rand.New(rand.NewPCG(1, 2))
		benchmarkElement(b, "float32", kernels.Matrix{Rows: shape.n, Cols: shape.d, Stride: shape.d}, func() float32 { return float32(r.NormFloat64()) })
		benchmarkElement(b, "uint8", kernels.Dense[uint8]{Rows: shape.n, Cols: shape.d, Stride: shape.d}, func() uint8 { return uint8(r.Uint32()) })
	}
}

// benchmarkElement fills the base only if a benchmark is run.
func benchmarkElement[E Element](b *testing.B, name string, base kernels.Dense[E], value func() E) {
	const k = 10
	sizes := measured()
	most := slices.Max(sizes.queries)
	for _, metric := range sizes.metrics {
		var x *Index[E]
		var queries kernels.Dense[E]
		for _, isa := range sizes.isas {
			for _, n := range sizes.queries {
				for _, workers := range sizes.workers {
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
						report := workload.CPUTime(b, 1)
						for b.Loop() {
							stats = x.Search(dst, count, queries.Slice(0, n), k, pool)
						}
						report()
						b.ReportMetric(float64(stats.Decided)/float64(n), "decided/query")
						b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "queries/s")
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
