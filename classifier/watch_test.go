package classifier_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
)

// overlapping are blobs some of whose labels are wrong: a fit that goes on learns them by
// heart.
func overlapping(n int) *classifier.Table {
	t := blobs(n, 30, 3)
	for i := range t.Y {
		if i%5 == 0 {
			t.Y[i] = (t.Y[i] + 1) % 3
		}
	}
	return t
}

// solvers are one of each kind, with an objective that each can minimize.
var solvers = []struct {
	solver    classifier.Solver
	objective classifier.Objective
}{
	{sgd(func(c *classifier.SGD) { c.Epochs, c.LearningRate = 8, 0.02 }), classifier.Objective{L2: 1e-4}},
	{sgd(func(c *classifier.SGD) { c.Epochs, c.LearningRate = 8, 0.02 }), classifier.Objective{Loss: loss.Logistic{}}},
	{classifier.LBFGS{}, classifier.Objective{L2: 1e-3}},
	{classifier.LBFGS{}, classifier.Objective{L1: 1e-2}},
	{classifier.DualCD{}, classifier.Objective{Loss: loss.WestonWatkins{}, L2: 1e-3}},
}

// The last report says of the training and the validation set what Evaluate says.
func TestReportsSayHowTheModelDoes(t *testing.T) {
	ex, validation := overlapping(300), overlapping(100)
	for _, c := range solvers {
		var reports []classifier.Report
		m, report, err := c.solver.Fit(t.Context(), ex, c.objective, classifier.Options{
			Validation: validation, Progress: func(r classifier.Report) { reports = append(reports, r) },
		})
		require.NoError(t, err)
		last := reports[len(reports)-1]
		assert.Equal(t, 300, report.Rows)
		assert.InDelta(t, accuracy(t, m, ex), report.Accuracy, 1e-9, report.Solver)
		assert.InDelta(t, accuracy(t, m, validation), report.Validation.Accuracy, 1e-9, report.Solver)
		assert.Equal(t, last.Validation, report.Validation, report.Solver)
		assert.InDelta(t, meanLoss(m, c.objective.Loss, validation), report.Validation.Loss, 1e-5, report.Solver)
		least := slices.MinFunc(reports, func(a, b classifier.Report) int {
			return int(math.Copysign(1, a.Validation.Loss-b.Validation.Loss))
		})
		assert.Equal(t, least.Iterations, report.Validation.Best, report.Solver)
		for _, r := range reports[1:] {
			// Dual coordinate descent reports the best so far, which may stay where it is.
			assert.True(t, r.Update > 0 || r.Update == 0 && report.Solver == "dual coordinate descent", report.Solver)
			assert.Less(t, r.Update, 1.5, report.Solver)
		}
		assert.Positive(t, report.RowsPerSecond())
	}
}

// meanLoss is the mean loss of a model by the loss's definition.
func meanLoss(m *classifier.Linear, l loss.Loss, ex *classifier.Table) (mean float64) {
	if l == nil {
		l = loss.Softmax{}
	}
	scores := make([]float32, len(m.Classes()))
	for i, y := range ex.Y {
		m.Scores(scores, ex.X.Row(i))
		exact := make([]float64, len(scores))
		for k, s := range scores {
			exact[k] = float64(s)
		}
		mean += l.At(exact, y) / float64(ex.Len())
	}
	return mean
}

