package classifier_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

// A report does not depend on how rows are stored nor on the number of workers, and its
// predictions are those of Predict.
func TestEvaluateOneAnswer(t *testing.T) {
	ex := awkward()
	model := trained(t, ex)
	want, err := classifier.Evaluate(t.Context(), model, ex, metrics.Options{Top: []int{2}, Areas: true}, 1)
	require.NoError(t, err)
	correct := 0
	for i, y := range ex.Labels() {
		if model.Predict(ex.X.Row(i)) == y {
			correct++
		}
	}
	assert.Equal(t, correct, want.Correct)
	assert.Greater(t, want.Accuracy, 0.9)
	assert.Less(t, float64(want.LogLoss), 1.0)
	for _, workers := range []int{1, 3} {
		for _, same := range []classifier.Examples{ex, bytesOf(ex), gathered{ex}} {
			got, err := classifier.Evaluate(t.Context(), model, same, metrics.Options{Top: []int{2}, Areas: true}, workers)
			require.NoError(t, err)
			assert.Equal(t, want.String(), got.String())
			assert.Equal(t, want.LogLoss, got.LogLoss, "the same bits")
		}
	}
}

// A test set that has the classes in another order is evaluated by their names.
func TestEvaluateMatchesClassesByName(t *testing.T) {
	ex := blobs(200, 5, 3)
	swapped := *ex
	swapped.Names, swapped.Y = []string{ex.Names[2], ex.Names[1], ex.Names[0], "none of them"}, make([]int, len(ex.Y))
	for i, y := range ex.Y {
		swapped.Y[i] = 2 - y
	}
	knn, err := classifier.NewKNN(ex, classifier.KNNConfig{})
	require.NoError(t, err)
	for _, model := range []classifier.Predictor{trained(t, ex), knn} {
		e, err := classifier.Evaluate(t.Context(), model, &swapped, metrics.Options{}, 0)
		require.NoError(t, err)
		assert.Greater(t, e.Accuracy, 0.95)
	}
}

func TestEvaluateRefuses(t *testing.T) {
	ex := blobs(20, 5, 3)
	model := trained(t, ex)
	_, err := classifier.Evaluate(t.Context(), model, blobs(20, 6, 3), metrics.Options{}, 0)
	assert.EqualError(t, err, "classifier: rows of 6 features, the model has 5")
	broken := &classifier.Table{X: kernels.NewMatrix(2, 5), Y: []int{0}, Names: ex.Names}
	_, err = classifier.Evaluate(t.Context(), model, broken, metrics.Options{}, 0)
	assert.EqualError(t, err, "classifier: 2 rows and 1 labels")
	broken.Y = []int{0, 1}
	broken.X.Data[7] = float32(math.NaN())
	_, err = classifier.Evaluate(t.Context(), model, broken, metrics.Options{}, 0)
	assert.ErrorContains(t, err, "metrics: row 1: the score of ")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = classifier.Evaluate(ctx, model, ex, metrics.Options{}, 0)
	assert.ErrorIs(t, err, context.Canceled)
}
