package classifier_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// blobs are n examples about one centre for each class, of small integers.
func blobs(n, features, classes int) *classifier.Table {
	r := rand.New(rand.NewPCG(uint64(n), uint64(features)))
	t := &classifier.Table{X: kernels.NewMatrix(n, features), Y: make([]int, n)}
	for c := range classes {
		t.Names = append(t.Names, fmt.Sprint("class ", c))
	}
	for i := range n {
		t.Y[i] = r.IntN(classes)
		for f := range t.X.Row(i) {
			centre := 0
			if f%classes == t.Y[i] {
				centre = 12
			}
			t.X.Row(i)[f] = float32(centre + r.IntN(9) - 4)
		}
	}
	return t
}

func accuracy(t *testing.T, predict func(x []float32) int, ex classifier.Examples) float64 {
	predicted, x := make([]int, ex.Len()), make([]float32, ex.Features())
	for i := range predicted {
		ex.Row(x, i)
		predicted[i] = predict(x)
	}
	e, err := classifier.Evaluate(predicted, ex)
	require.NoError(t, err)
	return e.Accuracy()
}

func TestTrainLearns(t *testing.T) {
	ex := blobs(500, 12, 4)
	many := blobs(800, 80, 40) // scores in the chain form
	for _, loss := range []classifier.Loss{classifier.Softmax, classifier.Hinge} {
		for _, ex := range []*classifier.Table{ex, many} {
			var losses []float64
			c := classifier.SGD{Loss: loss, Epochs: 30, LearningRate: 0.01, L2: 1e-4, Progress: func(p classifier.Progress) {
				losses = append(losses, p.Loss)
				assert.Equal(t, len(losses), p.Epoch)
				assert.Positive(t, p.Penalty)
			}}
			m, err := c.Train(context.Background(), ex)
			require.NoError(t, err)
			assert.Len(t, losses, 30)
			assert.Less(t, losses[29], losses[0]/2)
			assert.Greater(t, accuracy(t, m.Predict, ex), 0.98, "%v, %d classes", loss, len(ex.Names))
		}
	}
}

// The gradient that a step takes is that of the objective: finite differences.
func TestStepFollowsTheObjective(t *testing.T) {
	ex := blobs(64, 5, 3)
	const rate, lambda = 1e-3, 0.05
	for _, loss := range []classifier.Loss{classifier.Softmax, classifier.Hinge} {
		train := func(epochs int) *classifier.Linear {
			m, err := classifier.SGD{Loss: loss, Epochs: epochs, Batch: 64, LearningRate: rate, Momentum: -1, L2: lambda, Raw: true}.
				Train(context.Background(), ex)
			require.NoError(t, err)
			return m
		}
		objective := func(w kernels.Matrix, b []float32) float64 {
			m, err := classifier.NewLinear(w, b, classifier.Info{Classes: ex.Names})
			require.NoError(t, err)
			sum, s := 0.0, make([]float32, 3)
			for i := range ex.Len() {
				m.Scores(s, ex.X.Row(i))
				sum += float64Loss(loss, s, ex.Y[i])
			}
			for _, v := range w.Data {
				sum += lambda * float64(ex.Len()) * float64(v) * float64(v)
			}
			return sum / float64(ex.Len())
		}
		// The first step starts at zero, with the full rate: W = −η·gradient.
		m := train(1)
		w, b := kernels.NewMatrix(3, 5), make([]float32, 3)
		const h = 1e-2
		for j := range 3 {
			template := make([]float32, 5)
			m.Template(template, j)
			for f, got := range template {
				w.Row(j)[f] = h
				up := objective(w, b)
				w.Row(j)[f] = -h
				down := objective(w, b)
				w.Row(j)[f] = 0
				assert.InDelta(t, (up-down)/(2*h), float64(-got)/rate, 0.05, "%v: W[%d][%d]", loss, j, f)
			}
			b[j] = h
			up := objective(w, b)
			b[j] = -h
			down := objective(w, b)
			b[j] = 0
			assert.InDelta(t, (up-down)/(2*h), float64(-m.Bias(j))/rate, 0.05, "%v: b[%d]", loss, j)
		}
	}
}

func float64Loss(loss classifier.Loss, s []float32, y int) float64 {
	sum := 0.0
	for j, v := range s {
		d := float64(v) - float64(s[y])
		switch {
		case loss == classifier.Softmax:
			sum += math.Exp(d)
		case j != y:
			sum += max(0, d+1)
		}
	}
	if loss == classifier.Softmax {
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
	for message, c := range map[string]struct {
		config classifier.SGD
		ex     *classifier.Table
	}{
		"classifier: row 2: label 2, with 2 classes":                                {ex: table(func(t *classifier.Table) { t.Y[2] = 2 })},
		"classifier: row 1: label -1, with 2 classes":                               {ex: table(func(t *classifier.Table) { t.Y[1] = -1 })},
		"classifier: row 3: feature 1 is NaN":                                       {ex: table(func(t *classifier.Table) { t.X.Row(3)[1] = float32(math.NaN()) })},
		"classifier: row 0: feature 0 is -Inf":                                      {ex: table(func(t *classifier.Table) { t.X.Row(0)[0] = float32(math.Inf(-1)) })},
		"classifier: no examples":                                                   {ex: &classifier.Table{Names: []string{"a"}}},
		"classifier: 4 rows and 3 labels":                                           {ex: table(func(t *classifier.Table) { t.Y = t.Y[:3] })},
		"classifier: no classes":                                                    {ex: table(func(t *classifier.Table) { t.Names = nil })},
		"classifier: learning rate -1":                                              {classifier.SGD{LearningRate: -1}, blobs(4, 2, 2)},
		"classifier: L2 penalty NaN":                                                {classifier.SGD{L2: float32(math.NaN())}, blobs(4, 2, 2)},
		"classifier: momentum 1":                                                    {classifier.SGD{Momentum: 1}, blobs(4, 2, 2)},
		"classifier: unknown loss Loss(9)":                                          {classifier.SGD{Loss: 9}, blobs(4, 2, 2)},
		"classifier: -1 epochs with batches of 128":                                 {classifier.SGD{Epochs: -1}, blobs(4, 2, 2)},
		"classifier: epoch 1: the loss is NaN: the learning rate 3e+38 is too high": {classifier.SGD{LearningRate: 3e38, Batch: 1, Epochs: 2}, blobs(40, 2, 2)},
	} {
		m, err := c.config.Train(context.Background(), c.ex)
		assert.EqualError(t, err, message)
		assert.Nil(t, m)
	}
}

// A cancelled training returns the model as far as it is.
func TestTrainStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	epochs := 0
	c := classifier.SGD{Epochs: 1000, Progress: func(p classifier.Progress) {
		if epochs = p.Epoch; epochs == 20 {
			cancel()
		}
	}}
	ex := blobs(200, 6, 3)
	m, err := c.Train(ctx, ex)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 20, epochs)
	require.NotNil(t, m)
	assert.Greater(t, accuracy(t, m.Predict, ex), 0.9)
}

// Features of one value have no variance; the scale is then 1.
func TestConstantFeatures(t *testing.T) {
	ex := blobs(20, 3, 2)
	for i := range ex.X.Data {
		ex.X.Data[i] = 7
	}
	m, err := classifier.SGD{Epochs: 3}.Train(context.Background(), ex)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, m.Predict([]float32{7, 7, 7}), 0)
}
