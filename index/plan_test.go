package index_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// From one query to thousands the work of a query does not jump. The base is passed over
// once for a group of queries, which is all of them, up to 256, or at least 64 where the
// workers share the queries; each has work. A way to compare rows that more queries have
// left is not taken up again by still more.
func TestPlansHaveNoCliff(t *testing.T) {
	defer UseCompact(0)()
	defer processors(8)()
	for _, cols := range []int{4, 32, 128, 784} {
		floats := matrix(300, cols, func(i, j int) float32 { return float32(i) })
		bytes := matrix(300, cols, func(i, j int) uint8 { return uint8(i) })
		for _, metric := range metrics {
			plain, compact, ofBytes := New(floats, metric, Options{Lean: true}), New(floats, metric, Options{}), New(bytes, metric, Options{})
			onEveryISA(func(isa string) {
				for _, workers := range []int{1, 2, 3, 8} {
					requireNoCliff(t, plain, workers, isa)
					requireNoCliff(t, compact, workers, isa)
					requireNoCliff(t, ofBytes, workers, isa)
				}
			})
		}
	}
}

func requireNoCliff[E Element](t *testing.T, x *Index[E], workers int, isa string) {
	t.Helper()
	pool, cols := kernels.NewPool(workers), x.Rows().Cols
	var ways []Way
	for queries := 1; queries <= 4096; queries += 1 + queries/8 {
		way, group, split := Plan(x, queries, 10, pool)
		if n := len(ways); n == 0 || ways[n-1] != way {
			require.NotContains(t, ways, way, "%s, %v, %d columns, %d workers, %d queries", isa, x.Metric(), cols, workers, queries)
			ways = append(ways, way)
		}
		if group >= min(queries, 256) {
			continue
		}
		require.False(t, split || workers == 1, "%s, %v, %d columns, %d workers, %d queries", isa, x.Metric(), cols, workers, queries)
		require.GreaterOrEqual(t, group, 32, "%s, %v, %d columns, %d workers, %d queries", isa, x.Metric(), cols, workers, queries)
		require.GreaterOrEqual(t, (queries+group-1)/group, workers, "work for each of %d workers, %d queries", workers, queries)
	}
}

// Every pair is compared once, whatever the number of queries.
func TestStatsByShape(t *testing.T) {
	base := matrix(700, 20, func(i, j int) float32 { return float32((i*31 + j*17) % 101) })
	x := New(base, L2, Options{})
	for _, queries := range []int{1, 2, 15, 16, 17, 255, 256, 257, 700} {
		for _, workers := range []int{1, 2} {
			dst, count := make([]Neighbour, 3*queries), make([]int, queries)
			stats := x.Search(dst, count, base.Slice(0, queries), 3, kernels.NewPool(workers))
			assert.Equal(t, queries*base.Rows, stats.Compared)
			assert.GreaterOrEqual(t, stats.Decided, 3*queries)
		}
	}
}
