package look_test

import (
	"context"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/kernels"
)

var ctx = context.Background()

// trained is a model of some images of clothes, with the images.
type trained struct {
	model *classifier.Linear
	set   *dataset.Set
}

var clothes = sync.OnceValues(func() (trained, error) {
	_, test, err := fashion.Load()
	if err != nil {
		return trained{}, err
	}
	var s classifier.SGD
	s.Epochs = 2
	half := make([]int, test.Len()/2)
	for i := range half {
		half[i] = 2 * i
	}
	m, _, err := s.Fit(ctx, test.Subset(half), classifier.Objective{L2: 1e-3}, classifier.Options{})
	return trained{m, test}, err
})

func model(t *testing.T) trained {
	t.Helper()
	c, err := clothes()
	require.NoError(t, err)
	return c
}

// two is a model of images of 1×2 pixels of two classes, with scores 2a − b + 1 and b.
func two(t *testing.T) *classifier.Linear {
	t.Helper()
	weights := kernels.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{2, -1, 0, 1}}
	m, err := classifier.NewLinear(weights, []float32{1, 0}, classifier.Info{
		Classes: []string{"left", "right"}, Shape: classifier.Shape{Height: 1, Width: 2, Channels: 1},
	})
	require.NoError(t, err)
	return m
}

func pair(t *testing.T, pixels []byte, labels ...int) *dataset.Set {
	t.Helper()
	set, err := dataset.New(dataset.Shape{Height: 1, Width: 2, Channels: 1}, []string{"left", "right"}, pixels, labels)
	require.NoError(t, err)
	return set
}

// table is a model of rows of three numbers.
func table(t *testing.T) *classifier.Linear {
	t.Helper()
	m, err := classifier.NewLinear(kernels.NewMatrix(2, 3), make([]float32, 2), classifier.Info{Classes: []string{"a", "b"}})
	require.NoError(t, err)
	return m
}

func TestTemplates(t *testing.T) {
	m := two(t)
	templates, err := look.NewTemplates(ctx, m, pair(t, []byte{10, 20, 30, 40, 7, 9}, 0, 0, 1))
	require.NoError(t, err)
	assert.Equal(t, [][]float64{{20, 30}, {7, 9}}, templates.Means)
	assert.Equal(t, []look.TemplateNumbers{
		{Class: "left", Least: -1, Most: 2, Norm: math.Sqrt(5), Positive: 2, Negative: -1},
		{Class: "right", Least: 0, Most: 1, Norm: 1, Positive: 1, Negative: 0},
	}, templates.Numbers())
	d := svg(t, templates.Figure)
	d.shows(t, "left", "right", "mean image", "template", "positive part", "negative part", "largest |weight|", "2", "1", "−2", "0", "+2")
	require.Len(t, d.images, 4*2+1)
	colors := look.Light.Diverging()
	want := func(image int, at ...float64) {
		t.Helper()
		for x, v := range at {
			assert.Equal(t, color.RGBAModel.Convert(colors.At(v)), color.RGBAModel.Convert(d.images[image].At(x, 0)), "image %d, pixel %d", image, x)
		}
	}
	assert.Equal(t, color.RGBA{20, 20, 20, 255}, color.RGBAModel.Convert(d.images[0].At(0, 0)), "the mean")
	want(2, 1, 0.25)   // left, of a scale up to 2
	want(3, 0.5, 0.75) // right
	want(4, 1, 0.5)    // the positive part of left
	want(6, 0.5, 0.25) // the negative one
	templates.OwnScale = true
	d = svg(t, templates.Figure)
	want(2, 1, 0.25)
	want(3, 0.5, 1)
	d.shows(t, "−largest", "0", "largest")
}

func TestTemplatesOfColours(t *testing.T) {
	weights := kernels.Matrix{Rows: 2, Cols: 3, Stride: 3, Data: []float32{1, -1, 0, 0, 0, 0}}
	m, err := classifier.NewLinear(weights, make([]float32, 2), classifier.Info{Classes: []string{"a", "b"}, Shape: classifier.Shape{Height: 1, Width: 1, Channels: 3}})
	require.NoError(t, err)
	templates, err := look.NewTemplates(ctx, m, nil)
	require.NoError(t, err)
	d := svg(t, templates.Figure)
	at := func(image int) color.Color { return color.RGBAModel.Convert(d.images[image].At(0, 0)) }
	assert.Equal(t, color.RGBA{255, 0, 128, 255}, at(0), "the template of a")
	assert.Equal(t, color.RGBA{128, 128, 128, 255}, at(1), "that of b: no weights are grey")
	assert.Equal(t, color.RGBA{255, 0, 0, 255}, at(2), "the positive part")
	assert.Equal(t, color.RGBA{0, 255, 0, 255}, at(4), "the negative part")
}

