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
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/internal/cpu"
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
var losses = []loss.Loss{
	loss.Softmax{}, loss.Softmax{Smoothing: 0.1}, loss.WestonWatkins{}, loss.SquaredWestonWatkins{}, loss.CrammerSinger{},
	loss.Logistic{}, loss.Hinge{}, loss.SquaredHinge{},
}

// sgd is the default SGD, with changes.
func sgd(change func(*classifier.SGD)) classifier.SGD {
	var c classifier.SGD
	change(&c)
	return c
}

// oneScale is the objective of a loss over features with one scale.
func oneScale(l loss.Loss) classifier.Objective {
	return classifier.Objective{Loss: l, Scaling: classifier.OneScale}
}

// trained is the model that SGD fits to the examples by softmax.
func trained(t *testing.T, ex classifier.Examples) *classifier.Linear {
	m, _, err := classifier.SGD{}.Fit(t.Context(), ex, oneScale(loss.Softmax{}), classifier.Options{})
	require.NoError(t, err)
	return m
}

func accuracy(t *testing.T, m classifier.Predictor, ex classifier.Examples) float64 {
	e, err := classifier.Evaluate(t.Context(), m, ex, metrics.Options{}, 0)
	require.NoError(t, err)
	return e.Accuracy
}

func TestSGDLearns(t *testing.T) {
	ex := blobs(500, 12, 4)
	many := blobs(800, 80, 40) // scores in the chain form
	for _, l := range losses {
		for _, ex := range []*classifier.Table{ex, many} {
			for _, scaling := range []classifier.Scaling{classifier.Unscaled, classifier.OneScale, classifier.PerFeature} {
				var epochs []float64
				m, report, err := sgd(func(c *classifier.SGD) { c.Epochs, c.LearningRate = 30, 0.01 }).Fit(t.Context(), ex,
					classifier.Objective{Loss: l, L2: 1e-4, Scaling: scaling}, classifier.Options{Progress: func(r classifier.Report) {
						epochs = append(epochs, r.Loss)
						assert.Equal(t, len(epochs), r.Iterations)
						assert.InDelta(t, len(epochs), r.Passes, 1e-9)
						assert.Positive(t, r.Penalty)
						assert.Equal(t, r.Loss+r.Penalty, r.Objective)
					}})
				name := fmt.Sprintf("%v, %d classes, %v", l, len(ex.Names), scaling)
				require.NoError(t, err, name)
				assert.Len(t, epochs, 30, name)
				// A smoothed loss has a floor.
				floor := map[bool]float64{true: 0.7, false: 0.5}[l == loss.Softmax{Smoothing: 0.1}]
				assert.Less(t, epochs[29], epochs[0]*floor, name)
				assert.Less(t, report.Loss, epochs[0]*floor, name)
				assert.Greater(t, accuracy(t, m, ex), 0.98, name)
			}
		}
	}
}

// The minimum that SGD comes close to is that of the objective: of every kind of bias,
// scaling and weights of rows and classes. L-BFGS finds it exactly; the gap that each
// reports bounds the difference.
func TestSGDMinimizesTheObjective(t *testing.T) {
	ex := blobs(300, 6, 3)
	for i := range ex.X.Data {
		ex.X.Data[i] -= 10 // a bias that is penalized, or none, is then no handicap
	}
	for i := range ex.Y { // no clear cut
		if i%4 == 0 {
			ex.Y[i] = (ex.Y[i] + 1) % 3
		}
	}
	weights := make([]float32, ex.Len())
	for i := range weights {
		weights[i] = float32(i % 3)
	}
	s := classifier.SGD{Epochs: 200, Batch: 30, LearningRate: 0.05, Optimizer: classifier.HeavyBall{Momentum: 0.9}}
	for _, l := range []loss.Loss{loss.Softmax{}, loss.Logistic{}, loss.SquaredHinge{}} {
		for _, scaling := range []classifier.Scaling{classifier.Unscaled, classifier.OneScale, classifier.PerFeature} {
			for _, o := range []classifier.Objective{
				{L2: 0.01}, {L2: 0.01, Bias: classifier.PenalizedBias}, {L2: 0.02, Bias: classifier.NoBias},
				{L2: 0.01, Balanced: true, ClassWeights: []float32{1, 3, 0.5}},
			} {
				o.Loss, o.Scaling = l, scaling
				options := classifier.Options{Weights: weights}
				_, want, err := classifier.LBFGS{Tolerance: 1e-6}.Fit(t.Context(), ex, o, options)
				require.NoError(t, err)
				_, got, err := s.Fit(t.Context(), ex, o, options)
				require.NoError(t, err)
				assert.InEpsilon(t, want.Objective, got.Objective, 2e-3, "%+v", o)
				assert.GreaterOrEqual(t, got.Gap, got.Objective-want.Objective-1e-5, "%+v", o)
			}
		}
	}
}

