package look_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

func TestCrossValidation(t *testing.T) {
	comparison := look.Comparison{Title: "neighbours", X: "k", Curves: []look.ErrorCurve{{
		Name: "l2", Chosen: 1, Points: []look.ErrorPoint{
			{X: 1, Mean: 0.8, StandardError: 0.02, Folds: []float64{0.78, 0.82}},
			{X: 10, Mean: 0.9, StandardError: 0.05, Folds: []float64{0.85, 0.95}},
			{X: 100, Mean: 0.7, StandardError: math.NaN()},
		},
	}}}
	figure := func(s look.Style) look.Figure {
		f, err := look.CrossValidation([]look.Comparison{comparison}, "a note", s)
		require.NoError(t, err)
		return f
	}
	svg(t, figure).shows(t, "Cross-validation", "a note", "neighbours", "k", "accuracy", "l2")
	f := figure(light)
	curves := lines(t, f, look.Light.Class(0), 3)
	require.Len(t, curves, 1)
	proportional(t, []float64{0.8, 0.9, 0.7}, curves[0])
	assert.InDelta(t, 0.5, (curves[0][1][0]-curves[0][0][0])/(curves[0][2][0]-curves[0][0][0]), 1e-3, "powers of ten")

	// A bar has a standard error to each side of the mean, and caps; a mean without one has none.
	unit := (curves[0][1][1] - curves[0][0][1]) / 0.1
	var bars [][][2]float64
	for _, line := range lines(t, f, look.Light.Class(0), 2) {
		if line[0][0] == line[1][0] {
			bars = append(bars, line)
		}
	}
	require.Len(t, bars, 2)
	for i, bar := range bars {
		p := comparison.Curves[0].Points[i]
		assert.InDelta(t, curves[0][i][0], bar[0][0], 1e-2)
		assert.InDelta(t, 2*p.StandardError*unit, bar[1][1]-bar[0][1], 0.1)
		assert.InDelta(t, curves[0][i][1], (bar[0][1]+bar[1][1])/2, 0.1)
	}

	_, err := look.CrossValidation(nil, "", light)
	assert.EqualError(t, err, "look: nothing is compared")
	_, err = look.CrossValidation([]look.Comparison{{Curves: []look.ErrorCurve{{Name: "l1"}}}}, "", light)
	assert.EqualError(t, err, "look: the curve of l1 has no points")
}