// The templates of real images, of 12 classes more than fit side by side, and of a class
// without examples.
func TestTemplatesOfManyClasses(t *testing.T) {
	c := model(t)
	templates, err := look.NewTemplates(ctx, c.model, c.set)
	require.NoError(t, err)
	require.Len(t, svg(t, templates.Figure).images, 4*10+1)
	for i := range 12 {
		templates.Classes = append(templates.Classes, fmt.Sprint("more ", i))
		templates.Weights = append(templates.Weights, templates.Weights[i%10])
		templates.Means = append(templates.Means, nil)
	}
	d := svg(t, templates.Figure)
	require.Len(t, d.images, 4*22+1)
	d.shows(t, "mean image", "mean image", "more 11", "mean image")
}

// What is no image has no picture, and the error says why.
func TestOnlyImages(t *testing.T) {
	_, err := look.NewTemplates(ctx, table(t), nil)
	assert.EqualError(t, err, "look: the 3 features of the model are not the pixels of an image")
	_, err = look.NewMistakes(ctx, table(t), pair(t, nil), 1, 1)
	assert.EqualError(t, err, "look: 3 features are no image of 1x2x1")
}

func TestMistakes(t *testing.T) {
	c := model(t)
	m, err := look.NewMistakes(ctx, c.model, c.set, 5, 0)
	require.NoError(t, err)
	r, err := classifier.Evaluate(ctx, c.model, c.set, metrics.Options{}, 0)
	require.NoError(t, err)
	assert.Equal(t, r.Examples-r.Correct, m.Errors)
	require.Len(t, m.Wrong, 5)
	require.Len(t, m.Right, 5)
	names, x, p := c.model.Classes(), make([]float32, c.set.Features()), make([]float32, 10)
	most, least := m.Wrong[4].Confidence, m.Right[4].Confidence
	for i := range c.set.Len() {
		c.set.Row(x, i)
		require.NoError(t, c.model.Probabilities(p, x))
		predicted, truth := names[c.model.Predict(x)], names[c.set.Label(i)]
		e := look.Example{Row: i, Class: truth, Predicted: predicted, Confidence: slices.Max(p), Truth: p[c.set.Label(i)]}
		shown := func(list []look.Example) bool {
			return slices.ContainsFunc(list, func(o look.Example) bool {
				return o.Row == e.Row && o.Class == e.Class && o.Predicted == e.Predicted && o.Confidence == e.Confidence && o.Truth == e.Truth
			})
		}
		if predicted != truth && e.Confidence > most {
			assert.True(t, shown(m.Wrong), "row %d", i)
		}
		if predicted == truth && e.Confidence < least {
			assert.True(t, shown(m.Right), "row %d", i)
		}
	}
	d := svg(t, m.Figure)
	require.Len(t, d.images, 10)
	assert.Equal(t, c.set.Image(m.Wrong[0].Row).At(14, 14), color.GrayModel.Convert(d.images[0].At(14, 14)))
	d.shows(t, "The most confident mistakes", fmt.Sprintf("row %d", m.Wrong[0].Row), "The least confident hits", fmt.Sprintf("row %d", m.Right[4].Row))
}

// A model without probabilities is as confident as its best score is above the next.
func TestMistakesByScores(t *testing.T) {
	m, err := look.NewMistakes(ctx, two(t), pair(t, []byte{0, 0, 1, 9, 1, 2}, 1, 0, 0), 9, 1)
	require.NoError(t, err)
	d := svg(t, m.Figure) // scores 1, 0; −6, 9; 1, 2
	d.shows(t, "right, +15", "is left", "row 1", "left, +1", "is right", "row 0", "right, +1", "is left", "row 2", "none")
}