// With an L1 penalty and batches of all examples the features that say nothing have
// weights of zero. With any batch the gap says how near the minimum is.
func TestSGDWithL1HasZeros(t *testing.T) {
	ex := normal(1000, 12)
	r := rand.New(rand.NewPCG(3, 3))
	for i := range ex.Y {
		for f := 6; f < 12; f++ {
			ex.X.Row(i)[f] = float32(r.NormFloat64())
		}
	}
	for _, o := range []classifier.Objective{
		{L1: 0.03}, {L1: 0.03, L2: 0.01}, {L1: 0.03, Scaling: classifier.OneScale},
	} {
		for _, momentum := range []float32{0, 0.9} {
			s := classifier.SGD{Epochs: 100, LearningRate: 0.3 * (1 - momentum), Optimizer: classifier.HeavyBall{Momentum: momentum}}
			_, report, err := s.Fit(t.Context(), ex, o, classifier.Options{})
			require.NoError(t, err)
			assert.Less(t, report.Gap, 0.02*report.Objective, "%+v", o)
			s.Batch, s.Epochs, s.LearningRate = 1000, 400, 2*(1-momentum)
			m, report, err := s.Fit(t.Context(), ex, o, classifier.Options{})
			require.NoError(t, err)
			assert.Less(t, report.Gap, 1e-3*report.Objective, "%+v", o)
			template, zeros, others := make([]float32, 12), 0, 0
			for class := range 3 {
				m.Template(template, class)
				for f, v := range template {
					if v == 0 && f >= 6 {
						zeros++
					} else if v != 0 && f < 6 {
						others++
					}
				}
			}
			assert.GreaterOrEqual(t, zeros, 16, "of 18: %+v", o)
			assert.Greater(t, others, 6, "%+v", o)
		}
	}
}

// A fit has the same bits on every instruction set and with any number of workers, with
// batches whose losses are computed by several of them, too.
func TestSGDOneAnswer(t *testing.T) {
	ex := blobs(3600, 45, 40)
	s := classifier.SGD{Epochs: 2, Batch: 3500, LearningRate: 0.1, Optimizer: classifier.HeavyBall{Momentum: 0.9}}
	for _, o := range []classifier.Objective{
		{Loss: loss.Logistic{}, L1: 1e-3, Scaling: classifier.PerFeature},
		{Loss: loss.Softmax{Smoothing: 0.1}, L2: 1e-3, Balanced: true},
		{Loss: loss.CrammerSinger{}, Bias: classifier.PenalizedBias, L2: 1e-3},
	} {
		for _, ex := range []classifier.Examples{ex, bytesOf(ex)} {
			var want []float32
			var report classifier.Report
			for _, isa := range cpu.Available() {
				for _, workers := range []int{1, 2, 7} {
					restore := cpu.Use(isa)
					m, r, err := s.Fit(t.Context(), ex, o, classifier.Options{Workers: workers})
					restore()
					require.NoError(t, err)
					r.Elapsed = 0
					var got []float32
					template := make([]float32, m.Features())
					for class := range m.Classes() {
						m.Template(template, class)
						got = append(append(got, template...), m.Bias(class))
					}
					if want == nil {
						want, report = got, r
					}
					require.Equal(t, want, got, "%+v, %T, %v, %d workers", o, ex, isa, workers)
					require.Equal(t, report, r, "%+v, %T, %v, %d workers", o, ex, isa, workers)
				}
			}
		}
	}
}

// A fit that starts from a model goes on from it.
func TestSGDStartsFromAModel(t *testing.T) {
	ex := blobs(300, 6, 3)
	for _, scaling := range []classifier.Scaling{classifier.Unscaled, classifier.OneScale, classifier.PerFeature} {
		o := classifier.Objective{L2: 1e-3, Scaling: scaling}
		m, best, err := classifier.LBFGS{Tolerance: 1e-6}.Fit(t.Context(), ex, o, classifier.Options{})
		require.NoError(t, err)
		s := sgd(func(c *classifier.SGD) { c.Epochs, c.LearningRate = 1, 1e-9 })
		_, warm, err := s.Fit(t.Context(), ex, o, classifier.Options{Start: m})
		require.NoError(t, err)
		assert.InEpsilon(t, best.Objective, warm.Objective, 1e-4)
	}
}

