package classifier_test

import (
	"context"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/internal/race"
	"github.com/seed842bec00/argmax/kernels"
)

func TestNewLinearRefusesWhatDoesNotFit(t *testing.T) {
	m := kernels.NewMatrix
	names := classifier.Info{Classes: []string{"a", "b"}}
	image := func(h, w, c int) classifier.Info {
		return classifier.Info{Classes: names.Classes, Height: h, Width: w, Channels: c}
	}
	for message, make := range map[string]func() (*classifier.Linear, error){
		"classifier: bias of length 1 for 2 classes":      func() (*classifier.Linear, error) { return classifier.NewLinear(m(2, 3), make([]float32, 1), names) },
		"classifier: 2 class names for 3 classes":         func() (*classifier.Linear, error) { return classifier.NewLinear(m(3, 3), make([]float32, 3), names) },
		"classifier: weights of 0 classes and 3 features": func() (*classifier.Linear, error) { return classifier.NewLinear(m(0, 3), nil, names) },
		"classifier: images of 2×2×1 for 3 features": func() (*classifier.Linear, error) {
			return classifier.NewLinear(m(2, 3), make([]float32, 2), image(2, 2, 1))
		},
		"classifier: images of -1×-3×1 for 3 features": func() (*classifier.Linear, error) {
			return classifier.NewLinear(m(2, 3), make([]float32, 2), image(-1, -3, 1))
		},
		"classifier: images of 0×3×1 for 3 features": func() (*classifier.Linear, error) {
			return classifier.NewLinear(m(2, 3), make([]float32, 2), image(0, 3, 1))
		},
		"classifier: weights: kernels: 5 elements are too few for a matrix of 2×3 with stride 3": func() (*classifier.Linear, error) {
			return classifier.NewLinear(kernels.Matrix{Rows: 2, Cols: 3, Stride: 3, Data: make([]float32, 5)}, make([]float32, 2), names)
		},
	} {
		_, err := make()
		assert.EqualError(t, err, message)
	}
}

func TestLinearIsImmutable(t *testing.T) {
	w, b := kernels.NewMatrix(2, 2), []float32{1, 0}
	info := classifier.Info{Classes: []string{"a", "b"}, Notes: map[string]string{"k": "v"}}
	m, err := classifier.NewLinear(w, b, info)
	require.NoError(t, err)
	w.Data[0], b[0], info.Classes[0], info.Notes["k"] = 9, -9, "z", "z"
	got := m.Info()
	assert.Equal(t, classifier.Info{Classes: []string{"a", "b"}, Notes: map[string]string{"k": "v"}}, got)
	got.Classes[0] = "z"
	assert.Equal(t, "a", m.Info().Classes[0])
	assert.Zero(t, m.Predict([]float32{5, 5}))
	template := make([]float32, 2)
	m.Template(template, 0)
	assert.Equal(t, []float32{0, 0}, template)
	assert.Equal(t, float32(1), m.Bias(0))
}

func TestPredictTiesAndNaN(t *testing.T) {
	m, err := classifier.NewLinear(kernels.NewMatrix(3, 1), []float32{1, 2, 2}, animal)
	require.NoError(t, err)
	assert.Equal(t, 1, m.Predict([]float32{0}), "the lowest class of equal ones")
	assert.Equal(t, -1, m.Predict([]float32{float32(math.NaN())}), "no class")
}

func TestPredictAllocatesNothing(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector makes sync.Pool forget")
	}
	for _, classes := range []int{3, 100} {
		m, err := classifier.NewLinear(kernels.NewMatrix(classes, 50), make([]float32, classes), classifier.Info{Classes: make([]string, classes)})
		require.NoError(t, err)
		x := make([]float32, 50)
		assert.Zero(t, testing.AllocsPerRun(50, func() { m.Predict(x) }))
	}
	knn, err := classifier.NewKNN(blobs(30, 4, 3), classifier.KNNConfig{K: 5})
	require.NoError(t, err)
	x := make([]float32, 4)
	assert.Zero(t, testing.AllocsPerRun(50, func() { knn.Predict(x) }))
}

func TestPredictAll(t *testing.T) {
	ex := blobs(200, 6, 3)
	m, err := classifier.SGD{Epochs: 5}.Train(context.Background(), ex)
	require.NoError(t, err)
	x := make([]float32, 6)
	for _, workers := range []int{1, 2, 7} {
		got := make([]int, ex.Len())
		require.NoError(t, m.PredictAll(context.Background(), got, ex, workers))
		for i, p := range got {
			ex.Row(x, i)
			assert.Equal(t, m.Predict(x), p)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, m.PredictAll(cancelled, make([]int, ex.Len()), ex, 1), context.Canceled)
	assert.EqualError(t, m.PredictAll(context.Background(), make([]int, 2), blobs(2, 5, 3), 1),
		"classifier: examples have 5 features, the model has 6")
}

// The test cache does not know variables that are read while packages start, so
// this reads it again: a run that was meant for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv("ARGMAX_ISA"); force != "" {
		require.Equal(t, force, argmax.Active())
	}
}
