package classifier_test

import (
	"context"
	"fmt"
	"log"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// A round is a second fit, with the weights that the losses of the first give: one answer,
// wherever the rows lie, with any number of workers.
func TestTrimmedIsAFitWithWeights(t *testing.T) {
	ex := blobs(400, 10, 4)
	for i := range 50 {
		ex.Y[i] = 3
	}
	two := classifier.Table{X: ex.X, Names: []string{"odd", "even"}, Y: make([]int, len(ex.Y))}
	for i, y := range ex.Y {
		two.Y[i] = y % 2
	}
	for _, c := range []struct {
		ex classifier.Examples
		l  loss.Loss
	}{{ex, loss.CrammerSinger{}}, {&two, loss.Logistic{}}} {
		o := classifier.Objective{Loss: c.l, L2: 1e-2}
		solver := classifier.SGD{Epochs: 20, LearningRate: 0.01}
		first, _, err := solver.Fit(t.Context(), c.ex, o, classifier.Options{})
		require.NoError(t, err)
		x, scores := kernels.NewMatrix(1, ex.X.Cols), make([]float32, len(c.ex.Classes()))
		weights, left := make([]float32, c.ex.Len()), 0
		for i, y := range c.ex.Labels() {
			c.ex.Gather(x, []int{i})
			first.Scores(scores, x.Data)
			of := make([]float64, c.l.Outputs(len(scores)))
			for k := range of {
				of[k] = float64(scores[len(scores)-len(of)+k])
			}
			if c.l.At(of, y) <= 0.9 {
				weights[i] = 2
			} else {
				left++
			}
		}
		require.Greater(t, left, 10)
		want, _, err := solver.Fit(t.Context(), c.ex, o, classifier.Options{Weights: weights})
		require.NoError(t, err)
		for i := range weights {
			weights[i] = 2
		}
		for _, ex := range []classifier.Examples{c.ex, gathered{c.ex}} {
			for _, workers := range []int{1, 3} {
				got, report, err := classifier.Trimmed{Solver: solver, Above: 0.9}.Fit(t.Context(), ex, o, classifier.Options{Weights: weights, Workers: workers})
				require.NoError(t, err)
				assert.Equal(t, parameters(want), parameters(got))
				assert.Equal(t, "SGD", report.Solver)
			}
		}
	}
}

func TestTrimmedRefuses(t *testing.T) {
	ex := blobs(40, 3, 2)
	for _, s := range []classifier.Trimmed{{}, {Above: -1}, {Above: 1, Rounds: -1}} {
		_, _, err := s.Fit(t.Context(), ex, classifier.Objective{L2: 1}, classifier.Options{})
		assert.ErrorContains(t, err, "classifier: examples with losses above ")
	}
	_, _, err := classifier.Trimmed{Above: 1}.Fit(t.Context(), ex, classifier.Objective{L2: 1}, classifier.Options{Checkpoint: func(*classifier.Checkpoint) {}})
	assert.ErrorContains(t, err, "classifier: Trimmed has no checkpoints")
	_, _, err = classifier.Trimmed{Above: 1e-9}.Fit(t.Context(), ex, classifier.Objective{L2: 1}, classifier.Options{})
	assert.EqualError(t, err, "classifier: there are no examples, or none with a weight above 0", "nothing is left")
	ctx, cancel := context.WithCancel(t.Context())
	fits := 0
	m, _, err := classifier.Trimmed{Solver: classifier.SGD{Epochs: 2}, Above: 1}.Fit(ctx, ex, classifier.Objective{}, classifier.Options{
		Progress: func(r classifier.Report) {
			if fits++; fits == 3 {
				cancel()
			}
		},
	})
	assert.ErrorIs(t, err, context.Canceled)
	assert.NotNil(t, m, "the first fit was complete")
}

// One flower among many has the wrong label.
func ExampleTrimmed() {
	ex := &classifier.Table{
		X:     kernels.Matrix{Rows: 7, Cols: 1, Stride: 1, Data: []float32{1.0, 1.1, 1.2, 1.3, 5.0, 5.1, 5.2}},
		Y:     []int{0, 0, 0, 0, 1, 1, 0},
		Names: []string{"short", "long"},
	}
	o := classifier.Objective{Loss: loss.Hinge{}, L2: 1e-2}
	for _, solver := range []classifier.Solver{classifier.DualCD{}, classifier.Trimmed{Solver: classifier.DualCD{}, Above: 1.5}} {
		m, report, err := solver.Fit(context.Background(), ex, o, classifier.Options{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s, loss %.2f\n", ex.Names[m.Predict([]float32{4})], report.Loss)
	}
	// Output:
	// long, loss 0.30
	// long, loss 0.00
}