// The gradient that a step follows is that of the objective: finite differences. The
// hinge of the best other class has none at weights of zero, a kink.
func TestStepFollowsTheObjective(t *testing.T) {
	floats := blobs(64, 5, 3)
	const rate = 1e-3
	deviation, mean := 0.0, make([]float64, 5)
	for i := range floats.Y {
		for f, v := range floats.X.Row(i) {
			mean[f] += float64(v) / 64
		}
	}
	for i := range floats.Y {
		for f, v := range floats.X.Row(i) {
			deviation += (float64(v) - mean[f]) * (float64(v) - mean[f]) / (5 * 64)
		}
	}
	deviation = math.Sqrt(deviation)
	for _, ex := range []classifier.Examples{floats, bytesOf(floats)} {
		for _, l := range losses {
			if l == (loss.CrammerSinger{}) {
				continue
			}
			objective := func(w kernels.Matrix, b []float32) (mean64 float64) {
				for i, y := range floats.Y {
					s := make([]float64, 3)
					for j := range s {
						s[j] = float64(b[j])
						for f, x := range floats.X.Row(i) {
							s[j] += float64(w.Row(j)[f]) * (float64(x) - mean[f]) / deviation
						}
					}
					mean64 += l.At(s, y) / 64
				}
				return mean64
			}
			// The first step starts at zero, with the full rate: W = −η·gradient of the
			// features that are scaled.
			m, _, err := classifier.SGD{Epochs: 1, Batch: 64, LearningRate: rate}.Fit(t.Context(), ex, oneScale(l), classifier.Options{})
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
				template, bias := make([]float32, 5), float64(m.Bias(j))
				m.Template(template, j)
				for f, got := range template {
					bias += float64(got) * mean[f]
					assert.InDelta(t, slope(&w.Row(j)[f]), -float64(got)*deviation/rate, 3e-3, "%v: W[%d][%d] of %T", l, j, f, ex)
				}
				assert.InDelta(t, slope(&b[j]), -bias/rate, 3e-3, "%v: b[%d] of %T", l, j, ex)
			}
		}
	}
}

func TestSGDRefuses(t *testing.T) {
	table := func(change func(*classifier.Table)) *classifier.Table {
		t := blobs(4, 2, 2)
		t.Y = []int{0, 1, 0, 1}
		change(t)
		return t
	}
	same := table(func(*classifier.Table) {})
	softmax, one := oneScale(loss.Softmax{}), classifier.SGD{}
	for message, c := range map[string]struct {
		solver    classifier.SGD
		objective classifier.Objective
		ex        *classifier.Table
	}{
		"classifier: row 2: label 2, with 2 classes":                         {one, softmax, table(func(t *classifier.Table) { t.Y[2] = 2 })},
		"classifier: row 1: label -1, with 2 classes":                        {one, softmax, table(func(t *classifier.Table) { t.Y[1] = -1 })},
		"classifier: row 3: feature 1 is NaN":                                {one, softmax, table(func(t *classifier.Table) { t.X.Row(3)[1] = float32(math.NaN()) })},
		"classifier: row 0: feature 0 is -Inf":                               {one, softmax, table(func(t *classifier.Table) { t.X.Row(0)[0] = float32(math.Inf(-1)) })},
		"classifier: no examples":                                            {one, softmax, &classifier.Table{Names: []string{"a"}}},
		"classifier: 4 rows and 3 labels":                                    {one, softmax, table(func(t *classifier.Table) { t.Y = t.Y[:3] })},
		"classifier: no classes":                                             {one, softmax, table(func(t *classifier.Table) { t.Names = nil })},
		"classifier: all examples are of one class, class 0: want 2 or more": {one, softmax, table(func(t *classifier.Table) { t.Y = make([]int, 4) })},
		"classifier: learning rate NaN":                                      {classifier.SGD{LearningRate: float32(math.NaN())}, softmax, same},
		"classifier: learning rate -1":                                       {classifier.SGD{LearningRate: -1}, softmax, same},
		"classifier: momentum 1":                                             {classifier.SGD{Optimizer: classifier.HeavyBall{Momentum: 1}}, softmax, same},
		"classifier: momentum -0.5":                                          {classifier.SGD{Optimizer: classifier.HeavyBall{Momentum: -0.5}}, softmax, same},
		"classifier: -1 epochs with a batch size of 128":                     {classifier.SGD{Epochs: -1}, softmax, same},
		"classifier: 20 epochs with a batch size of -1":                      {classifier.SGD{Batch: -1}, softmax, same},
		"classifier: penalty NaN, want 0 or more":                            {one, classifier.Objective{L2: math.NaN()}, same},
		"classifier: unknown scaling Scaling(9)":                             {one, classifier.Objective{Scaling: 9}, same},
		"classifier: loss: margin +Inf, want a positive number":              {one, classifier.Objective{Loss: loss.CrammerSinger{Margin: float32(math.Inf(1))}}, same},
		"classifier: loss: margin -1, want a positive number":                {one, classifier.Objective{Loss: loss.Hinge{Margin: -1}}, same},
		"classifier: loss: smoothing 1, want at least 0":                     {one, classifier.Objective{Loss: loss.Softmax{Smoothing: 1}}, same},
	} {
		m, _, err := c.solver.Fit(t.Context(), c.ex, c.objective, classifier.Options{})
		assert.ErrorContains(t, err, message)
		assert.Nil(t, m)
	}
}

