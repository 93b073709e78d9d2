package classifier

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// Every loss has a solver, which converges on iris.
func TestAuto(t *testing.T) {
	for _, l := range append([]loss.Loss{nil}, allLosses...) {
		m, report, err := Auto{MaxPasses: 1e4}.Fit(t.Context(), iris(t), Objective{Loss: l, L2: 1e-3}, Options{})
		require.NoError(t, err)
		assert.True(t, report.Converged, "%v: %+v", l, report)
		assert.NotEmpty(t, report.Solver)
		predicted := make([]int, 150)
		require.NoError(t, m.PredictAll(t.Context(), predicted, iris(t), 1))
		e, err := Evaluate(predicted, iris(t))
		require.NoError(t, err)
		assert.Greater(t, e.Accuracy(), 0.93, "%v", l)
	}
}
