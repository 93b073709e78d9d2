package classifier_test

import (
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/race"
	"github.com/seed842bec00/argmax/kernels"
)

func TestNewLinearRefusesWhatDoesNotFit(t *testing.T) {
	m := kernels.NewMatrix
	names := classifier.Info{Classes: []string{"a", "b"}}
	image := func(h, w, c int) classifier.Info {
		return classifier.Info{Classes: names.Classes, Shape: classifier.Shape{Height: h, Width: w, Channels: c}}
	}
	for message, make := range map[string]func() (*classifier.Linear, error){
		"classifier: bias of length 1 for 2 classes":      func() (*classifier.Linear, error) { return classifier.NewLinear(m(2, 3), make([]float32, 1), names) },
		"classifier: 2 class names for 3 classes":         func() (*classifier.Linear, error) { return classifier.NewLinear(m(3, 3), make([]float32, 3), names) },
		"classifier: weights of 0 classes and 3 features": func() (*classifier.Linear, error) { return classifier.NewLinear(m(0, 3), nil, names) },
		"classifier: images of 2x2x1 for 3 features": func() (*classifier.Linear, error) {
			return classifier.NewLinear(m(2, 3), make([]float32, 2), image(2, 2, 1))
		},
		"classifier: images of -1x-3x1 for 3 features": func() (*classifier.Linear, error) {
			return classifier.NewLinear(m(2, 3), make([]float32, 2), image(-1, -3, 1))
		},
		"classifier: images of 0x3x1 for 3 features": func() (*classifier.Linear, error) {
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
	for _, classes := range []int{3, 32, 33, 100, 1025, 20000} {
		m, err := classifier.NewLinear(kernels.NewMatrix(classes, 50), make([]float32, classes),
			classifier.Info{Classes: make([]string, classes), Link: loss.SoftmaxLink})
		require.NoError(t, err)
		x, p := make([]float32, 50), make([]float32, classes)
		assert.Zero(t, testing.AllocsPerRun(50, func() { m.Predict(x) }), "%d classes", classes)
		assert.Zero(t, testing.AllocsPerRun(50, func() { m.Scores(p, x) }), "%d classes", classes)
		assert.Zero(t, testing.AllocsPerRun(50, func() { _ = m.Probabilities(p, x) }), "%d classes", classes)
		assert.Zero(t, testing.AllocsPerRun(50, func() { m.Classes() }))
	}
	ex := blobs(30, 4, 3)
	for _, ex := range []classifier.Examples{ex, bytesOf(ex)} {
		for metric := classifier.L2; metric <= classifier.Cosine; metric++ {
			knn, err := classifier.NewKNN(ex, classifier.KNNConfig{K: 5, Metric: metric})
			require.NoError(t, err)
			for _, x := range [][]float32{{1, 2, 3, 4}, {0.5, 2, 3, 4}} {
				knn.Predict(x) // which may convert the examples
				assert.Zero(t, testing.AllocsPerRun(50, func() { knn.Predict(x) }), "%v of %T", metric, ex)
			}
		}
	}
}

func TestProbabilities(t *testing.T) {
	info := classifier.Info{Classes: animal.Classes, Link: loss.SoftmaxLink}
	m, err := classifier.NewLinear(kernels.NewMatrix(3, 1), []float32{3.2, 5.1, -1.7}, info)
	require.NoError(t, err)
	p := make([]float32, 3)
	require.NoError(t, m.Probabilities(p, []float32{0}))
	assert.InDeltaSlice(t, []float32{0.13, 0.87, 0}, p, 5e-3, "the lecture's")

	m, err = m.With(animal)
	require.NoError(t, err)
	assert.ErrorIs(t, m.Probabilities(p, []float32{0}), classifier.ErrNoProbabilities)
	assert.InDeltaSlice(t, []float32{0.13, 0.87, 0}, p, 5e-3, "left as they were")

	info.Link = 9
	_, err = m.With(info)
	assert.EqualError(t, err, "classifier: unknown link Link(9)")
}

func TestTemplate(t *testing.T) {
	m, err := classifier.NewLinear(weights, bias, animal)
	require.NoError(t, err)
	template := make([]float32, 4)
	m.Template(template, 1)
	assert.Equal(t, []float32{1.5, 1.3, 2.1, 0}, template)
	assert.PanicsWithValue(t, "classifier: Template: dst has 3 elements, the model has 4 features", func() { m.Template(template[:3], 1) })
}

// The test cache does not know variables that are read while packages start, so
// this reads it again: a run that was meant for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv("ARGMAX_ISA"); force != "" {
		require.Equal(t, force, argmax.Active())
	}
}
