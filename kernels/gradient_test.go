package kernels_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed842bec00/argmax"
	. "github.com/seed842bec00/argmax/kernels"
)

func TestGradientIsAChainOverTheBatch(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		for _, s := range []struct{ batch, classes, features int }{
			{1, 1, 1}, {0, 3, 5}, {7, 10, 33}, {256, 11, 65}, {300, 11, 40}, {513, 3, 17}, {2, 40, 100}, {3, 513, 1030}, {300, 257, 20},
		} {
			a, x := random(r, s.batch, s.classes), random(r, s.batch, s.features)
			for _, workers := range []int{1, 2, 7} {
				got := random(r, s.classes, s.features)
				Gradient(got, a, x, NewPool(workers))
				for j := range s.classes {
					want := make([]float32, s.features)
					for f := range want {
						want[f] = chain(s.batch, func(i int) float32 { return a.Row(i)[j] }, func(i int) float32 { return x.Row(i)[f] })
					}
					requireRow(t, want, got.Row(j), "%v, %d workers, class %d", s, workers, j)
				}
			}
		}
	})
}

// Gradients of batches add up: the bits are those of their sum by Gemm, and those of the
// whole if the batches are blocks of its chain.
func TestAddGradientAddsBatches(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 4))
		const rows, classes, features = 600, 11, 65
		a, x, bytes := random(r, rows, classes), NewMatrix(rows, features), NewDense[uint8](rows, features)
		for i := range bytes.Data {
			bytes.Data[i] = uint8(r.IntN(256))
		}
		Convert(x, bytes)
		for _, batch := range []int{1, 80, argmax.KC, rows} {
			want, got, gotBytes := NewMatrix(classes, features), NewMatrix(classes, features), NewMatrix(classes, features)
			for lo := 0; lo < rows; lo += batch {
				hi := min(lo+batch, rows)
				Gemm(want, a.Slice(lo, hi), x.Slice(lo, hi), TransposeA, 1, 1, nil)
				AddGradient(got, a.Slice(lo, hi), x.Slice(lo, hi), nil)
				AddGradient(gotBytes, a.Slice(lo, hi), bytes.Slice(lo, hi), NewPool(2))
			}
			AddGradient(got, a.Slice(0, 0), x.Slice(0, 0), nil)
			requireRow(t, want.Data, got.Data, "batches of %d", batch)
			requireRow(t, want.Data, gotBytes.Data, "batches of %d, bytes", batch)
			if batch == argmax.KC {
				Gradient(want, a, x, nil)
				requireRow(t, want.Data, got.Data, "the whole")
			}
		}
	})
}

// Bytes give the bits of the same numbers as float32.
func TestBytesEqualTheirConversion(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(13, 14))
		for _, s := range []struct{ rows, features, classes int }{
			{1, 1, 1}, {1, 784, 10}, {23, 785, 11}, {6, 3072, 10}, {7, 2051, 5}, {12, 15, 6}, {9, 300, 40}, {300, 47, 3}, {0, 4, 2}, {20, 45, 260},
		} {
			pixels := Dense[uint8]{s.rows, s.features, s.features + 3, make([]uint8, s.rows*(s.features+3))}
			for i := range pixels.Data {
				pixels.Data[i] = uint8(r.IntN(256))
			}
			x := NewMatrix(s.rows, s.features)
			for i := range x.Rows {
				for j, v := range pixels.Row(i) {
					x.Row(i)[j] = float32(v)
				}
			}
			w := NewWeights(random(r, s.classes, s.features), random(r, 1, s.classes).Row(0))
			want, got := NewMatrix(s.rows, s.classes), NewMatrix(s.rows, s.classes)
			Scores(want, x, w, nil)
			Scores(got, pixels, w, NewPool(2))
			requireRow(t, want.Data, got.Data, "scores %v", s)

			ds := random(r, s.rows, s.classes)
			wantGradient, gotGradient := NewMatrix(s.classes, s.features), NewMatrix(s.classes, s.features)
			Gradient(wantGradient, ds, x, nil)
			Gradient(gotGradient, ds, pixels, NewPool(2))
			requireRow(t, wantGradient.Data, gotGradient.Data, "gradient %v", s)
		}
	})
}

func TestColumnSums(t *testing.T) {
	a := Matrix{3, 2, 3, []float32{1, 2, 9, 3, 4, 9, 5, 6}}
	sums := make([]float32, 2)
	ColumnSums(sums, a)
	assert.Equal(t, []float32{9, 12}, sums)
}

// Short rows and long ones are added in the same order.
func TestColumnSumsOfAnyLength(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for _, cols := range []int{1, 10, 15, 16, 17, 40} {
		a := random(r, 300, cols)
		sums := make([]float32, cols)
		ColumnSums(sums, a)
		for j := range cols {
			var want float32
			for i := range a.Rows {
				want += a.Row(i)[j]
			}
			assert.Equal(t, want, sums[j])
		}
	}
}
