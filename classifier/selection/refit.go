package selection

import (
	"context"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// refit fits the members of a result to all examples. Those that fail are left out.
func (r *run) refit(ctx context.Context, result *Result) error {
	n := len(result.Members)
	models, reports, errs := make([]*classifier.Linear, n), make([]classifier.Report, n), make([]error, n)
	workers := min(r.workers, n)
	kernels.NewPool(workers).Split(n, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			c := r.candidates[result.Members[i]]
			models[i], reports[i], errs[i] = c.Solver.Fit(ctx, r.ex, c.Objective, classifier.Options{Workers: r.workers / workers})
		}
	})
	if err := ctx.Err(); err != nil {
		return err // what is fitted depends on the moment
	}
	if n == 1 {
		result.Model, result.Report = models[0], reports[0]
		return errs[0]
	}
	var members []int
	var fitted []*classifier.Linear
	for i, m := range models {
		if errs[i] == nil {
			members, fitted = append(members, result.Members[i]), append(fitted, m)
		}
	}
	if len(fitted) == 0 {
		return errs[0]
	}
	var err error
	result.Members, result.Report = members, reports[0]
	result.Model, err = Average(fitted...)
	return err
}