// Scores that give no answer name their row.
func TestScoresThatAreNotFinite(t *testing.T) {
	weights := kernels.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{1, 2}}
	for x, message := range map[float32]string{
		float32(math.NaN()):  "row 1: the score of a is NaN",
		float32(math.Inf(1)): "row 1: a score is infinite, and the probabilities are NaN",
	} {
		m, err := classifier.NewLinear(weights, make([]float32, 2), classifier.Info{Classes: []string{"a", "b"}, Link: loss.SoftmaxLink})
		require.NoError(t, err)
		rows := kernels.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{1, x}}
		_, err = look.NewRankings(ctx, m, &classifier.Table{X: rows, Y: []int{0, 1}, Names: []string{"a", "b"}}, 1)
		assert.ErrorContains(t, err, message)
	}
}

func TestCalibration(t *testing.T) {
	c := model(t)
	r, err := classifier.Evaluate(ctx, c.model, c.set, metrics.Options{Bins: 5}, 0)
	require.NoError(t, err)
	d := svg(t, func(s look.Style) look.Figure {
		f, err := look.Calibration(r, s)
		require.NoError(t, err)
		return f
	})
	note := strings.Join(d.texts[:3], " ")
	assert.Contains(t, note, fmt.Sprintf("Expected calibration error %.2f %% in 5 bins", 100*float64(r.CalibrationError)))
	d.shows(t, "accuracy (share of right predictions)", "confidence (probability of the predicted class)")

	bare, err := classifier.Evaluate(ctx, two(t), pair(t, []byte{1, 2}, 0), metrics.Options{}, 0)
	require.NoError(t, err)
	_, err = look.Calibration(bare, look.Style{Theme: look.Light, Width: look.DefaultWidth})
	assert.ErrorContains(t, err, "the model has no probabilities")
	none, err := classifier.Evaluate(ctx, c.model, c.set.Subset(nil), metrics.Options{}, 0)
	require.NoError(t, err)
	_, err = look.Calibration(none, look.Style{Theme: look.Light, Width: look.DefaultWidth})
	assert.ErrorContains(t, err, "there are no examples")
}

func TestRankings(t *testing.T) {
	c := model(t)
	rankings, err := look.NewRankings(ctx, c.model, c.set, 0)
	require.NoError(t, err)
	r, err := classifier.Evaluate(ctx, c.model, c.set, metrics.Options{Areas: true}, 0)
	require.NoError(t, err)
	d := svg(t, func(s look.Style) look.Figure {
		f, err := rankings.Figure(s)
		require.NoError(t, err)
		return f
	})
	areas := rankings.Areas()
	assert.InDelta(t, float64(r.Macro.ROCArea), areas[1].ROC, 1e-12)
	assert.InDelta(t, float64(r.Macro.AveragePrecision), areas[1].AveragePrecision, 1e-12)
	for i, class := range r.Classes {
		assert.Equal(t, look.Areas{Name: class.Name, ROC: float64(class.ROCArea), AveragePrecision: float64(class.AveragePrecision)}, areas[2+i])
	}
	for _, a := range areas {
		d.shows(t, a.Name, strconv.FormatFloat(a.ROC, 'f', 4, 64), strconv.FormatFloat(a.AveragePrecision, 'f', 4, 64))
	}
}

// Of many classes, the best and the worst are named.
func TestRankingsOfManyClasses(t *testing.T) {
	rows, names, labels := kernels.NewMatrix(60, 20), []string{}, []int{}
	for i := range 60 {
		rows.Row(i)[i%20] = 1
		if i%20 == 7 {
			rows.Row(i)[8] = 2 // class 7 is taken for 8
		}
		labels = append(labels, i%20)
	}
	identity := kernels.NewMatrix(20, 20)
	for i := range 20 {
		identity.Row(i)[i] = 1
		names = append(names, fmt.Sprintf("class %d", i))
	}
	m, err := classifier.NewLinear(identity, make([]float32, 20), classifier.Info{Classes: names})
	require.NoError(t, err)
	rankings, err := look.NewRankings(ctx, m, &classifier.Table{X: rows, Y: labels, Names: names}, 1)
	require.NoError(t, err)
	d := svg(t, func(s look.Style) look.Figure {
		f, err := rankings.Figure(s)
		require.NoError(t, err)
		return f
	})
	d.shows(t, "class 0", "1.0000", "class 1", "class 2", "class 8", "micro average", "macro average")
	assert.NotContains(t, d.texts, "class 12")

	_, err = look.NewRankings(ctx, m, &classifier.Table{X: rows.Slice(0, 1), Y: labels[:1], Names: names}, 1)
	assert.ErrorContains(t, err, "a single class")
}
