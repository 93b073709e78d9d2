package classifier

import (
	"context"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// Auto chooses the solver: for smooth losses [ProxNewton] if there is an L1 penalty and
// else [LBFGS], [DualCD] for hinge losses. The report names it.
type Auto struct {
	// Tolerance and MaxPasses are those of the solvers.
	Tolerance, MaxPasses float64
}

// Solver returns the solver of an objective.
func (a Auto) Solver(o Objective) Solver {
	if _, smooth := o.Loss.(loss.Smooth); smooth || o.Loss == nil {
		if o.L1 > 0 {
			return ProxNewton(a)
		}
		return LBFGS{Tolerance: a.Tolerance, MaxPasses: a.MaxPasses}
	}
	return DualCD{Tolerance: a.Tolerance, MaxPasses: a.MaxPasses}
}

// Fit fits a model as [Solver] says.
func (a Auto) Fit(ctx context.Context, ex Examples, o Objective, options Options) (*Linear, Report, error) {
	return a.Solver(o).Fit(ctx, ex, o, options)
}
