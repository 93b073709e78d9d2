package kernels_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	. "github.com/seed842bec00/argmax/kernels"
)

func TestNearestAgreesWithSorting(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, metric := range []Metric{L2, L1, LInf, InnerProduct, Cosine} {
		for _, s := range []struct{ rows, features, queries, k int }{{1, 3, 2, 1}, {5, 1, 3, 5}, {1000, 7, 5, 10}, {300, 785, 4, 3}, {4, 2, 3, 6}, {0, 2, 2, 3}} {
			base, queries := NewMatrix(s.rows, s.features), NewMatrix(s.queries, s.features)
			for i := range base.Data {
				base.Data[i] = float32(r.IntN(3)) // many equal distances
			}
			for i := range queries.Data {
				queries.Data[i] = float32(r.IntN(3))
			}
			for _, workers := range []int{1, 2, 7} {
				all, count := make([]Neighbour, s.k*s.queries), make([]int, s.queries)
				NearestRows(all, count, queries, base, s.k, metric, NewPool(workers))
				for i := range s.queries {
					want := sorted(queries.Row(i), base, metric)
					want = want[:min(s.k, len(want))]
					assert.Equal(t, want, all[i*s.k:][:count[i]], "%v %v query %d", metric, s, i)
					alone := make([]Neighbour, s.k)
					n := Nearest(alone, queries.Row(i), base, metric)
					assert.Equal(t, want, alone[:n])
				}
			}
		}
	}
}

// sorted is every row of base in the order of its distance, by selection.
func sorted(q []float32, base Matrix, metric Metric) []Neighbour {
	d := make([]float32, base.Rows)
	switch metric {
	case L2:
		argmax.SqDistRows(d, q, argmax.Strided[float32]{Data: base.Data, Stride: base.Stride})
	case L1:
		argmax.L1DistRows(d, q, argmax.Strided[float32]{Data: base.Data, Stride: base.Stride})
	case LInf:
		argmax.LInfDistRows(d, q, argmax.Strided[float32]{Data: base.Data, Stride: base.Stride})
	case InnerProduct:
		argmax.ScoreRows(d, q, argmax.Strided[float32]{Data: base.Data, Stride: base.Stride})
		argmax.Scale(d, -1)
	case Cosine:
		argmax.CosineRows(d, q, argmax.Strided[float32]{Data: base.Data, Stride: base.Stride})
	}
	order := []Neighbour{}
	taken := make([]bool, len(d))
	for range d {
		best := -1
		for i := range d {
			if !taken[i] && (best < 0 || d[i] < d[best]) {
				best = i
			}
		}
		taken[best] = true
		order = append(order, Neighbour{best, d[best]})
	}
	return order
}

func TestNearestLeavesOutNaN(t *testing.T) {
	nan := float32(math.NaN())
	base := Matrix{4, 1, 1, []float32{nan, 3, nan, 1}}
	dst := make([]Neighbour, 3)
	n := Nearest(dst, []float32{0}, base, L1)
	assert.Equal(t, []Neighbour{{3, 1}, {1, 3}}, dst[:n])
	assert.Zero(t, Nearest(dst, []float32{nan}, base, L2))
}

func TestNearestOfManyQueriesAndNeighbours(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	base := NewMatrix(3000, 3)
	for i := range base.Data {
		base.Data[i] = float32(r.IntN(20))
	}
	const k = 1000
	queries := base.Slice(0, 70) // more than one group of queries has room for
	dst, count := make([]Neighbour, k*queries.Rows), make([]int, queries.Rows)
	NearestRows(dst, count, queries, base, k, L1, NewPool(2))
	alone := make([]Neighbour, k)
	for i := range queries.Rows {
		require.Equal(t, k, count[i])
		require.Equal(t, k, Nearest(alone, queries.Row(i), base, L1))
		require.Equal(t, alone, dst[i*k:(i+1)*k])
	}
	require.Equal(t, sorted(queries.Row(7), base, L1)[:k], dst[7*k:8*k])
}

func TestNearestOfBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	forEachISA(t, func(t *testing.T) {
		for _, c := range []struct{ rows, cols, k, largest int }{
			{0, 3, 2, 256}, {1, 70, 3, 256}, {300, 5, 10, 4}, {300, 784, 7, 256}, {129, 1, 129, 256}, {257, 65, 1, 2}, {10, 0, 4, 1}, {9, 9, 0, 256},
		} {
			base := Dense[uint8]{c.rows, c.cols, c.cols + r.IntN(3), nil}
			base.Data = make([]uint8, c.rows*base.Stride)
			q := make([]uint8, c.cols)
			for i := range base.Data {
				base.Data[i] = uint8(r.IntN(c.largest))
			}
			for i := range q {
				q[i] = uint8(r.IntN(c.largest))
			}
			for metric, distance := range map[Metric]func(x, y []uint8) int64{
				L2: argmax.SqDistBytes, L1: argmax.L1DistBytes,
				InnerProduct: func(x, y []uint8) int64 { return -argmax.DotBytes(x, y) },
			} {
				checkNearest(t, make([]Neighbour, c.k), q, base, metric, distance)
			}
		}
	})
}

// Squared distances beyond 2²⁴ that differ by less than float32 can tell.
func TestNearestOfBytesFarApart(t *testing.T) {
	const rows, cols = 200, 4000
	base, q := Dense[uint8]{rows, cols, cols, make([]uint8, rows*cols)}, slices.Repeat([]uint8{255}, cols)
	for i := range rows {
		base.Row(i)[i%3] = uint8(1 - i%2) // less by 255² − 254² or not
		base.Row(i)[5+i] = 254
		base.Row(i)[1000+i] = uint8(i % 2)
	}
	base.Row(100)[7] = 2
	checkNearest(t, make([]Neighbour, rows), q, base, L2, argmax.SqDistBytes)
}

func checkNearest(t *testing.T, dst []Neighbour, q []uint8, base Dense[uint8], metric Metric, distance func(x, y []uint8) int64) {
	t.Helper()
	order, exact := make([]int, base.Rows), make([]int64, base.Rows)
	for i := range order {
		order[i], exact[i] = i, distance(q, base.Row(i))
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(exact[i], exact[j]) })
	var want []Neighbour
	for _, i := range order[:min(len(dst), base.Rows)] {
		want = append(want, Neighbour{Row: i, Distance: float32(exact[i])})
	}
	n := Nearest(dst, q, base, metric)
	require.Len(t, want, n)
	assert.Equal(t, want, append([]Neighbour(nil), dst[:n]...), "%v of %d×%d", metric, base.Rows, base.Cols)
}

// Of bytes, LInf and Cosine are those of the same numbers in float32, and many queries
// find what each finds alone.
func TestNearestRowsOfBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	forEachISA(t, func(t *testing.T) {
		for _, s := range []struct{ rows, features, queries, k int }{{1, 3, 2, 1}, {700, 7, 9, 10}, {300, 785, 4, 3}, {4, 2, 3, 6}, {0, 2, 2, 3}} {
			base, queries := NewDense[uint8](s.rows, s.features), NewDense[uint8](s.queries, s.features)
			for _, data := range [][]uint8{base.Data, queries.Data} {
				for i := range data {
					data[i] = uint8(r.IntN(256))
				}
			}
			baseFloats, queriesFloats := NewMatrix(s.rows, s.features), NewMatrix(s.queries, s.features)
			Convert(baseFloats, base)
			Convert(queriesFloats, queries)
			for _, metric := range metrics {
				want, got := make([]Neighbour, s.k), make([]Neighbour, s.k*s.queries)
				for _, pool := range []*Pool{nil, NewPool(3)} {
					count := make([]int, s.queries)
					NearestRows(got, count, queries, base, s.k, metric, pool)
					for i, n := range count {
						require.Equal(t, Nearest(want, queries.Row(i), base, metric), n)
						require.Equal(t, want[:n], got[i*s.k:][:n], "%v %v query %d", metric, s, i)
						if metric == LInf || metric == Cosine {
							require.Equal(t, Nearest(want, queriesFloats.Row(i), baseFloats, metric), n)
							require.Equal(t, want[:n], got[i*s.k:][:n], "%v %v query %d", metric, s, i)
						}
					}
				}
			}
		}
	})
}
