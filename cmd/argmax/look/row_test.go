package look_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
	"github.com/seed842bec00/argmax/kernels"
)

func newLinear(t *testing.T, info classifier.Info, bias []float32, weights ...float32) *classifier.Linear {
	t.Helper()
	cols := len(weights) / len(bias)
	m, err := classifier.NewLinear(kernels.Matrix{Rows: len(bias), Cols: cols, Stride: cols, Data: weights}, bias, info)
	require.NoError(t, err)
	return m
}

// scored is a model of the classes of the lecture whose scores are the features.
func scored(t *testing.T, link loss.Link) *classifier.Linear {
	return newLinear(t, classifier.Info{Classes: []string{"cat", "car", "frog"}, Link: link}, make([]float32, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1)
}

// values returns the numbers of the step whose name begins with name.
func values(t *testing.T, e look.Explanation, name string) (numbers []float64) {
	t.Helper()
	for _, s := range e.Steps {
		if strings.HasPrefix(s.Name, name) {
			for _, v := range s.Values {
				numbers = append(numbers, float64(v))
			}
			return numbers
		}
	}
	require.Fail(t, "no step", "%q among %v", name, e.Steps)
	return nil
}

// The image of four pixels of the lecture, as cat, dog and ship.
func TestExplainFourPixels(t *testing.T) {
	m := newLinear(t, classifier.Info{Classes: []string{"cat", "dog", "ship"}, Shape: classifier.Shape{Height: 2, Width: 2, Channels: 1}},
		[]float32{1.1, 3.2, -1.2}, 0.2, -0.5, 0.1, 2, 1.5, 1.3, 2.1, 0, 0, 0.25, 0.2, -0.3)
	e, err := look.Explain(m, nil, []float32{56, 231, 24, 2}, 0, loss.WestonWatkins{})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{-96.8, 437.9, 60.75}, values(t, e, "= score"), 1e-4)
	d := svg(t, e.Figure)
	require.Len(t, d.images, 1+3+3+2)
	d.shows(t, "Taken for dog.", "The true class is cat.", "cat", "dog", "ship", "template", "template × image",
		"feature 0: 56 × w", "11.20", "84.00", "0.00",
		"feature 1: 231 × w", "−115.50", "300.30", "57.75",
		"+ bias", "1.10", "3.20", "−1.20", "= score", "−96.80", "437.90", "60.75",
		"—", "535.70", "158.55", "—", "535.70", "158.55")
}

// The losses of the cat, the car and the frog of the lecture.
func TestExplainHinge(t *testing.T) {
	m := scored(t, loss.NoLink)
	for label, c := range []struct {
		scores []float32
		terms  []float64
		loss   float64
	}{
		{[]float32{3.2, 5.1, -1.7}, []float64{math.NaN(), 2.9, 0}, 2.9},
		{[]float32{1.3, 4.9, 2.0}, []float64{0, math.NaN(), 0}, 0},
		{[]float32{2.2, 2.5, -3.1}, []float64{6.3, 6.6, math.NaN()}, 12.9},
	} {
		e, err := look.Explain(m, nil, c.scores, label, loss.WestonWatkins{})
		require.NoError(t, err)
		assert.InDeltaSlice(t, c.terms, values(t, e, "max(0"), 1e-6)
		assert.InDelta(t, c.loss, e.Loss, 1e-6)
		svg(t, e.Figure).shows(t, fmt.Sprintf("Loss (Weston–Watkins hinge): %.4f.", c.loss))
	}
}

// The three steps of the softmax of the cat of the lecture.
func TestExplainSoftmax(t *testing.T) {
	e, err := look.Explain(scored(t, loss.SoftmaxLink), nil, []float32{3.2, 5.1, -1.7}, 0, loss.Softmax{})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{24.5, 164.0, 0.18}, values(t, e, "exp"), 0.05)
	assert.InDeltaSlice(t, []float64{0.13, 0.87, 0}, values(t, e, "normalized"), 0.005)
	assert.InDelta(t, 2.04, e.Loss, 0.005)
	svg(t, e.Figure).shows(t, "Taken for car, with a probability of 86.9 %.", "unnormalized", "log-probability", "3.2000", "5.1000", "−1.7000",
		"exp(score): unnormalized", "24.53", "164", "0.1827", "0.12998", "0.86905", "0.00097", "2.0404", "—")
}

// Exponentials that float64 cannot hold are shown for the difference to the largest.
func TestExplainLargeScores(t *testing.T) {
	e, err := look.Explain(scored(t, loss.SoftmaxLink), nil, []float32{2000, 1990, -3e8}, -1, nil)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{1, math.Exp(-10), 0}, values(t, e, "exp(score − largest)"), 1e-12)
	d := svg(t, e.Figure)
	d.shows(t, "The true class is not known.", "1", "4.54e−05", "0")
}

// The terms of each loss are its own: they add up to it, or the largest is it.
func TestTermsAreThoseOfTheLoss(t *testing.T) {
	m := scored(t, loss.NoLink)
	pair := newLinear(t, classifier.Info{Classes: []string{"a", "b"}}, make([]float32, 2), 0, 0, 1, 1)
	for _, l := range []loss.Loss{
		loss.Softmax{}, loss.WestonWatkins{Margin: 2}, loss.SquaredWestonWatkins{}, loss.CrammerSinger{},
		loss.Logistic{}, loss.Hinge{Margin: 0.5}, loss.SquaredHinge{},
	} {
		for label := range 3 {
			for _, c := range []struct {
				m *classifier.Linear
				x []float32
			}{{m, []float32{0.5, -0.25, 1}}, {m, []float32{-3, 4, 0}}, {pair, []float32{0.5, 0.25}}} {
				if label >= len(c.m.Classes()) {
					continue
				}
				e, err := look.Explain(c.m, nil, c.x, label, l)
				require.NoError(t, err)
				scores := values(t, e, "= score")
				assert.Equal(t, l.At(scores[len(scores)-l.Outputs(len(scores)):], label), e.Loss)
				var sum, most float64
				for _, v := range e.Steps[len(e.Steps)-1].Values {
					if v == v {
						sum += float64(v)
						most = max(most, float64(v))
					}
				}
				if _, ok := l.(loss.CrammerSinger); ok {
					sum = most
				}
				assert.InDelta(t, e.Loss, sum, 1e-12, "%v, label %d, %v", l, label, c.x)
			}
		}
	}
}

