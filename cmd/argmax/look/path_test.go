package look_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

func TestPaths(t *testing.T) {
	var steps []look.PathStep
	for i := range 4 {
		steps = append(steps, look.PathStep{
			Lambda: math.Pow(10, float64(i-3)), Weights: []float64{4 - float64(i*i), -1 / float64(i+1)}, Nonzeros: 8 - i, Training: 1 - 0.1*float64(i), Validation: 0.5 + 0.1*float64(i*i%5),
		})
	}
	paths := []look.Path{{Name: "L2", Steps: steps, Chosen: 2}, {Name: "L1", Steps: steps, Chosen: 1}}
	figure := func(s look.Style) look.Figure {
		f, err := look.Paths(paths, "cat", s)
		require.NoError(t, err)
		return f
	}
	d := svg(t, figure)
	d.shows(t, "What penalties prefer", "L2", "L1", "weights not zero", "λ", "training", "validation")
	text := strings.Join(d.texts, " ")
	assert.Contains(t, text, "The weights of class cat as λ grows.")
	assert.Contains(t, text, "L2: λ = 0.1, 90.00 %, 6 weights; L1: λ = 0.01, 60.00 %, 7 weights.")

	f := figure(light)
	for feature, n := range []int{4, 4} { // a weight and an accuracy of each path
		all := lines(t, f, look.Light.Class(feature), 4)
		require.Len(t, all, n)
		for _, line := range all[:2] {
			var weights []float64
			for i, step := range steps {
				weights = append(weights, step.Weights[feature])
				assert.InDelta(t, float64(i)/3, (line[i][0]-line[0][0])/(line[3][0]-line[0][0]), 1e-3, "powers of ten")
			}
			proportional(t, weights, line)
		}
	}
	nonzeros := lines(t, f, look.Light.Foreground, 4)
	require.Len(t, nonzeros, 2)
	proportional(t, []float64{8, 7, 6, 5}, nonzeros[0])

	_, err := look.Paths(nil, "cat", light)
	assert.EqualError(t, err, "look: no paths")
	_, err = look.Paths([]look.Path{{Name: "L1"}}, "cat", light)
	assert.EqualError(t, err, "look: the path of L1 has no steps")
}
