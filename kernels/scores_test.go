package kernels_test

import (
	"math/rand/v2"
	"testing"

	"github.com/seed842bec00/argmax"
	. "github.com/seed842bec00/argmax/kernels"
)

func TestScoresFollowTheirDefinition(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, s := range []struct{ rows, features, classes int }{
			{1, 1, 1}, {3, 17, 2}, {16, 64, 10}, {5, 785, 11}, {2, 40, 32}, {3, 40, 33}, {29, 300, 50}, {2, 513, 100}, {1, 0, 3}, {2, 0, 40}, {0, 5, 3}, {11, 2051, 32}, {23, 1600, 7},
		} {
			x, w, bias := random(r, s.rows, s.features), random(r, s.classes, s.features), random(r, 1, s.classes).Row(0)
			weights := NewWeights(w, bias)
			for _, workers := range []int{1, 2, 7} {
				got := random(r, s.rows, s.classes)
				Scores(got, x, weights, NewPool(workers))
				for i := range s.rows {
					want := make([]float32, s.classes)
					if s.classes <= MaxRowForm {
						argmax.ScoreRows(want, x.Row(i), argmax.Strided[float32]{Data: w.Data, Stride: w.Stride})
					} else {
						for j := range want {
							want[j] = chain(s.features, func(k int) float32 { return x.Row(i)[k] }, func(k int) float32 { return w.Row(j)[k] })
						}
					}
					for j := range want {
						want[j] += bias[j]
					}
					requireRow(t, want, got.Row(i), "%v, %d workers, row %d", s, workers, i)
					alone := make([]float32, s.classes)
					Score(alone, x.Row(i), weights)
					requireRow(t, want, alone, "%v, row %d alone", s, i)
				}
			}
		}
	})
}

// A row of bytes alone has the scores of the same numbers in float32.
func TestScoreOfBytes(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		for _, s := range []struct{ features, classes int }{{1, 1}, {16, 10}, {17, 3}, {784, 10}, {785, 32}, {300, 33}, {0, 2}} {
			x, floats := make([]uint8, s.features), make([]float32, s.features)
			for i := range x {
				x[i] = uint8(r.Uint32())
				floats[i] = float32(x[i])
			}
			w := NewWeights(random(r, s.classes, s.features), random(r, 1, s.classes).Row(0))
			want, got := make([]float32, s.classes), make([]float32, s.classes)
			Score(want, floats, w)
			Score(got, x, w)
			requireRow(t, want, got, "%v", s)
		}
	})
}
