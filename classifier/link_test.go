package classifier_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// Scores of one-vs-rest models are linked by sigmoids, which are divided by their sum.
// The link is kept in files.
func TestSigmoidLink(t *testing.T) {
	identity := kernels.Matrix{Rows: 3, Cols: 3, Stride: 3, Data: []float32{1, 0, 0, 0, 1, 0, 0, 0, 1}}
	m, err := classifier.NewLinear(identity, make([]float32, 3), classifier.Info{
		Classes: []string{"a", "b", "c"}, Link: loss.SigmoidLink,
	})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "model")
	require.NoError(t, m.WriteFile(path))
	read, err := classifier.ReadLinearFile(path)
	require.NoError(t, err)
	assert.Equal(t, loss.SigmoidLink, read.Info().Link)

	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	scores, got := []float32{-2, 0.5, 3}, make([]float32, 3)
	require.NoError(t, read.Probabilities(got, scores))
	sum := sigmoid(-2) + sigmoid(0.5) + sigmoid(3)
	for i, s := range scores {
		assert.InDelta(t, sigmoid(float64(s))/sum, got[i], 1e-6)
	}
}
