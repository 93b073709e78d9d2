package classifier

import (
	"context"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// Auto chooses the solver by the objective: for smooth losses [ProxNewton] if there is an
// L1 penalty and else [LBFGS]; for hinge losses [DualCD] if there is an L2 penalty alone
// and else [SGD] with at least 10,000 steps. The report names it and says why.
type Auto struct {
	// Tolerance and MaxPasses are those of the solvers; SGD has neither.
	Tolerance, MaxPasses float64
}

// Solver returns the solver of an objective.
func (a Auto) Solver(o Objective) Solver {
	s, _ := a.choose(o)
	return s
}

// choose returns the solver of an objective, and why it is this one.
func (a Auto) choose(o Objective) (s Solver, why string) {
	_, smooth := o.Loss.(loss.Smooth)
	smooth = smooth || o.Loss == nil
	switch {
	case smooth && o.L1 > 0:
		return ProxNewton(a), "the loss is smooth, with an L1 penalty"
	case smooth:
		return LBFGS{Tolerance: a.Tolerance, MaxPasses: a.MaxPasses}, "the loss is smooth, without an L1 penalty"
	case o.L1 == 0 && o.L2 > 0:
		return DualCD{Tolerance: a.Tolerance, MaxPasses: a.MaxPasses}, "the loss has kinks, and the only penalty is L2"
	case o.L1 > 0:
		return SGD{}, "the loss has kinks, with an L1 penalty"
	}
	return SGD{}, "the loss has kinks, without a penalty"
}

// autoSteps is the least number of steps of SGD: 20 epochs of few examples are not enough.
const autoSteps = 10_000

// Fit fits a model as [Solver] says.
func (a Auto) Fit(ctx context.Context, ex Examples, o Objective, options Options) (*Linear, Report, error) {
	solver, why := a.choose(o)
	if s, ok := solver.(SGD); ok {
		s = s.withDefaults(o.Loss)
		steps := max(1, (ex.Len()+s.Batch-1)/s.Batch) // of an epoch
		s.Epochs = max(s.Epochs, (autoSteps+steps-1)/steps)
		solver = s
	}
	m, r, err := solver.Fit(ctx, ex, o, options)
	r.Choice = why
	return m, r, err
}
