package classifier_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/kernels"
)

// blobs are n examples about one centre for each class, of integers from 0 to 20.
func blobs(n, features, classes int) *classifier.Table {
	r := rand.New(rand.NewPCG(uint64(n), uint64(features)))
	t := &classifier.Table{X: kernels.NewMatrix(n, features), Y: make([]int, n)}
	for c := range classes {
		t.Names = append(t.Names, fmt.Sprint("class ", c))
	}
	for i := range n {
		t.Y[i] = r.IntN(classes)
		for f := range t.X.Row(i) {
			centre := 4
			if f%classes == t.Y[i] {
				centre = 16
			}
			t.X.Row(i)[f] = float32(centre + r.IntN(9) - 4)
		}
	}
	return t
}

// bytesOf is the same examples in bytes.
func bytesOf(t *classifier.Table) *classifier.Labelled[uint8] {
	b := &classifier.Labelled[uint8]{X: kernels.NewDense[uint8](t.X.Rows, t.X.Cols), Y: t.Y, Names: t.Names}
	for i := range t.X.Rows {
		for f, v := range t.X.Row(i) {
			b.X.Row(i)[f] = uint8(v)
		}
	}
	return b
}

// losses are the losses that SGD is tested with.
var losses = []kernels.Loss{
	kernels.CrossEntropy{}, kernels.WestonWatkins{Margin: 1},
	kernels.SquaredWestonWatkins{Margin: 1}, kernels.CrammerSinger{Margin: 1},
}

// sgd is a training as NewSGD gives it, with changes.
func sgd(loss kernels.Loss, change func(*classifier.SGD)) classifier.SGD {
	c := classifier.NewSGD(loss)
	change(&c)
	return c
}

func accuracy(t *testing.T, m classifier.Predictor, ex classifier.Examples) float64 {
	predicted := make([]int, ex.Len())
	require.NoError(t, m.PredictAll(context.Background(), predicted, ex, 0))
	e, err := classifier.Evaluate(predicted, ex)
	require.NoError(t, err)
	return e.Accuracy()
}

func TestTrainLearns(t *testing.T) {
	ex := blobs(500, 12, 4)
	many := blobs(800, 80, 40) // scores in the chain form
	for _, loss := range losses {
		for _, ex := range []*classifier.Table{ex, many} {
			var epochs []float64
			c := sgd(loss, func(c *classifier.SGD) {
				c.Epochs, c.LearningRate, c.L2 = 30, 0.01, 1e-4
				c.Progress = func(p classifier.Progress) {
					epochs = append(epochs, p.Loss)
					assert.Equal(t, len(epochs), p.Epoch)
					assert.Positive(t, p.Penalty)
				}
			})
			m, err := c.Train(context.Background(), ex)
			require.NoError(t, err)
			assert.Len(t, epochs, 30)
			assert.Less(t, epochs[29], epochs[0]/2, "%T", loss)
			assert.Greater(t, accuracy(t, m, ex), 0.98, "%T, %d classes", loss, len(ex.Names))
		}
	}
}

// The gradient that a step follows is that of the objective: finite differences.
// The loss of Crammer and Singer has none at weights of zero, a kink.
func TestStepFollowsTheObjective(t *testing.T) {
	floats := blobs(64, 5, 3)
	const rate, lambda = 1e-3, 0.05
	for _, ex := range []classifier.Examples{floats, bytesOf(floats)} {
		for _, loss := range losses[:3] {
			step := sgd(loss, func(c *classifier.SGD) {
				c.Epochs, c.Batch, c.LearningRate, c.Momentum, c.L2, c.Scaling = 1, 64, rate, 0, lambda, classifier.Unscaled
			})
			objective := func(w kernels.Matrix, b []float32) float64 {
				sum := 0.0
				for i, y := range floats.Y {
					s := make([]float64, 3)
					for j := range s {
						s[j] = float64(b[j])
						for f, x := range floats.X.Row(i) {
							s[j] += float64(w.Row(j)[f]) * float64(x)
						}
					}
					sum += float64Loss(loss, s, y)
				}
				for _, v := range w.Data {
					sum += lambda * float64(len(floats.Y)) * float64(v) * float64(v)
				}
				return sum / float64(len(floats.Y))
			}
			// The first step starts at zero, with the full rate: W = −η·gradient.
			m, err := step.Train(context.Background(), ex)
			require.NoError(t, err)
			w, b := kernels.NewMatrix(3, 5), make([]float32, 3)
			slope := func(v *float32) float64 {
				const h = 1e-3
				*v = h
				up := objective(w, b)
				*v = -h
				down := objective(w, b)
				*v = 0
				return (up - down) / (2 * h)
			}
			for j := range 3 {
				template := make([]float32, 5)
				m.Template(template, j)
				for f, got := range template {
					assert.InDelta(t, slope(&w.Row(j)[f]), float64(-got)/rate, 0.06, "%T: W[%d][%d] of %T", loss, j, f, ex)
				}
				assert.InDelta(t, slope(&b[j]), float64(-m.Bias(j))/rate, 0.06, "%T: b[%d] of %T", loss, j, ex)
			}
		}
	}
}

