package classifier_test

import (
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
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

// The test cache does not know variables that are read while packages start, so
// this reads it again: a run that was meant for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv("ARGMAX_ISA"); force != "" {
		require.Equal(t, force, argmax.Active())
	}
}
