package classifier

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

// Trimmed fits a model by another solver, leaves out the examples whose losses are larger
// than Above, and fits again to the others. What a linear model gets badly wrong, mislabelled
// or not, then no longer decides about what it can get right.
//
// It descends to a minimum of the loss cut off at Above, the ramp loss: where an example is
// beyond, its gradient is zero (R. Collobert and others, "Trading convexity for
// scalability", ICML 2006). That is not convex: there is no certificate, and the report is
// that of the last fit, on the examples that are left.
//
// With a margin of 1, an Above of 1.5 to 3 suits the hinges. It can improve the accuracy; it
// spoils probabilities, which become too confident.
type Trimmed struct {
	Solver Solver  // nil means Auto{}
	Above  float64 // more than 0
	Rounds int     // of leaving out and fitting again; 0 means 1
}

// Fit fits a model as [Solver] says. An example that was left out may return in the next
// round. Checkpoints are an error.
func (s Trimmed) Fit(ctx context.Context, ex Examples, o Objective, options Options) (*Linear, Report, error) {
	if s.Solver == nil {
		s.Solver = Auto{}
	}
	switch {
	case !(s.Above > 0) || s.Rounds < 0:
		return nil, Report{}, fmt.Errorf("classifier: examples with losses above %v are left out, %d times", s.Above, s.Rounds)
	case options.Checkpoint != nil || options.Resume != nil:
		return nil, Report{}, errors.New("classifier: Trimmed has no checkpoints: the solver that it fits by may have")
	}
	m, report, err := s.Solver.Fit(ctx, ex, o, options)
	if err != nil {
		return m, report, err
	}
	for range max(1, s.Rounds) {
		next, r, err := s.again(ctx, m, ex, o, options)
		if ctx.Err() != nil {
			return m, report, ctx.Err()
		}
		if err != nil {
			return nil, r, err
		}
		m, report = next, r
	}
	return m, report, nil
}

// again fits to what a model leaves.
func (s Trimmed) again(ctx context.Context, m *Linear, ex Examples, o Objective, options Options) (*Linear, Report, error) {
	weights, err := s.trim(ctx, m, ex, o.withDefaults().Loss, options)
	if err != nil {
		return nil, Report{}, err
	}
	options.Weights = weights
	return s.Solver.Fit(ctx, ex, o, options)
}

// trim returns the weights of the examples, 0 for those whose loss is too large.
func (s Trimmed) trim(ctx context.Context, m *Linear, ex Examples, l loss.Loss, options Options) ([]float32, error) {
	labels, err := metrics.Match(m.Classes(), ex)
	if err != nil {
		return nil, err
	}
	weights := make([]float32, ex.Len())
	err = m.scoreAll(ctx, ex, options.Workers, nil, func(lo int, scores kernels.Matrix) {
		scores = scores.Columns(scores.Cols-l.Outputs(scores.Cols), scores.Cols)
		gradient, one := kernels.NewMatrix(1, scores.Cols), []float32{1}
		for i := range scores.Rows {
			if l.Gradient(gradient, scores.Slice(i, i+1), labels[lo+i:lo+i+1], one) <= s.Above {
				weights[lo+i] = 1
				if options.Weights != nil {
					weights[lo+i] = options.Weights[lo+i]
				}
			}
		}
	})
	return weights, err
}
