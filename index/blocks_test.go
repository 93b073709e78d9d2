package index_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/blocks"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// A search finds the same whatever the sizes of the blocks, and so whatever the caches.
func TestBlocksChangeNoNeighbour(t *testing.T) {
	r := rand.New(rand.NewPCG(42, 43))
	rows := 400
	for _, cols := range []int{3, 40, 300} {
		floats := matrix(rows, cols, func(int, int) float32 { return float32(r.NormFloat64()) })
		bytes := matrix(rows, cols, func(int, int) uint8 { return uint8(r.Uint32()) })
		for _, metric := range metrics {
			requireSameFound(t, r, New(floats, metric, Options{}), metric)
			requireSameFound(t, r, New(floats, metric, Options{Lean: true}), metric)
			requireSameFound(t, r, New(bytes, metric, Options{}), metric)
		}
	}
}

func requireSameFound[E Element](t *testing.T, r *rand.Rand, x *Index[E], metric Metric) {
	t.Helper()
	for _, queries := range []int{1, 7, 70} {
		k, pool := 1+r.IntN(5), kernels.NewPool(1+r.IntN(2))
		find := func() []Neighbour {
			dst, count := make([]Neighbour, k*queries), make([]int, queries)
			x.Search(dst, count, x.Rows().Slice(0, queries), k, pool)
			return dst
		}
		want := find()
		b := blocks.Current()
		saved := *b
		upTo := func(most int) int { return r.IntN(1 + r.IntN(most)) }
		b.BasePiece, b.GroupElements, b.Excesses = upTo(1<<17), upTo(1<<14), upTo(1<<13)
		used, got := *b, find()
		*b = saved
		require.Equal(t, want, got, "%v, %d columns, %d queries, k = %d, %+v", metric, x.Rows().Cols, queries, k, used)
	}
}
