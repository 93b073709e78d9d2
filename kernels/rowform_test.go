package kernels_test

import (
	"math/rand/v2"
	"testing"

	"github.com/seed842bec00/argmax"
	. "github.com/seed842bec00/argmax/kernels"
)

func TestRowScoresAreInTheRowForm(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(41, 42))
		for _, s := range []struct{ rows, features, classes int }{
			{1, 1, 1}, {30, 17, 4}, {16, 64, 40}, {23, 785, 11}, {2, 0, 3}, {0, 5, 3}, {11, 2051, 36}, {300, 100, 9},
		} {
			w, bias := random(r, s.classes, s.features), random(r, 1, s.classes).Row(0)
			x, pixels := NewMatrix(s.rows, s.features), NewDense[uint8](s.rows, s.features)
			for i := range pixels.Data {
				pixels.Data[i] = uint8(r.IntN(256))
			}
			Convert(x, pixels)
			for _, workers := range []int{1, 2} {
				floats, bytes := random(r, s.rows, s.classes), random(r, s.rows, s.classes)
				RowScores(floats, x, w, bias, NewPool(workers))
				RowScores(bytes, pixels, w, bias, NewPool(workers))
				for i := range s.rows {
					want := make([]float32, s.classes)
					argmax.ScoreRows(want, x.Row(i), argmax.Strided[float32]{Data: w.Data, Stride: w.Stride})
					argmax.Axpy(want, bias, 1)
					requireRow(t, want, floats.Row(i), "%v, row %d", s, i)
					requireRow(t, want, bytes.Row(i), "bytes, %v, row %d", s, i)
				}
			}
		}
	})
}
