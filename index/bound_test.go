package index_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/seed842bec00/argmax/index"
)

// Every distance is within the bounds of its proposal, whatever the limit.
func TestBounds(t *testing.T) {
	defer UseCompact(0)()
	r := rand.New(rand.NewPCG(31, 32))
	sets := adversaries(24)
	for _, cols := range []int{1, 3, 16, 200, 256, 257, 784, 5000} {
		same := matrix(1, cols, normal(r)).Row(0)
		sets = append(sets,
			set[float32]{fmt.Sprintf("normal, %d", cols), matrix(30, cols, normal(r)), matrix(5, cols, normal(r))},
			set[float32]{fmt.Sprintf("positive, %d", cols), matrix(30, cols, positive(r)), matrix(5, cols, positive(r))},
			set[float32]{fmt.Sprintf("one sign of error, %d", cols),
				matrix(30, cols, func(_, j int) float32 { return 1 + 0x1p-12*float32(j%3) }), matrix(5, cols, func(int, int) float32 { return 1 + 0x1p-12 })},
			set[float32]{fmt.Sprintf("near duplicates, %d", cols),
				matrix(30, cols, func(_, j int) float32 { return same[j] * float32(1+1e-7*r.NormFloat64()) }), matrix(5, cols, func(_, j int) float32 { return same[j] })},
		)
	}
	for _, s := range sets {
		for _, metric := range metrics {
			x := New(s.base, metric, Options{})
			want := make([]float64, s.queries.Rows*s.base.Rows)
			for i := range s.queries.Rows {
				for row := range s.base.Rows {
					want[i*s.base.Rows+row] = definition(metric, s.queries.Row(i), s.base.Row(row))
				}
			}
			ways := []Way{RowByRow, ByProducts}
			if metric == L1 || metric == LInf {
				ways = ways[:1]
			}
			if HasCompact(x) {
				ways = append(ways, ByTiles)
			}
			for _, limit := range []float64{math.Inf(1), want[0], want[len(want)/2], 0, -1} {
				if limit != limit {
					continue
				}
				onEveryISA(func(isa string) {
					for _, way := range ways {
						Intervals(x, s.queries, way, limit, func(query, row int, low, high float64) {
							if d := want[query*s.base.Rows+row]; !(low <= d && d <= high) {
								require.Failf(t, "out of bounds", "%s, %v, %s, way %d, limit %g, query %d, row %d: %g is not from %g to %g", s.name, metric, isa, way, limit, query, row, d, low, high)
							}
						})
					}
				})
			}
		}
	}
}

func positive(r *rand.Rand) func(i, j int) float32 {
	return func(int, int) float32 { return 1 + r.Float32() }
}
