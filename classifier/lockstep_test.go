package classifier

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// manyCandidates are paths of several solvers on several folds of n rows.
func manyCandidates(n int) (all []Candidate) {
	weights := folds(n, 7)[:2]
	for _, w := range weights {
		for _, o := range []Objective{{L2: 0.1}, {L2: 1e-2}, {L2: 1e-3, L1: 1e-2}, {L2: 1e-3, L1: 1e-3}, {L2: 1e-2, Loss: loss.Hinge{}}} {
			all = append(all, Candidate{o, w})
		}
	}
	return append(all, Candidate{Objective{L2: 1e-2, Loss: loss.SquaredHinge{}, Scaling: PerFeature}, nil})
}

// The models of many fits have the same bits on every instruction set and with any number of
// workers, whichever fit waits for which.
func TestFitManyOneAnswer(t *testing.T) {
	const rows = 1100 // more than a piece
	d := clouds(rows, 5, 3)
	candidates := manyCandidates(rows)
	var want []float32
	for _, isa := range cpu.Available() {
		for _, workers := range []int{1, 5} {
			restore := cpu.Use(isa)
			fitted, err := Auto{}.FitMany(t.Context(), d, candidates, Options{Workers: workers})
			require.NoError(t, err)
			var got []float32
			for _, f := range fitted {
				got = append(got, parameters(f.Model)...)
			}
			if want == nil {
				want = got
			}
			require.Equal(t, want, got, "%v, %d workers", isa, workers)
			restore()
		}
	}
}

// Features that cannot be folded into the weights are standardized for each fold: such
// fits are not evaluated together, and end as well.
func TestFitManyOfFarFeatures(t *testing.T) {
	d := clouds(300, 4, 3)
	for i := range d.X.Data {
		d.X.Data[i] += 1e4
	}
	var candidates []Candidate
	for _, w := range folds(300, 7)[:3] {
		candidates = append(candidates, Candidate{Objective{L2: 1e-2}, w}, Candidate{Objective{L2: 1e-3}, w})
	}
	fitted, err := Auto{}.FitMany(t.Context(), d, candidates, Options{})
	require.NoError(t, err)
	for i, c := range candidates {
		_, alone, err := LBFGS{}.Fit(t.Context(), d, c.Objective, Options{Weights: c.Weights})
		require.NoError(t, err)
		assert.True(t, fitted[i].Report.Converged)
		assert.InEpsilon(t, alone.Objective, fitted[i].Report.Objective, 2e-3)
	}
}

// Validation examples are held out of all fits, and do not take part in the lockstep.
func TestFitManyValidates(t *testing.T) {
	d := clouds(300, 5, 3)
	fitted, err := Auto{}.FitMany(t.Context(), d, manyCandidates(300)[:4], Options{HoldOut: 0.2})
	require.NoError(t, err)
	for _, f := range fitted {
		assert.Equal(t, 240, f.Report.Rows)
		assert.Greater(t, f.Report.Validation.Accuracy, 0.5)
	}
}

// Cancelled in the middle, the fits return what they have.
func TestFitManyCancelled(t *testing.T) {
	d := clouds(1500, 9, 4)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	candidates := manyCandidates(1500)
	fitted, err := Auto{}.FitMany(ctx, d, candidates, Options{Workers: 2, Progress: func(Report) { cancel() }})
	assert.ErrorIs(t, err, context.Canceled)
	models := 0
	for _, f := range fitted {
		if f.Model != nil {
			models++
		}
	}
	assert.Positive(t, models)
	assert.Less(t, models, len(candidates))
}

// Neither a panic in an evaluation nor one elsewhere leaves other fits waiting: it reaches
// the caller.
func TestFitManyPanics(t *testing.T) {
	d := clouds(300, 5, 3)
	for _, after := range []int{0, 20} {
		var candidates []Candidate
		for _, w := range folds(300, 7)[:3] {
			candidates = append(candidates, Candidate{Objective{L2: 1e-3, Loss: &failing{after: after}}, w})
		}
		assert.Panics(t, func() { _, _ = Auto{}.FitMany(t.Context(), d, candidates, Options{Workers: 1}) })
	}
}

// failing is a softmax loss that panics after some gradients.
type failing struct {
	loss.Softmax
	after int
}

func (l *failing) Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) float64 {
	if l.after--; l.after < 0 {
		panic("a broken loss")
	}
	return l.Softmax.Gradient(grad, scores, labels, weights)
}
