package kernels_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	. "github.com/seed842bec00/argmax/kernels"
)

// Rows of a matrix are rows alone, in place as well.
func TestSoftmaxIsThatOfEachRow(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(15, 16))
		for _, s := range [][2]int{{0, 3}, {1, 1}, {7, 10}, {300, 17}} {
			scores := random(r, s[0], s[1])
			want := NewMatrix(s[0], s[1])
			for i := range want.Rows {
				argmax.Softmax(want.Row(i), scores.Row(i))
			}
			for _, workers := range []int{1, 2, 7} {
				got := random(r, s[0], s[1])
				Softmax(got, scores, NewPool(workers))
				for i := range want.Rows {
					requireRow(t, want.Row(i), got.Row(i), "%v, %d workers, row %d", s, workers, i)
				}
			}
			Softmax(scores, scores, nil)
			for i := range want.Rows {
				requireRow(t, want.Row(i), scores.Row(i), "%v in place, row %d", s, i)
			}
		}
	})
}

func TestLogarithmsOfRows(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(27, 28))
		for _, s := range [][2]int{{0, 3}, {1, 1}, {7, 10}, {300, 17}} {
			scores := random(r, s[0], s[1])
			logs, sums, row := NewMatrix(s[0], s[1]), make([]float32, s[0]), make([]float32, s[1])
			LogSoftmax(logs, scores, NewPool(3))
			LogSumExp(sums, scores, NewPool(3))
			for i := range s[0] {
				argmax.LogSoftmax(row, scores.Row(i))
				require.Equal(t, row, logs.Row(i))
				require.Equal(t, argmax.LogSumExp(scores.Row(i)), sums[i])
			}
		}
	})
}
