package kernels_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	. "github.com/seed842bec00/argmax/kernels"
)

// The lecture's three images: cat, car, frog.
func TestLectureLosses(t *testing.T) {
	scores := Matrix{3, 3, 3, []float32{
		3.2, 5.1, -1.7, // a cat; the columns are cat, car, frog
		1.3, 4.9, 2.0, // a car
		2.2, 2.5, -3.1, // a frog
	}}
	labels, grad := []int{0, 1, 2}, NewMatrix(3, 3)
	assert.InDelta(t, 3*5.27, LossGradient(grad, scores, Targets{Labels: labels, Scale: 1}, WestonWatkins{Margin: 1}, nil), 0.015)
	assert.Equal(t, []float32{-1, 1, 0}, grad.Row(0))
	assert.Equal(t, []float32{0, 0, 0}, grad.Row(1))
	assert.Equal(t, []float32{1, 1, -2}, grad.Row(2))
	for i, want := range []float64{2.9, 0, 12.9} {
		assert.InDelta(t, want, LossGradient(grad.Slice(i, i+1), scores.Slice(i, i+1), Targets{Labels: labels[i : i+1], Scale: 1}, WestonWatkins{Margin: 1}, nil), 1e-6)
	}
	assert.InDelta(t, 2.04, LossGradient(grad.Slice(0, 1), scores.Slice(0, 1), Targets{Labels: labels[:1], Scale: 1}, CrossEntropy{}, nil), 0.005)
	LossGradient(grad, scores, Targets{Labels: labels, Scale: 1}, CrossEntropy{}, nil)
	for j, want := range []float64{0.13 - 1, 0.87, 0} {
		assert.InDelta(t, want, grad.Row(0)[j], 0.005)
	}
}

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

func TestLossesDoNotDependOnWorkers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	scores, labels := random(r, 1000, 10), make([]int, 1000)
	for i := range labels {
		labels[i] = r.IntN(10)
	}
	want, wantGrad := 0.0, Matrix{}
	for _, workers := range []int{1, 2, 7} {
		grad := NewMatrix(1000, 10)
		got := LossGradient(grad, scores, Targets{Labels: labels, Scale: 0.001}, CrossEntropy{}, NewPool(workers))
		if workers == 1 {
			want, wantGrad = got, grad
		}
		assert.Equal(t, want, got)
		assert.Equal(t, wantGrad, grad)
	}
}