// float64Loss is the loss of a row of scores by its formula.
func float64Loss(loss kernels.Loss, s []float64, y int) float64 {
	sum := 0.0
	for j, v := range s {
		d := v - s[y]
		switch {
		case loss == kernels.CrossEntropy{}:
			sum += math.Exp(d)
		case j == y:
		case loss == kernels.SquaredWestonWatkins{Margin: 1}:
			sum += max(0, d+1) * max(0, d+1)
		default:
			sum += max(0, d+1)
		}
	}
	if (loss == kernels.CrossEntropy{}) {
		return math.Log(sum)
	}
	return sum
}

func TestTrainRefuses(t *testing.T) {
	table := func(change func(*classifier.Table)) *classifier.Table {
		t := blobs(4, 2, 2)
		change(t)
		return t
	}
	softmax := classifier.NewSGD(kernels.CrossEntropy{})
	with := func(change func(*classifier.SGD)) classifier.SGD { return sgd(kernels.CrossEntropy{}, change) }
	for message, c := range map[string]struct {
		config classifier.SGD
		ex     *classifier.Table
	}{
		"classifier: row 2: label 2, with 2 classes":           {softmax, table(func(t *classifier.Table) { t.Y[2] = 2 })},
		"classifier: row 1: label -1, with 2 classes":          {softmax, table(func(t *classifier.Table) { t.Y[1] = -1 })},
		"classifier: row 3: feature 1 is NaN":                  {softmax, table(func(t *classifier.Table) { t.X.Row(3)[1] = float32(math.NaN()) })},
		"classifier: row 0: feature 0 is -Inf":                 {softmax, table(func(t *classifier.Table) { t.X.Row(0)[0] = float32(math.Inf(-1)) })},
		"classifier: no examples":                              {softmax, &classifier.Table{Names: []string{"a"}}},
		"classifier: 4 rows and 3 labels":                      {softmax, table(func(t *classifier.Table) { t.Y = t.Y[:3] })},
		"classifier: no classes":                               {softmax, table(func(t *classifier.Table) { t.Names = nil })},
		"classifier: learning rate 0":                          {with(func(c *classifier.SGD) { c.LearningRate = 0 }), blobs(4, 2, 2)},
		"classifier: learning rate -1":                         {with(func(c *classifier.SGD) { c.LearningRate = -1 }), blobs(4, 2, 2)},
		"classifier: L2 penalty NaN":                           {with(func(c *classifier.SGD) { c.L2 = float32(math.NaN()) }), blobs(4, 2, 2)},
		"classifier: momentum 1":                               {with(func(c *classifier.SGD) { c.Momentum = 1 }), blobs(4, 2, 2)},
		"classifier: momentum -0.5":                            {with(func(c *classifier.SGD) { c.Momentum = -0.5 }), blobs(4, 2, 2)},
		"classifier: no loss, such as kernels.CrossEntropy{}":  {with(func(c *classifier.SGD) { c.Loss = nil }), blobs(4, 2, 2)},
		"classifier: margin 0":                                 {with(func(c *classifier.SGD) { c.Loss = kernels.WestonWatkins{} }), blobs(4, 2, 2)},
		"classifier: margin +Inf":                              {with(func(c *classifier.SGD) { c.Loss = kernels.CrammerSinger{Margin: float32(math.Inf(1))} }), blobs(4, 2, 2)},
		"classifier: 0 epochs with a batch size of 128":        {with(func(c *classifier.SGD) { c.Epochs = 0 }), blobs(4, 2, 2)},
		"classifier: 20 epochs with a batch size of -1":        {with(func(c *classifier.SGD) { c.Batch = -1 }), blobs(4, 2, 2)},
		"classifier: unknown scaling Scaling(9)":               {with(func(c *classifier.SGD) { c.Scaling = 9 }), blobs(4, 2, 2)},
		"classifier: no loss, such as kernels.CrossEntropy{} ": {classifier.SGD{Epochs: 1, Batch: 1, LearningRate: 1}, blobs(4, 2, 2)},
	} {
		m, err := c.config.Train(context.Background(), c.ex)
		assert.EqualError(t, err, strings.TrimSpace(message))
		assert.Nil(t, m)
	}
}

