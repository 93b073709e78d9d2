package classifier_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// Ten rows, for which scikit-learn's _SigmoidCalibration has these slopes and offsets (it
// stops a little before the minimum), and scipy's minimize_scalar this temperature.
var (
	heldScores = kernels.Matrix{Rows: 10, Cols: 3, Stride: 3, Data: []float32{
		2.5, -1, 0.5, 1, 3, -2, 0.25, 0.5, 0.75, -1, -2, 4, 3, 2.5, -1, 0, 1, 2, 1.5, 1, -0.5, -2, 0.5, 0.25, 2, -3, 1, 0.5, 0.25, 1.5,
	}}
	heldLabels = []int{0, 1, 2, 2, 1, 2, 0, 1, 0, 1}
)

func TestFitCalibration(t *testing.T) {
	ctx := context.Background()
	c, err := classifier.FitCalibration(ctx, heldScores, heldLabels, classifier.TemperatureScaling, 1)
	require.NoError(t, err)
	assert.InDelta(t, 1.4441094034, c.Slope[0], 1e-6)
	assert.Equal(t, []float32{0}, c.Offset)
	c, err = classifier.FitCalibration(ctx, heldScores, heldLabels, classifier.PlattScaling, 1)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float32{0.6384660, 0.5968764, 0.7221533}, c.Slope, 1e-4)
	assert.InDeltaSlice(t, []float32{-1.4166533, -0.6450346, -1.4017654}, c.Offset, 1e-4)
	auto, err := classifier.FitCalibration(ctx, heldScores, heldLabels, classifier.AutoCalibration, 1)
	require.NoError(t, err)
	assert.Equal(t, c, auto)

	// One slope and offset are the minimum of the sum over all classes.
	c, err = classifier.FitCalibration(ctx, heldScores, heldLabels, classifier.SharedPlattScaling, 1)
	require.NoError(t, err)
	value := func(slope, offset float64) (sum float64) {
		for i, y := range heldLabels {
			for j, s := range heldScores.Row(i) {
				target := 1.0 / 22
				if j == y {
					target = 11.0 / 12
				}
				z := slope*float64(s) + offset
				sum += math.Log1p(math.Exp(z)) - target*z
			}
		}
		return sum
	}
	a, b := float64(c.Slope[0]), float64(c.Offset[0])
	for _, d := range []float64{-1e-3, 1e-3} {
		assert.Less(t, value(a, b), value(a+d, b))
		assert.Less(t, value(a, b), value(a, b+d))
	}
}

// Scores that are three times as large need three times the temperature, and a model that
// is as sure of random labels as of right ones is found out.
func TestTemperatureFollowsTheScores(t *testing.T) {
	large := kernels.NewMatrix(10, 3)
	for i, s := range heldScores.Data {
		large.Data[i] = 1000 * s
	}
	c, err := classifier.FitCalibration(context.Background(), large, heldLabels, classifier.TemperatureScaling, 1)
	require.NoError(t, err)
	assert.InEpsilon(t, 1.4441094034e-3, c.Slope[0], 1e-6)
	for i, s := range heldScores.Data {
		large.Data[i] = 1e-6 * s
	}
	c, err = classifier.FitCalibration(context.Background(), large, heldLabels, classifier.TemperatureScaling, 1)
	require.NoError(t, err)
	assert.InEpsilon(t, 1.4441094034e6, c.Slope[0], 1e-6)
}

// The bits depend neither on workers nor on the instruction set.
func TestCalibrationHasOneAnswer(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	scores, labels := kernels.NewMatrix(1500, 4), make([]int, 1500)
	for i := range labels {
		labels[i] = r.IntN(4)
		for j := range scores.Row(i) {
			scores.Row(i)[j] = float32(r.IntN(2001)-1000) / 128
		}
		scores.Row(i)[labels[i]] += 2
	}
	want := map[classifier.CalibrationMethod]classifier.Calibration{
		classifier.TemperatureScaling: {Slope: []float32{0.102330744}, Offset: []float32{0}},
		classifier.PlattScaling:       {Slope: []float32{0.124000125, 0.0991879, 0.08936941, 0.09242079}, Offset: []float32{-1.285687, -1.2518519, -1.253307, -1.0540426}},
		classifier.SharedPlattScaling: {Slope: []float32{0.10160755}, Offset: []float32{-1.208585}},
	}
	for method := range want {
		first, err := classifier.FitCalibration(context.Background(), scores, labels, method, 1)
		require.NoError(t, err)
		assert.Equal(t, want[method], first)
		for _, isa := range cpu.Available() {
			restore := cpu.Use(isa)
			for _, workers := range []int{2, 7} {
				again, err := classifier.FitCalibration(context.Background(), scores, labels, method, workers)
				require.NoError(t, err)
				assert.Equal(t, first, again, "%v, %v, %d workers", method, isa, workers)
			}
			restore()
		}
	}
}