// A fit that diverged is an error in whichever step it does, and when it is cancelled
// afterwards.
func TestDivergenceIsAnError(t *testing.T) {
	noise := blobs(40, 2, 2) // of classes that cannot be told apart
	for i := range noise.Y {
		noise.Y[i] = i % 2
	}
	for name, c := range map[string]struct {
		solver classifier.SGD
		l2     float64
	}{
		"rate, two epochs":                 {classifier.SGD{LearningRate: 3e38, Batch: 1, Epochs: 2}, 0},
		"rate, in the only step":           {classifier.SGD{LearningRate: 3e38, Epochs: 1}, 0},
		"penalty":                          {classifier.SGD{Epochs: 1}, 3e38},
		"finite, but worse than no weight": {classifier.SGD{LearningRate: 1e6, Batch: 20, Optimizer: classifier.HeavyBall{Momentum: 0.9}}, 0},
	} {
		for _, l := range losses {
			for _, ex := range []classifier.Examples{noise, bytesOf(noise)} {
				o := oneScale(l)
				o.L2 = c.l2
				m, _, err := c.solver.Fit(t.Context(), ex, o, classifier.Options{})
				assert.ErrorContains(t, err, "training diverged", "%s: %v, %T", name, l, ex)
				assert.Nil(t, m)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	m, _, err := classifier.SGD{LearningRate: 3e38, Epochs: 9}.Fit(ctx, noise, oneScale(loss.Softmax{}),
		classifier.Options{Progress: func(classifier.Report) { cancel() }})
	assert.ErrorContains(t, err, "training diverged")
	assert.Nil(t, m)
}

// A cancelled fit returns the model of the steps so far.
func TestSGDStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	epochs := 0
	c := sgd(func(c *classifier.SGD) { c.Epochs = 1000 })
	options := classifier.Options{Progress: func(r classifier.Report) {
		if epochs = r.Iterations; epochs == 20 {
			cancel()
		}
	}}
	ex := blobs(200, 6, 3)
	m, report, err := c.Fit(ctx, ex, oneScale(loss.Softmax{}), options)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 20, epochs)
	assert.Equal(t, 20, report.Iterations)
	assert.Equal(t, "cancelled", report.Why)
	require.NotNil(t, m)
	assert.Greater(t, accuracy(t, m, ex), 0.9)

	m, _, err = c.Fit(ctx, ex, oneScale(loss.Softmax{}), options) // before the first step
	assert.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, m)
	assert.Zero(t, m.Bias(0))
}

func TestNoMomentumIsNoMomentum(t *testing.T) {
	train := func(momentum float32) float32 {
		m, _, err := classifier.SGD{Optimizer: classifier.HeavyBall{Momentum: momentum}}.Fit(t.Context(), blobs(200, 6, 3), oneScale(loss.Softmax{}), classifier.Options{})
		require.NoError(t, err)
		return m.Bias(0)
	}
	assert.NotEqual(t, train(0), train(0.9))
	assert.NotEqual(t, train(0), train(0.1))
}

// The zeros of the other fields are their defaults.
func TestSGDDefaults(t *testing.T) {
	ex := blobs(300, 6, 3)
	for _, l := range losses {
		rate := float32(0.0005)
		switch l.(type) {
		case loss.Softmax, loss.Logistic:
			rate = 0.003
		}
		want, _, err := classifier.SGD{Epochs: 20, Batch: 128, LearningRate: rate, Optimizer: classifier.HeavyBall{Momentum: 0.9}}.Fit(t.Context(), ex, oneScale(l), classifier.Options{})
		require.NoError(t, err)
		got, _, err := classifier.SGD{}.Fit(t.Context(), ex, oneScale(l), classifier.Options{})
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

// The model knows what its scores are, and the images that it was trained on.
func TestTrainedModelKnowsItself(t *testing.T) {
	train, _, err := fashion.Load()
	require.NoError(t, err)
	for _, l := range []loss.Loss{loss.Softmax{}, loss.Logistic{}, loss.WestonWatkins{}} {
		m, _, err := classifier.SGD{Epochs: 1}.Fit(t.Context(), train, oneScale(l), classifier.Options{})
		require.NoError(t, err)
		assert.Equal(t, classifier.Info{
			Classes: train.Classes(), Shape: classifier.Shape{Height: 28, Width: 28, Channels: 1}, Link: l.Link(),
		}, m.Info())
	}
	assert.Zero(t, trained(t, blobs(20, 4, 2)).Info().Shape)
}
