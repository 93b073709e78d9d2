package index_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// rounded returns a matrix of 16 bits for each element.
func rounded[E argmax.Half](x kernels.Matrix, round func(float32) E) kernels.Dense[E] {
	h := kernels.Dense[E]{Rows: x.Rows, Cols: x.Cols, Stride: x.Stride, Data: make([]E, len(x.Data))}
	for i, v := range x.Data {
		h.Data[i] = round(v)
	}
	return h
}

// requireExactHalves rounds a set to float16 and to bfloat16, and searches both.
func requireExactHalves(t *testing.T, s set[float32], ks ...int) {
	t.Helper()
	requireExact(t, set[argmax.Float16]{s.name + ", float16", rounded(s.base, argmax.ToFloat16), rounded(s.queries, argmax.ToFloat16)}, ks...)
	requireExact(t, set[argmax.BFloat16]{s.name + ", bfloat16", rounded(s.base, argmax.ToBFloat16), rounded(s.queries, argmax.ToBFloat16)}, ks...)
}

func TestSearchOfHalves(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	for _, shape := range []struct{ base, queries, cols int }{{0, 2, 3}, {300, 3, 17}, {200, 40, 100}, {130, 30, 300}, {9, 4, 0}} {
		requireExactHalves(t, set[float32]{"normal", matrix(shape.base, shape.cols, normal(r)), matrix(shape.queries, shape.cols, normal(r))}, 1, 10)
		requireExactHalves(t, set[float32]{"ties", matrix(shape.base, shape.cols, below[float32](r, 3)), matrix(shape.queries, shape.cols, below[float32](r, 3))}, 10, shape.base)
	}
}

func TestSearchOfHalfAdversaries(t *testing.T) {
	for _, s := range adversaries(24) {
		requireExactHalves(t, s, 20)
	}
}

func TestSearchOfHalfImages(t *testing.T) {
	train, test, err := fashion.Load()
	require.NoError(t, err)
	base, queries := kernels.NewMatrix(200, train.Features()), kernels.NewMatrix(30, train.Features())
	kernels.Convert(base, train.Dense().Slice(0, base.Rows))
	kernels.Convert(queries, test.Dense().Slice(0, queries.Rows))
	requireExactHalves(t, set[float32]{"images", base, queries}, 10)
}

// Every number of 16 bits is its own nearest neighbour, and 0 away.
func TestEveryHalf(t *testing.T) {
	testEveryHalf(t, func(h argmax.Float16) float32 { return h.Float32() })
	testEveryHalf(t, func(h argmax.BFloat16) float32 { return h.Float32() })
}

func testEveryHalf[E argmax.Half](t *testing.T, float func(E) float32) {
	base := kernels.Dense[E]{Rows: 1 << 16, Cols: 1, Stride: 1, Data: make([]E, 1<<16)}
	for i := range base.Data {
		base.Data[i] = E(i)
	}
	x := New(base, L1, Options{})
	dst, count := make([]Neighbour, 2), make([]int, 1)
	for i := 0; i < base.Rows; i += 641 {
		x.Search(dst, count, base.Slice(i, i+1), 2, nil)
		v := float(E(i))
		switch {
		case v != v:
			require.Zero(t, count[0])
		case !math.IsInf(float64(v), 0): // ∞ − ∞ is NaN
			require.Equal(t, v, float(E(dst[0].Row)))
			require.Zero(t, dst[0].Distance)
		}
	}
}

func TestSearchOfHalvesAllocatesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 44))
	base := rounded(matrix(300, 60, normal(r)), argmax.ToBFloat16)
	for _, metric := range metrics {
		testAllocations(t, New(base, metric, Options{}), base.Slice(0, 20))
	}
}

func TestHammingIsOfBytes(t *testing.T) {
	assert.PanicsWithValue(t, "index: New: Hamming of float32", func() { New(kernels.NewMatrix(1, 1), Hamming, Options{}) })
}

// Lengths around the words of 8 and 32 bytes.
func TestHamming(t *testing.T) {
	r := rand.New(rand.NewPCG(45, 46))
	for cols := range 70 {
		base, q := matrix(20, cols, below[uint8](r, 256)), matrix(1, cols, below[uint8](r, 256))
		want := neighbours(all(Hamming, q.Row(0), base, nil), 20)
		dst := make([]Neighbour, 20)
		New(base, Hamming, Options{}).Search(dst, make([]int, 1), q, 20, nil)
		require.Equal(t, want, dst)
	}
}
