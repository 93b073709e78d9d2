package classifier_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// schedules are one of each kind.
var schedules = []classifier.Schedule{
	classifier.Constant{}, classifier.LinearDecay{}, classifier.StepDecay{Every: 3, By: 0.1}, classifier.CosineDecay{},
	classifier.InverseDecay{Rate: 0.5}, classifier.WarmUp{Epochs: 2}, classifier.WarmUp{Epochs: 3, Then: classifier.CosineDecay{}},
}

// The formulas, for 10 epochs of 7 steps.
func TestSchedules(t *testing.T) {
	const epochs, steps = 10, 70
	for i, want := range []func(step int) float64{
		func(int) float64 { return 1 },
		func(step int) float64 { return 1 - float64(step)/steps },
		func(step int) float64 { return math.Pow(0.1, math.Floor(float64(step/7)/3)) },
		func(step int) float64 { return (1 + math.Cos(math.Pi*float64(step)/steps)) / 2 },
		func(step int) float64 { return 1 / (1 + 0.5*float64(step)/7) },
		func(step int) float64 {
			if step < 14 {
				return float64(step+1) / 15
			}
			return 1 - float64(step-14)/56
		},
		func(step int) float64 {
			if step < 21 {
				return float64(step+1) / 22
			}
			return (1 + math.Cos(math.Pi*float64(step-21)/49)) / 2
		},
	} {
		for step := range steps {
			assert.InDelta(t, want(step), schedules[i].Factor(step, steps, epochs), 1e-14, "%+v, step %d", schedules[i], step)
		}
	}
	assert.Equal(t, 0.5, classifier.WarmUp{Epochs: 99}.Factor(1, 3, 3), "nothing but warm-up")
}

// Every optimizer comes to the minimum of the objective, but AdamW with a penalty, and with
// every schedule that ends near zero.
func TestOptimizersMinimizeTheObjective(t *testing.T) {
	ex := overlapping(300)
	o := classifier.Objective{L2: 1e-2, Scaling: classifier.PerFeature}
	_, want, err := classifier.LBFGS{Tolerance: 1e-6}.Fit(t.Context(), ex, o, classifier.Options{})
	require.NoError(t, err)
	for _, optimizer := range []classifier.Optimizer{
		classifier.HeavyBall{}, classifier.HeavyBall{Momentum: 0.9}, classifier.Nesterov{Momentum: 0.9}, classifier.NewAdam(),
		classifier.NewAdamW(),
	} {
		for _, schedule := range schedules[1:] {
			s := classifier.SGD{Epochs: 80, Batch: 30, LearningRate: 0.02, Optimizer: optimizer, Schedule: schedule}
			switch schedule := schedule.(type) {
			case classifier.StepDecay:
				s.Schedule = classifier.StepDecay{Every: 30, By: schedule.By}
			case classifier.InverseDecay:
				s.Schedule = classifier.InverseDecay{Rate: 0.1}
			}
			if optimizer == (classifier.HeavyBall{}) {
				s.LearningRate = 0.2
			}
			m, got, err := s.Fit(t.Context(), ex, o, classifier.Options{})
			require.NoError(t, err)
			name := fmt.Sprintf("%#v, %#v", optimizer, schedule)
			if optimizer == classifier.NewAdamW() {
				assert.Greater(t, accuracy(t, m, ex), 0.75, name)
				continue
			}
			assert.InEpsilon(t, want.Objective, got.Objective, 0.02, name)
			assert.GreaterOrEqual(t, got.Gap, got.Objective-want.Objective-1e-6, name)
		}
	}
}

// AdamW shrinks all weights at one rate: without a gradient, by 1 − η·2λ in each step, as
// that of a feature that is always zero shows. The penalty of Adam is part of the gradient.
func TestAdamWDecays(t *testing.T) {
	ex := blobs(60, 4, 2)
	for i := range ex.Y {
		ex.X.Row(i)[3] = 0
	}
	w := kernels.NewMatrix(2, 4)
	w.Row(0)[3] = 0.5
	start, err := classifier.NewLinear(w, make([]float32, 2), classifier.Info{Classes: ex.Names})
	require.NoError(t, err)
	s := classifier.SGD{Epochs: 3, Batch: 60, LearningRate: 0.1, Schedule: classifier.Constant{}}
	fit := func(o classifier.Optimizer, l2 float64) (template [4]float32) {
		s.Optimizer = o
		m, _, err := s.Fit(t.Context(), ex, classifier.Objective{L2: l2, Bias: classifier.NoBias, Scaling: classifier.OneScale},
			classifier.Options{Start: start})
		require.NoError(t, err)
		m.Template(template[:], 0)
		return template
	}
	assert.InEpsilon(t, 0.5*math.Pow(1-0.1*2*0.25, 3), fit(classifier.NewAdamW(), 0.25)[3], 1e-5)
	assert.Greater(t, fit(classifier.NewAdam(), 0.25)[3], fit(classifier.NewAdamW(), 0.25)[3]+0.01, "steps of η, whatever the penalty")
	assert.Equal(t, fit(classifier.NewAdam(), 0), fit(classifier.NewAdamW(), 0), "without a penalty AdamW is Adam")
}

