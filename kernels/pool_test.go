package kernels_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/seed842bec00/argmax/kernels"
)

func TestWorkStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	pool := NewPool(2).WithContext(ctx)
	assert.NoError(t, pool.Err())
	cancel()
	assert.ErrorIs(t, pool.Err(), context.Canceled)
	assert.NoError(t, (*Pool)(nil).Err())
	assert.Equal(t, 2, pool.Workers())

	ones := func(rows, cols int) Matrix {
		m := NewMatrix(rows, cols)
		for i := range m.Data {
			m.Data[i] = 1
		}
		return m
	}
	for name, work := range map[string]func(dst Matrix){
		"Gemm, small":  func(dst Matrix) { Gemm(dst, ones(90, 90), ones(90, 90), NoTranspose, 1, 0, pool) },
		"Gemm, packed": func(dst Matrix) { Gemm(dst, ones(90, 90), ones(90, 90), TransposeB, 1, 0, pool) },
		"Gradient":     func(dst Matrix) { Gradient(dst, ones(90, 90), ones(90, 90), pool) },
		"Scores":       func(dst Matrix) { Scores(dst, ones(90, 90), NewWeights(ones(90, 90), make([]float32, 90)), pool) },
		"Scores, rows": func(dst Matrix) {
			Scores(Matrix{90, 20, 90, dst.Data}, ones(90, 90), NewWeights(ones(20, 90), make([]float32, 20)), pool)
		},
		"Gemv": func(dst Matrix) { Gemv(dst.Row(0), ones(90, 90), ones(1, 90).Data, 1, 0, pool) },
	} {
		dst := NewMatrix(90, 90)
		work(dst)
		assert.Zero(t, dst.Data[0], name)
	}
	count := make([]int, 1)
	NearestRows(make([]Neighbour, 1), count, NewMatrix(1, 2), NewMatrix(5, 2), 1, L2, pool)
	assert.Zero(t, count[0])
}

func TestSplitCoversEveryIndexOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 7, 100} {
		for _, n := range []int{0, 1, 5, 31, 32, 33, 1000} {
			for _, grain := range []int{1, 8, 32} {
				seen := make([]int, n)
				NewPool(workers).Split(n, grain, func(lo, hi int) {
					assert.Zero(t, lo%grain)
					for i := lo; i < hi; i++ {
						seen[i]++
					}
				})
				for i, times := range seen {
					require.Equal(t, 1, times, "workers %d, n %d, grain %d, index %d", workers, n, grain, i)
				}
			}
		}
	}
	var none *Pool
	assert.Equal(t, 1, none.Workers())
}
