package kernels_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	. "github.com/seed842bec00/argmax/kernels"
)

// Losses of rows, weighted, are the weighted losses of rows alone.
func TestLossesOfWeightedRows(t *testing.T) {
	const margin, scale = 0.75, 0.125
	margins := func(f func(grad, scores []float32, label int, c, margin float32) float32) func(grad, scores []float32, label int, c float32) float32 {
		return func(grad, scores []float32, label int, c float32) float32 { return f(grad, scores, label, c, margin) }
	}
	for name, c := range map[string]struct {
		loss Loss
		row  func(grad, scores []float32, label int, c float32) float32
	}{
		"CrossEntropy":         {CrossEntropy{}, argmax.CrossEntropy},
		"WestonWatkins":        {WestonWatkins{margin}, margins(argmax.Hinge)},
		"SquaredWestonWatkins": {SquaredWestonWatkins{margin}, margins(argmax.SquaredHinge)},
		"CrammerSinger":        {CrammerSinger{margin}, margins(argmax.CrammerSinger)},
	} {
		t.Run(name, func(t *testing.T) {
			forEachISA(t, func(t *testing.T) {
				r := rand.New(rand.NewPCG(25, 26))
				for _, s := range [][2]int{{0, 3}, {1, 1}, {7, 10}, {300, 10}, {600, 17}} {
					scores, targets := random(r, s[0], s[1]), Targets{Scale: scale}
					for range s[0] {
						targets.Labels = append(targets.Labels, r.IntN(s[1]))
						targets.Weights = append(targets.Weights, r.Float32())
					}
					for _, weighted := range []bool{true, false} {
						if !weighted {
							targets.Weights = nil
						}
						got, want, row := NewMatrix(s[0], s[1]), 0.0, make([]float32, s[1])
						loss := LossGradient(got, scores, targets, c.loss, NewPool(3))
						for i := range s[0] {
							w := float32(1)
							if weighted {
								w = targets.Weights[i]
							}
							want += float64(w) * float64(c.row(row, scores.Row(i), targets.Labels[i], scale*w))
							require.Equal(t, row, got.Row(i))
						}
						assert.InDelta(t, want, loss, 1e-12*want)
						require.Equal(t, loss, LossGradient(clone(scores), scores, targets, c.loss, nil), "one worker")
						inPlace := clone(scores)
						LossGradient(inPlace, inPlace, targets, c.loss, nil)
						require.Equal(t, got.Data, inPlace.Data)
					}
				}
			})
		})
	}
}

func clone(m Matrix) Matrix {
	c := NewMatrix(m.Rows, m.Cols)
	for i := range m.Rows {
		copy(c.Row(i), m.Row(i))
	}
	return c
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

func TestLossShapes(t *testing.T) {
	for message, f := range map[string]func(){
		"kernels: LogSoftmax: columns of dst 2, want 3": func() { LogSoftmax(NewMatrix(2, 2), NewMatrix(2, 3), nil) },
		"kernels: LogSumExp: length of dst 1, want 2":   func() { LogSumExp(make([]float32, 1), NewMatrix(2, 3), nil) },
		"kernels: LossGradient: number of weights 1, want 2": func() {
			LossGradient(NewMatrix(2, 3), NewMatrix(2, 3), Targets{Labels: []int{0, 1}, Weights: []float32{1}}, SquaredWestonWatkins{Margin: 1}, nil)
		},
		"kernels: LossGradient: label -1 of row 0, with 3 classes": func() {
			LossGradient(NewMatrix(1, 3), NewMatrix(1, 3), Targets{Labels: []int{-1}}, CrammerSinger{Margin: 1}, nil)
		},
	} {
		assert.PanicsWithValue(t, message, f)
	}
}