// A training that diverged is an error in whichever step it does, and when it is
// cancelled afterwards.
func TestDivergenceIsAnError(t *testing.T) {
	noise := blobs(40, 2, 2) // of classes that cannot be told apart
	for i := range noise.Y {
		noise.Y[i] = i % 2
	}
	for name, change := range map[string]func(*classifier.SGD){
		"rate, two epochs":                 func(c *classifier.SGD) { c.LearningRate, c.Batch, c.Epochs = 3e38, 1, 2 },
		"rate, in the only step":           func(c *classifier.SGD) { c.LearningRate, c.Batch, c.Epochs = 3e38, 40, 1 },
		"penalty, in the only step":        func(c *classifier.SGD) { c.L2, c.Batch, c.Epochs = 3e38, 40, 1 },
		"finite, but worse than no weight": func(c *classifier.SGD) { c.LearningRate, c.Batch = 1e6, 20 },
	} {
		for _, loss := range losses {
			for _, ex := range []classifier.Examples{noise, bytesOf(noise)} {
				m, err := sgd(loss, change).Train(context.Background(), ex)
				assert.ErrorContains(t, err, "training diverged", "%s: %T, %T", name, loss, ex)
				assert.Nil(t, m)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := sgd(kernels.CrossEntropy{}, func(c *classifier.SGD) {
		c.LearningRate, c.Batch, c.Epochs = 3e38, 40, 9
		c.Progress = func(classifier.Progress) { cancel() }
	})
	m, err := c.Train(ctx, noise)
	assert.ErrorContains(t, err, "training diverged")
	assert.Nil(t, m)
}

// A cancelled training returns the model of the steps so far.
func TestTrainStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	epochs := 0
	c := sgd(kernels.CrossEntropy{}, func(c *classifier.SGD) {
		c.Epochs = 1000
		c.Progress = func(p classifier.Progress) {
			if epochs = p.Epoch; epochs == 20 {
				cancel()
			}
		}
	})
	ex := blobs(200, 6, 3)
	m, err := c.Train(ctx, ex)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 20, epochs)
	require.NotNil(t, m)
	assert.Greater(t, accuracy(t, m, ex), 0.9)

	m, err = c.Train(ctx, ex) // before the first step
	assert.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, m)
	assert.Zero(t, m.Bias(0))
}

func TestNoMomentumIsNoMomentum(t *testing.T) {
	train := func(momentum float32) float32 {
		m, err := sgd(kernels.CrossEntropy{}, func(c *classifier.SGD) { c.Momentum = momentum }).Train(context.Background(), blobs(200, 6, 3))
		require.NoError(t, err)
		return m.Bias(0)
	}
	assert.NotEqual(t, train(0), train(0.9))
	assert.NotEqual(t, train(0), train(0.1))
}

// The model knows what its scores are, and the images that it was trained on.
func TestTrainedModelKnowsItself(t *testing.T) {
	train, _, err := fashion.Load()
	require.NoError(t, err)
	for loss, link := range map[kernels.Loss]classifier.Link{
		kernels.CrossEntropy{}: classifier.SoftmaxLink, kernels.WestonWatkins{Margin: 1}: classifier.NoLink,
	} {
		m, err := sgd(loss, func(c *classifier.SGD) { c.Epochs = 1 }).Train(context.Background(), train)
		require.NoError(t, err)
		assert.Equal(t, classifier.Info{
			Classes: train.Classes(), Shape: classifier.Shape{Height: 28, Width: 28, Channels: 1}, Link: link,
		}, m.Info())
	}
	m, err := classifier.NewSGD(kernels.CrossEntropy{}).Train(context.Background(), blobs(20, 4, 2))
	require.NoError(t, err)
	assert.Zero(t, m.Info().Shape)
}