// A model that was trained to be too sure of itself is right as often after calibration, and
// knows better how often that is.
func TestCalibrate(t *testing.T) {
	train, held, test := noisy(36, 1), noisy(600, 2), noisy(600, 3)
	for _, l := range []loss.Loss{loss.Softmax{}, loss.Logistic{}, loss.WestonWatkins{}} {
		m, _, err := classifier.Auto{}.Fit(t.Context(), train, classifier.Objective{Loss: l, L2: 1e-5}, classifier.Options{})
		require.NoError(t, err)
		for method := classifier.AutoCalibration; method <= classifier.SharedPlattScaling; method++ {
			calibrated, err := m.Calibrate(t.Context(), held, method, 1)
			if l.Link() == loss.SigmoidLink && method == classifier.TemperatureScaling {
				assert.EqualError(t, err, "classifier: a temperature is of the softmax, and the link of the model is the sigmoid: use Platt scaling")
				continue
			}
			require.NoError(t, err, "%v, %v", l, method)
			if want := loss.SigmoidLink; method == classifier.TemperatureScaling || method == classifier.AutoCalibration && l.Link() == loss.SoftmaxLink {
				assert.Equal(t, loss.SoftmaxLink, calibrated.Info().Link)
			} else {
				assert.Equal(t, want, calibrated.Info().Link)
			}
			before, err := classifier.Evaluate(t.Context(), m, test, metrics.Options{}, 1)
			require.NoError(t, err)
			after, err := classifier.Evaluate(t.Context(), calibrated, test, metrics.Options{}, 1)
			require.NoError(t, err)
			assert.Equal(t, before.Accuracy, after.Accuracy)
			if l.Link() != loss.NoLink {
				assert.Less(t, after.LogLoss, before.LogLoss, "%v, %v", l, method)
				assert.Less(t, after.CalibrationError, before.CalibrationError, "%v, %v", l, method)
			}
			assert.Less(t, float64(after.CalibrationError), 0.1, "%v, %v", l, method)
		}
	}
}

// noisy are examples of three classes, of which some have the label of another.
func noisy(n int, seed uint64) *classifier.Table {
	r := rand.New(rand.NewPCG(seed, 9))
	t := &classifier.Table{X: kernels.NewMatrix(n, 10), Y: make([]int, n), Names: []string{"a", "b", "c"}}
	for i := range n {
		class := r.IntN(3)
		for f := range t.X.Row(i) {
			t.X.Row(i)[f] = float32(r.NormFloat64())
		}
		t.X.Row(i)[class] += 2
		if t.Y[i] = class; r.IntN(5) == 0 {
			t.Y[i] = r.IntN(3)
		}
	}
	return t
}

// Classes are matched by name.
func TestCalibrateMatchesClasses(t *testing.T) {
	m, _, err := classifier.Auto{}.Fit(t.Context(), noisy(120, 1), classifier.Objective{L2: 1e-5}, classifier.Options{})
	require.NoError(t, err)
	held := noisy(300, 2)
	want, err := m.Calibrate(t.Context(), held, classifier.AutoCalibration, 1)
	require.NoError(t, err)
	turned := &classifier.Table{X: held.X, Y: make([]int, 300), Names: []string{"c", "a", "b"}}
	for i, y := range held.Y {
		turned.Y[i] = (y + 1) % 3
	}
	got, err := m.Calibrate(t.Context(), turned, classifier.AutoCalibration, 1)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	turned.Names = []string{"c", "a", "x"}
	_, err = m.Calibrate(t.Context(), turned, classifier.AutoCalibration, 1)
	assert.ErrorContains(t, err, "x")
}

func TestCalibrationRefuses(t *testing.T) {
	ctx := context.Background()
	matrix := func(data ...float32) kernels.Matrix {
		return kernels.Matrix{Rows: len(data) / 2, Cols: 2, Stride: 2, Data: data}
	}
	for problem, c := range map[string]struct {
		scores kernels.Matrix
		labels []int
		method classifier.CalibrationMethod
	}{
		"row 1: label 2, with 2 classes":          {matrix(1, 2, 3, 4), []int{0, 2}, classifier.PlattScaling},
		"row 1: a score of NaN":                   {matrix(1, 2, 3, float32(math.NaN())), []int{0, 1}, classifier.PlattScaling},
		"no examples to calibrate on":             {matrix(), nil, classifier.TemperatureScaling},
		"every label has the highest score":       {matrix(1, 2, 2, 1), []int{1, 0}, classifier.TemperatureScaling},
		"no temperature suits them":               {matrix(1, 2, 2, 1, 1, 2), []int{0, 1, 1}, classifier.TemperatureScaling},
		"class 1 has no examples to calibrate it": {matrix(1, 2, 2, 1), []int{0, 0}, classifier.PlattScaling},
	} {
		_, err := classifier.FitCalibration(ctx, c.scores, c.labels, c.method, 1)
		assert.ErrorContains(t, err, "classifier: ")
		assert.ErrorContains(t, err, problem)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for method := classifier.AutoCalibration; method <= classifier.SharedPlattScaling; method++ {
		_, err := classifier.FitCalibration(cancelled, heldScores, heldLabels, method, 1)
		assert.ErrorIs(t, err, context.Canceled)
	}
	assert.PanicsWithValue(t, "classifier: FitCalibration: 1 labels for 10 rows", func() {
		_, _ = classifier.FitCalibration(ctx, heldScores, []int{1}, classifier.PlattScaling, 1)
	})
	assert.PanicsWithValue(t, "classifier: FitCalibration: CalibrationMethod(9)", func() {
		_, _ = classifier.FitCalibration(ctx, heldScores, heldLabels, 9, 1)
	})
	// Scores that are all equal, or huge, have a calibration.
	for _, scores := range []kernels.Matrix{matrix(1, 1, 1, 1), matrix(1e30, -1e30, 1e30, -1e30)} {
		c, err := classifier.FitCalibration(ctx, scores, []int{0, 1}, classifier.PlattScaling, 1)
		require.NoError(t, err)
		assert.InDelta(t, 0.5, 1/(1+math.Exp(-float64(c.Slope[0])*float64(scores.Data[0])-float64(c.Offset[0]))), 1e-4)
	}
}
