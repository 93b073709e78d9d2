package selection_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/selection"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/kernels"
)

// Every accuracy is that of a model of the other folds.
func TestKNNSearch(t *testing.T) {
	train, _, err := fashion.Load()
	require.NoError(t, err)
	const n, folds = 150, 3
	ex := &classifier.Labelled[uint8]{X: train.Dense().Slice(0, n), Y: train.Labels()[:n], Names: train.Classes()}
	var last int
	s := selection.KNNSearch{
		Ks: []int{1, 4, 30}, Metrics: []classifier.Metric{classifier.L2, classifier.L1}, Vote: classifier.InverseVote, Folds: folds, Seed: 3, Workers: 2,
		Progress: func(done, of int) { assert.Equal(t, 2*n, of); last = done },
	}
	result, err := s.Run(context.Background(), ex)
	require.NoError(t, err)
	assert.Equal(t, 2*n, last)
	require.Len(t, result.Trials, 6)
	splits, err := selection.KFold(ex, folds, 3)
	require.NoError(t, err)
	for i, trial := range result.Trials {
		assert.Equal(t, classifier.KNNConfig{K: s.Ks[i%3], Metric: s.Metrics[i/3], Vote: s.Vote, Temperature: 1}, trial.Config)
		sum, squares := 0.0, 0.0
		for f, split := range splits {
			m, err := classifier.NewKNN(classifier.Subset(ex, split.Learn), trial.Config)
			require.NoError(t, err)
			right, x := 0, make([]float32, ex.X.Cols)
			for _, row := range split.Validate {
				ex.Gather(kernels.Matrix{Rows: 1, Cols: len(x), Stride: len(x), Data: x}, []int{row})
				if m.Predict(x) == ex.Y[row] {
					right++
				}
			}
			accuracy := float64(right) / float64(len(split.Validate))
			assert.Equal(t, accuracy, trial.Accuracies[f])
			sum, squares = sum+accuracy, squares+accuracy*accuracy
		}
		mean := sum / folds
		assert.InDelta(t, mean, trial.Mean, 1e-12)
		assert.InDelta(t, math.Sqrt((squares/folds-mean*mean)/(folds-1)), trial.StandardError, 1e-9)
		assert.LessOrEqual(t, trial.Mean, result.Best().Mean)
	}
	s.Folds, s.Ks = n, []int{3}
	one, err := s.Run(context.Background(), ex)
	require.NoError(t, err)
	assert.Len(t, one.Trials[0].Accuracies, n, "leave one out")

	_, err = selection.KNNSearch{}.Run(context.Background(), ex)
	assert.EqualError(t, err, "selection: no number of neighbours")
	_, err = selection.KNNSearch{Ks: []int{0}}.Run(context.Background(), ex)
	assert.EqualError(t, err, "classifier: 0 neighbours")
	_, err = selection.KNNSearch{Ks: []int{1}, Folds: n + 1}.Run(context.Background(), ex)
	assert.ErrorContains(t, err, "151 folds of 150 examples")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = s.Run(ctx, ex)
	assert.ErrorIs(t, err, context.Canceled)
}

// The figure of the lecture: the accuracy of each k, with its error bar.
func ExampleKNNSearch() {
	ex := &classifier.Table{
		X:     kernels.Matrix{Rows: 8, Cols: 1, Stride: 1, Data: []float32{1, 2, 3, 4, 6, 7, 8, 9}},
		Y:     []int{0, 0, 0, 0, 1, 1, 1, 1},
		Names: []string{"few", "many"},
	}
	result, err := selection.KNNSearch{Ks: []int{1, 3, 5}, Folds: 4, Metrics: []classifier.Metric{classifier.L1}}.Run(context.Background(), ex)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Print(result)
	fmt.Println("k =", result.Best().Config.K)
	// Output:
	// metric           k  accuracy
	// L1               1  1.0000 ± 0.0000
	// L1               3  1.0000 ± 0.0000
	// L1               5  1.0000 ± 0.0000
	// k = 1
}