// A validation set without patience has no influence on the model.
func TestValidationDoesNotLearn(t *testing.T) {
	ex, validation := overlapping(300), overlapping(100)
	for _, c := range solvers {
		want, _, err := c.solver.Fit(t.Context(), ex, c.objective, classifier.Options{})
		require.NoError(t, err)
		got, _, err := c.solver.Fit(t.Context(), ex, c.objective, classifier.Options{Validation: validation})
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

// With patience the fit ends when the validation loss rises, and the model is that of the
// epoch in which it was lowest; also if the fit is cancelled later.
func TestPatienceKeepsTheBest(t *testing.T) {
	ex, validation := overlapping(60), overlapping(200)
	s := classifier.SGD{Epochs: 300, Batch: 20, LearningRate: 0.1, Optimizer: classifier.HeavyBall{Momentum: 0.9}}
	for _, cancelled := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		var losses []float64
		m, report, err := s.Fit(ctx, ex, oneScale(loss.Softmax{}), classifier.Options{
			Validation: validation, Patience: 7, Progress: func(r classifier.Report) {
				losses = append(losses, r.Validation.Loss)
				if cancelled && len(losses) == r.Validation.Best+3 {
					cancel()
				}
			},
		})
		cancel()
		best := report.Validation.Best
		require.Positive(t, best)
		if cancelled {
			assert.ErrorIs(t, err, context.Canceled)
			assert.Len(t, losses, best+3)
			assert.Contains(t, report.Why, "cancelled")
		} else {
			require.NoError(t, err)
			assert.Len(t, losses, best+7, "the patience is 7")
			assert.Contains(t, report.Why, "7 iterations did not lower the validation loss; the model is that of iteration")
		}
		assert.False(t, report.Converged)
		assert.Equal(t, slices.Min(losses), losses[best-1])
		assert.Equal(t, losses[best-1], report.Validation.Loss)
		assert.Less(t, report.Validation.Loss, losses[len(losses)-1])
		assert.InDelta(t, report.Validation.Loss, meanLoss(m, nil, validation), 1e-5)
		assert.InDelta(t, report.Loss, meanLoss(m, nil, ex), 1e-5, "the report is that of the model")
	}
}

// The rows that are held out are of each class the fraction, whatever the rows lie in, and
// the fit is that of the others.
func TestHoldOut(t *testing.T) {
	ex := blobs(400, 8, 4)
	for i := range ex.Y { // 20 rows of class 3
		if ex.Y[i] == 3 {
			ex.Y[i] = 0
		}
	}
	for i := range 20 {
		ex.Y[i*20] = 3
	}
	var want *classifier.Linear
	for _, ex := range []classifier.Examples{ex, gathered{ex}} {
		o := classifier.Options{HoldOut: 0.25, HoldOutSeed: 7, Weights: ones32(400)}
		m, report, err := classifier.LBFGS{}.Fit(t.Context(), ex, classifier.Objective{L2: 1e-2, Scaling: classifier.OneScale}, o)
		require.NoError(t, err)
		assert.InDelta(t, 300, report.Rows, 2)
		assert.NotZero(t, report.Validation.Loss)
		if want == nil {
			want = m
		}
		assert.Equal(t, want, m, "%T", ex)
		o.HoldOutSeed = 8
		other, _, err := classifier.LBFGS{}.Fit(t.Context(), ex, classifier.Objective{L2: 1e-2, Scaling: classifier.OneScale}, o)
		require.NoError(t, err)
		assert.NotEqual(t, want, other)
	}
	bytes, _, err := classifier.LBFGS{}.Fit(t.Context(), bytesOf(ex), classifier.Objective{L2: 1e-2, Scaling: classifier.OneScale}, classifier.Options{HoldOut: 0.25, HoldOutSeed: 7})
	require.NoError(t, err)
	assert.Equal(t, want, bytes)
}

func ones32(n int) []float32 {
	w := make([]float32, n)
	for i := range w {
		w[i] = 1
	}
	return w
}

func TestOptionsThatDoNotFit(t *testing.T) {
	ex, narrow, other := blobs(40, 6, 3), blobs(40, 5, 3), blobs(40, 6, 3)
	other.Names = []string{"class 0", "bird", "class 2"}
	m := trained(t, ex)
	for message, c := range map[string]struct {
		ex      classifier.Examples
		options classifier.Options
	}{
		"classifier: a fraction of 1 is held out, want at least 0 and less than 1": {ex, classifier.Options{HoldOut: 1}},
		"classifier: a fraction of NaN is held out":                                {ex, classifier.Options{HoldOut: math.NaN()}},
		"classifier: a fraction of 0.01 of each class of 40 examples is none":      {ex, classifier.Options{HoldOut: 0.01}},
		"classifier: validation examples are given, and a fraction of 0.1":         {ex, classifier.Options{HoldOut: 0.1, Validation: ex}},
		"classifier: a patience of 3 without validation":                           {ex, classifier.Options{Patience: 3}},
		"classifier: a patience of -1 without validation":                          {ex, classifier.Options{Patience: -1}},
		"validation: classifier: rows of 5 features, the model has 6":              {ex, classifier.Options{Validation: narrow}},
		`validation: classifier: class "bird" is not among those of the model`:     {ex, classifier.Options{Validation: other}},
		`classifier: class "bird" is not among those of the model`:                 {other, classifier.Options{Start: m}},
		"classifier: 3 weights for 40 examples":                                    {ex, classifier.Options{Weights: ones32(3)}},
	} {
		for _, c2 := range solvers[:3] {
			m, _, err := c2.solver.Fit(t.Context(), c.ex, c2.objective, c.options)
			assert.ErrorContains(t, err, message)
			assert.Nil(t, m)
		}
	}
}

// Training goes on from a model with new examples of some of its classes, named in
// another order. The model keeps its classes.
func TestMoreDataOfSomeClasses(t *testing.T) {
	all := blobs(600, 12, 4)
	m := trained(t, all)
	more := &classifier.Table{X: all.X, Names: []string{"class 3", "class 1"}}
	var rows []int
	for i, y := range all.Y {
		if y == 1 || y == 3 {
			rows = append(rows, i)
			more.Y = append(more.Y, map[int]int{3: 0, 1: 1}[y])
		}
	}
	more.X = all.X.Slice(0, len(rows))
	x := blobs(600, 12, 4).X
	for i, row := range rows {
		copy(more.X.Row(i), x.Row(row))
	}
	for _, c := range solvers[:4] {
		updated, report, err := c.solver.Fit(t.Context(), more, c.objective, classifier.Options{Start: m, Validation: more})
		require.NoError(t, err)
		assert.Equal(t, m.Classes(), updated.Classes())
		assert.Greater(t, report.Accuracy, 0.95)
		assert.Equal(t, report.Accuracy, report.Validation.Accuracy)
	}
}
