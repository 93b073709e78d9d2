package classifier

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
)

// Every loss has a solver, which converges on iris.
func TestAuto(t *testing.T) {
	for _, l := range append([]loss.Loss{nil}, allLosses...) {
		m, report, err := Auto{MaxPasses: 1e4}.Fit(t.Context(), iris(t), Objective{Loss: l, L2: 1e-3}, Options{})
		require.NoError(t, err)
		assert.True(t, report.Converged, "%v: %+v", l, report)
		assert.NotEmpty(t, report.Solver)
		e, err := Evaluate(t.Context(), m, iris(t), metrics.Options{}, 1)
		require.NoError(t, err)
		assert.Greater(t, e.Accuracy, 0.93, "%v", l)
	}
}

// A hinge loss that dual coordinate descent does not take goes to SGD, with steps enough for
// few examples.
func TestAutoOfHingesWithL1(t *testing.T) {
	for _, l := range []loss.Loss{loss.WestonWatkins{}, loss.CrammerSinger{}} {
		for why, o := range map[string]Objective{
			"the loss has kinks, with an L1 penalty":         {Loss: l, L1: 1e-3, L2: 1e-3},
			"the loss has kinks, without a penalty":          {Loss: l},
			"the loss has kinks, and the only penalty is L2": {Loss: l, L2: 1e-3},
		} {
			m, report, err := Auto{}.Fit(t.Context(), iris(t), o, Options{})
			require.NoError(t, err)
			assert.Equal(t, why, report.Choice)
			e, err := Evaluate(t.Context(), m, iris(t), metrics.Options{}, 1)
			require.NoError(t, err)
			assert.Greater(t, e.Accuracy, 0.95, "%v, %s", l, why)
		}
	}
}