// All optimizers have one answer on every instruction set and with any number of workers.
func TestOptimizersOneAnswer(t *testing.T) {
	ex := bytesOf(blobs(300, 45, 5))
	for i, optimizer := range []classifier.Optimizer{
		classifier.HeavyBall{}, classifier.Nesterov{Momentum: 0.9}, classifier.NewAdam(), classifier.NewAdamW(),
	} {
		s := classifier.SGD{Epochs: 2, Batch: 64, Optimizer: optimizer, Schedule: schedules[i+2]}
		var want *classifier.Linear
		for _, isa := range cpu.Available() {
			for _, workers := range []int{1, 3} {
				restore := cpu.Use(isa)
				m, _, err := s.Fit(t.Context(), ex, classifier.Objective{L2: 1e-3}, classifier.Options{Workers: workers})
				restore()
				require.NoError(t, err)
				if want == nil {
					want = m
				}
				require.Equal(t, want, m, "%#v, %v, %d workers", optimizer, isa, workers)
			}
		}
	}
}

// With a tolerance SGD ends where the gap, or the gradient, is within it, and says so; else
// at the last epoch.
func TestSGDStopsAtATolerance(t *testing.T) {
	ex := overlapping(300)
	s := classifier.SGD{Epochs: 400, Batch: 50, LearningRate: 0.02, Tolerance: 0.01}
	var reports []classifier.Report
	options := classifier.Options{Progress: func(r classifier.Report) { reports = append(reports, r) }}
	o := classifier.Objective{L2: 1e-2, Scaling: classifier.PerFeature}
	_, report, err := s.Fit(t.Context(), ex, o, options)
	require.NoError(t, err)
	assert.True(t, report.Converged)
	assert.Equal(t, "the gap is within the tolerance", report.Why)
	assert.LessOrEqual(t, report.Gap, 0.01*report.Objective)
	assert.Less(t, report.Iterations, 400)
	for _, r := range reports[:len(reports)-1] {
		assert.Greater(t, r.Gap, 0.01*r.Objective)
		assert.Positive(t, r.Gradient)
	}
	_, min, err := classifier.LBFGS{Tolerance: 1e-6}.Fit(t.Context(), ex, o, classifier.Options{})
	require.NoError(t, err)
	assert.LessOrEqual(t, report.Objective, 1.0101*min.Objective)

	o.L2 = 0
	_, report, err = s.Fit(t.Context(), ex, o, classifier.Options{})
	require.NoError(t, err)
	assert.True(t, report.Converged)
	assert.Equal(t, "the gradient is within the tolerance", report.Why)

	s.Epochs, s.Tolerance = 3, 1e-9
	_, report, err = s.Fit(t.Context(), ex, o, classifier.Options{})
	require.NoError(t, err)
	assert.False(t, report.Converged)
	assert.Equal(t, "the last epoch", report.Why)
}

func TestOptimizersAndSchedulesThatDoNotExist(t *testing.T) {
	ex := blobs(20, 3, 2)
	for message, s := range map[string]classifier.SGD{
		"classifier: momentum 1, want at least 0 and less than 1":                    {Optimizer: classifier.Nesterov{Momentum: 1}},
		"classifier: Adam with ε = 0, want a positive number: NewAdam has":           {Optimizer: classifier.Adam{}},
		"classifier: Adam with β₁ = 1 and β₂ = 0, want":                              {Optimizer: classifier.AdamW{Beta1: 1, Epsilon: 1}},
		"classifier: the learning rate decays by 0.5 after every 0 epochs":           {Schedule: classifier.StepDecay{By: 0.5}},
		"classifier: the learning rate decays as 1/(1 + -1·t), want 0 or more":       {Schedule: classifier.WarmUp{Then: classifier.InverseDecay{Rate: -1}}},
		"classifier: -2 epochs to warm up":                                           {Schedule: classifier.WarmUp{Epochs: -2}},
		"classifier: SGD with tolerance -1":                                          {Tolerance: -1},
		"classifier: classifier.Adam takes no L1 penalty: use HeavyBall or Nesterov": {Optimizer: classifier.NewAdam()},
	} {
		m, _, err := s.Fit(t.Context(), ex, classifier.Objective{L1: 1e-3}, classifier.Options{})
		assert.ErrorContains(t, err, message)
		assert.Nil(t, m)
	}
}

// Training with a learning rate of 1000 is an error that names the epoch and the remedy,
// though every number is finite.
func TestALearningRateOf1000IsAnError(t *testing.T) {
	ex := bytesOf(overlapping(2000))
	for _, optimizer := range []classifier.Optimizer{classifier.HeavyBall{}, classifier.HeavyBall{Momentum: 0.9}, classifier.NewAdam()} {
		m, _, err := classifier.SGD{LearningRate: 1000, Epochs: 3, Optimizer: optimizer}.Fit(context.Background(), ex,
			oneScale(loss.Softmax{}), classifier.Options{})
		assert.ErrorContains(t, err, "training diverged to an objective of")
		assert.ErrorContains(t, err, "epoch 2", "not after a third")
		assert.ErrorContains(t, err, "lower the learning rate, 1000")
		assert.Nil(t, m)
	}
}