// The numbers of a real image are those of the model.
func TestExplainImage(t *testing.T) {
	c := model(t)
	x, scores, p := make([]float32, c.set.Features()), make([]float32, 10), make([]float32, 10)
	c.set.Row(x, 7)
	c.model.Scores(scores, x)
	require.NoError(t, c.model.Probabilities(p, x))
	e, err := look.Explain(c.model, c.set, x, c.set.Label(7), loss.Softmax{})
	require.NoError(t, err)
	e.Name = "row 7"
	sums, biases := values(t, e, "Σ"), values(t, e, "+ bias")
	for class := range scores {
		assert.Equal(t, float64(scores[class]), values(t, e, "= score")[class])
		assert.Equal(t, float64(p[class]), values(t, e, "normalized")[class])
		assert.InDelta(t, float64(scores[class]), sums[class]+biases[class], 1e-4)
	}
	d := svg(t, e.Figure)
	require.Len(t, d.images, 1+10+10+2)
	d.shows(t, "A prediction explained: row 7", "template", "template × image")
	for _, v := range p {
		assert.Contains(t, d.texts, strconv.FormatFloat(float64(v), 'f', 5, 64))
	}
}

// A calibrated model has a step more, and its probabilities follow from that.
func TestExplainCalibrated(t *testing.T) {
	info := classifier.Info{Classes: []string{"a", "b"}, Link: loss.SigmoidLink, Calibration: classifier.Calibration{Slope: []float32{2, 1}, Offset: []float32{1, 0}}}
	e, err := look.Explain(newLinear(t, info, make([]float32, 2), 1, -1), nil, []float32{1}, 1, loss.Hinge{})
	require.NoError(t, err)
	assert.Equal(t, []float64{3, -1}, values(t, e, "calibrated"))
	sigmoids := values(t, e, "σ")
	assert.InDeltaSlice(t, []float64{1 / (1 + math.Exp(-3)), 1 / (1 + math.E)}, sigmoids, 1e-12)
	assert.InDelta(t, sigmoids[0]/(sigmoids[0]+sigmoids[1]), values(t, e, "normalized")[0], 1e-6)
}

// Of many classes the best ten are shown, the true one among them.
func TestExplainManyClasses(t *testing.T) {
	info, weights := classifier.Info{}, make([]float32, 30)
	for i := range 30 {
		info.Classes, weights[i] = append(info.Classes, fmt.Sprintf("class %d", i)), float32(i)
	}
	e, err := look.Explain(newLinear(t, info, make([]float32, 30), weights...), nil, []float32{1}, 3, loss.WestonWatkins{})
	require.NoError(t, err)
	d := svg(t, e.Figure)
	d.shows(t, "10 of 30 classes: those with the highest scores, and the true one.", "class 29", "class 28", "class 21", "class 3")
	assert.NotContains(t, d.texts, "class 20")
}

// Of many features that are no image, those are listed that make the difference.
func TestExplainManyFeatures(t *testing.T) {
	weights, x := make([]float32, 2*100), make([]float32, 100)
	for i := range x {
		x[i], weights[i], weights[100+i] = 1, float32(i), float32(i)-1
	}
	weights[100+42] = 50 // for b: 42 less 50
	e, err := look.Explain(newLinear(t, classifier.Info{Classes: []string{"a", "b"}}, make([]float32, 2), weights...), nil, x, 1, nil)
	require.NoError(t, err)
	d := svg(t, e.Figure)
	d.shows(t, "16 of 100 features: those that count most for a against b.", "feature 42: 1 × w", "42.0", "50.0",
		"feature 0: 1 × w", "0.0", "−1.0", "feature 14: 1 × w", "84 other features", "= score", "4950.0", "4859.0")
	assert.NotContains(t, d.texts, "feature 15: 1 × w")
}

// A model of one class always says the same, whatever counts for it.
func TestExplainOneClass(t *testing.T) {
	m := newLinear(t, classifier.Info{Classes: []string{"a"}}, make([]float32, 1), make([]float32, 20)...)
	for _, label := range []int{-1, 0} {
		e, err := look.Explain(m, nil, make([]float32, 20), label, loss.WestonWatkins{})
		require.NoError(t, err)
		svg(t, e.Figure).shows(t, "16 of 20 features: those that count most for a.", "Taken for a.", "feature 0: 0 × w", "4 other features")
	}
}

func TestExplainRefuses(t *testing.T) {
	m := scored(t, loss.NoLink)
	_, err := look.Explain(m, nil, []float32{1, float32(math.Inf(1)), 0}, 0, nil)
	assert.ErrorContains(t, err, "the score of cat is NaN")
	_, err = look.Explain(m, nil, make([]float32, 3), 3, nil)
	assert.EqualError(t, err, "look: the label 3 is none of 3 classes")
	assert.PanicsWithValue(t, "look: Explain: 2 features for a model of 3", func() { _, _ = look.Explain(m, nil, make([]float32, 2), 0, nil) })
}
