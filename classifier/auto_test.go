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
