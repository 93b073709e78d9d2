package look_test

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

var (
	strokedPath = regexp.MustCompile(`<path d="(M[^"ZA]*)" style="fill:none;stroke:#([0-9A-F]{6})`)
	corner      = regexp.MustCompile(`[ML](-?[0-9.e+-]+),(-?[0-9.e+-]+)`)
)

// lines returns the corners of the lines of a colour and of n corners that the light
// picture of a figure has.
func lines(t *testing.T, f look.Figure, c color.Color, n int) (all [][][2]float64) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, f.WriteSVG(&b, light))
	p := color.RGBAModel.Convert(c).(color.RGBA)
	for _, m := range strokedPath.FindAllStringSubmatch(b.String(), -1) {
		corners := corner.FindAllStringSubmatch(m[1], -1)
		if m[2] != fmt.Sprintf("%02X%02X%02X", p.R, p.G, p.B) || len(corners) != n {
			continue
		}
		var line [][2]float64
		for _, c := range corners {
			x, err := strconv.ParseFloat(c[1], 64)
			require.NoError(t, err)
			y, err := strconv.ParseFloat(c[2], 64)
			require.NoError(t, err)
			line = append(line, [2]float64{x, y})
		}
		all = append(all, line)
	}
	return all
}

var light = look.Style{Theme: look.Light, Width: look.DefaultWidth}

// proportional requires that the heights of a line are those of values, in proportion.
func proportional(t *testing.T, values []float64, line [][2]float64) {
	t.Helper()
	require.Len(t, line, len(values))
	last := len(values) - 1
	for i, v := range values {
		want := (v - values[0]) / (values[last] - values[0])
		assert.InDelta(t, want, (line[i][1]-line[0][1])/(line[last][1]-line[0][1]), 1e-3, "point %d", i)
	}
}

func TestTraining(t *testing.T) {
	var reports []classifier.Report
	for i := range 5 {
		r := classifier.Report{
			Solver: "L-BFGS", Iterations: i, Loss: 1 / float64(i+1), Penalty: 0.01 * float64(i*i), Gap: math.Pow(10, -float64(i*i)), Accuracy: 0.5 + 0.1*float64(i),
			Validation: classifier.Validation{Loss: 1 + 0.1*math.Abs(float64(i)-3), Accuracy: 0.4 + 0.05*float64(i), Best: 1},
		}
		r.Objective = r.Loss + r.Penalty
		reports = append(reports, r)
	}
	figure := func(s look.Style) look.Figure {
		f, err := look.Training(reports, s)
		require.NoError(t, err)
		return f
	}
	d := svg(t, figure)
	d.shows(t, "Training", "Loss", "training", "validation", "lowest validation loss", "Accuracy", "Objective", "penalty", "Distance from the minimum")
	text := strings.Join(d.texts, " ")
	assert.Contains(t, text, "L-BFGS, 4 iterations: objective 0.36, of which loss 0.2 and penalty 0.16; accuracy 90.00 %.")
	assert.Contains(t, text, "On the validation set the loss is lowest at iteration 3, 1, with an accuracy of 55.00 %.")

	of := func(value func(classifier.Report) float64) (values []float64) {
		for _, r := range reports {
			values = append(values, value(r))
		}
		return values
	}
	f := figure(light)
	training := lines(t, f, look.Light.Class(0), 5) // loss, on a logarithmic axis, accuracy, loss
	require.Len(t, training, 3)
	proportional(t, of(func(r classifier.Report) float64 { return math.Log(r.Loss) }), training[0])
	proportional(t, of(func(r classifier.Report) float64 { return r.Accuracy }), training[1])
	proportional(t, of(func(r classifier.Report) float64 { return r.Loss }), training[2])
	validation := lines(t, f, look.Light.Class(1), 5)
	require.Len(t, validation, 2)
	proportional(t, of(func(r classifier.Report) float64 { return r.Validation.Accuracy }), validation[1])
	penalty, gap := lines(t, f, look.Light.Class(2), 5), lines(t, f, look.Light.Class(3), 5)
	require.Len(t, penalty, 1)
	proportional(t, of(func(r classifier.Report) float64 { return r.Penalty }), penalty[0])
	require.Len(t, gap, 1)
	proportional(t, of(func(r classifier.Report) float64 { return math.Log(r.Gap) }), gap[0])

	_, err := look.Training(nil, light)
	assert.EqualError(t, err, "look: a training without iterations")
}

// Without a bound of the distance to the minimum the lengths of the steps are shown, and
// without a validation set nothing of it.
func TestTrainingBySteps(t *testing.T) {
	var reports []classifier.Report
	for i := range 3 {
		reports = append(reports, classifier.Report{Solver: "SGD", Iterations: i + 1, Loss: 1 - 0.1*float64(i), Objective: 1, Gap: math.Inf(1), Update: math.Pow(10, -float64(i))})
	}
	f, err := look.Training(reports, light)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, f.WriteSVG(&b, light))
	assert.Contains(t, b.String(), "epoch")
	assert.Contains(t, b.String(), ">Steps<")
	assert.NotContains(t, b.String(), "validation")
	steps := lines(t, f, look.Light.Class(3), 3)
	require.Len(t, steps, 1)
	proportional(t, []float64{0, -1, -2}, steps[0])
}

// A single iteration, and numbers of any size, have a picture.
func TestTrainingOfExtremes(t *testing.T) {
	for _, r := range []classifier.Report{
		{Loss: 1, Gap: 0.5}, {Loss: -1e308, Objective: 1e308, Gap: 1e-320}, {Loss: 1e-320, Penalty: math.Inf(1), Gap: math.NaN(), Update: math.MaxFloat64},
	} {
		other := classifier.Report{Iterations: 1, Loss: 1e308, Gap: 1e99}
		for _, reports := range [][]classifier.Report{{r}, {r, other}} {
			f, err := look.Training(reports, light)
			require.NoError(t, err)
			var b bytes.Buffer
			require.NoError(t, f.WriteSVG(&b, light))
			parse(t, &b) // finds NaN
		}
	}
}
