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

// The sigmoids of scores that are all very low underflow; their ratios do not.
func TestSigmoidsOfLowScores(t *testing.T) {
	m, err := classifier.NewLinear(kernels.NewMatrix(3, 1), []float32{-200, -201, -250}, classifier.Info{
		Classes: []string{"a", "b", "c"}, Link: loss.SigmoidLink,
	})
	require.NoError(t, err)
	p := make([]float32, 3)
	require.NoError(t, m.Probabilities(p, []float32{0}))
	assert.InDelta(t, 1/(1+math.Exp(-1)), p[0], 1e-6)
	assert.InDelta(t, 1/(1+math.Exp(1)), p[1], 1e-6)
	assert.InDelta(t, 0, p[2], 1e-20)
}

// A calibration changes the scores before the link, for all classes or for each, and
// leaves scores and predictions alone.
func TestCalibration(t *testing.T) {
	base := classifier.Info{Classes: []string{"a", "b", "c"}, Link: loss.SoftmaxLink}
	bias := []float32{3, 1, -2}
	for name, c := range map[string]struct {
		calibration classifier.Calibration
		want        []float64 // calibrated scores
	}{
		"none":        {classifier.Calibration{}, []float64{3, 1, -2}},
		"temperature": {classifier.Temperature(2), []float64{1.5, 0.5, -1}},
		"one":         {classifier.Calibration{Slope: []float32{-1}, Offset: []float32{0.5}}, []float64{-2.5, -0.5, 2.5}},
		"each":        {classifier.Calibration{Slope: []float32{1, 2, 3}, Offset: []float32{-1, 0, 1}}, []float64{2, 2, -5}},
	} {
		for _, link := range []loss.Link{loss.SoftmaxLink, loss.SigmoidLink} {
			info := base
			info.Link, info.Calibration = link, c.calibration
			m, err := classifier.NewLinear(kernels.NewMatrix(3, 1), bias, info)
			require.NoError(t, err)
			p, want, sum := make([]float32, 3), make([]float64, 3), 0.0
			require.NoError(t, m.Probabilities(p, []float32{0}))
			for j, s := range c.want {
				want[j] = math.Exp(s)
				if link == loss.SigmoidLink {
					want[j] = 1 / (1 + math.Exp(-s))
				}
				sum += want[j]
			}
			for j := range want {
				assert.InDelta(t, want[j]/sum, p[j], 1e-6, "%s, %v, class %d", name, link, j)
			}
			scores := make([]float32, 3)
			m.Scores(scores, []float32{0})
			assert.Equal(t, bias, scores)
			assert.Zero(t, m.Predict([]float32{0}))
		}
	}
}

func TestCalibrationThatDoesNotFit(t *testing.T) {
	for problem, info := range map[string]classifier.Info{
		"calibration: 1 slopes and 0 offsets":                        {Link: loss.SoftmaxLink, Calibration: classifier.Calibration{Slope: []float32{1}}},
		"calibration of 2 classes, want 1 or 3":                      {Link: loss.SoftmaxLink, Calibration: classifier.Calibration{Slope: make([]float32, 2), Offset: make([]float32, 2)}},
		"calibration of scores that are not linked to probabilities": {Calibration: classifier.Temperature(1)},
		"a calibration that is not finite":                           {Link: loss.SoftmaxLink, Calibration: classifier.Temperature(0)},
	} {
		info.Classes = []string{"a", "b", "c"}
		_, err := classifier.NewLinear(kernels.NewMatrix(3, 1), make([]float32, 3), info)
		assert.EqualError(t, err, "classifier: "+problem)
	}
}
