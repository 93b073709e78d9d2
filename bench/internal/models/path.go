package models

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/process"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// A path has penalties down to a hundredth of the largest.
const (
	penalties = 10
	pathRows  = 1000
	// excess is how far above the least objective that any found for a penalty an
	// objective may be, as a part of it, on average over the path.
	excess = 2e-2
)

// paths are contests of fits to a path of elastic-net penalties. The objectives are the
// means over the path.
func (t *table) paths() (contests []Contest) {
	rows := min(pathRows, t.options.Rows, t.data.train.Len())
	for _, alpha := range []float64{1, 0.5} {
		keys := fmt.Sprintf("alpha=%v/penalties=%d/rows=%d/features=%d/classes=%d", alpha, penalties, rows, t.data.train.Features(), len(t.data.train.Classes()))
		contests = append(contests, Contest{"Path", keys, 6, func(ctx context.Context) (*measure.Contest, error) {
			ex := floats(t.data.train.Subset(upTo(rows)), 255)
			o := classifier.Objective{L1: alpha, L2: (1 - alpha) / 2, Scaling: classifier.Unscaled}
			largest, err := classifier.MaxL1(ex, o, classifier.Options{})
			if err != nil {
				return nil, err
			}
			var factors []float64
			for i := range penalties {
				factors = append(factors, largest/alpha*math.Pow(0.01, float64(i)/(penalties-1)))
			}
			c := &measure.Contest{
				Op: "Path", Keys: keys, Threads: t.options.Threads,
				Tolerance: fmt.Sprintf("mean objectives of the path within %g %% of the least that an entrant found", 100*excess),
			}
			c.Entrants = append(c.Entrants, measure.Entrant{Name: "argmax", ISA: cpu.Active.String(), Run: func(ctx context.Context, passes int) (s measure.Sample, err error) {
				for range passes {
					begin := time.Now()
					fitted, err := classifier.Path{Factors: factors, Auto: classifier.Auto{Tolerance: 5e-4}}.Fit(ctx, ex, o, classifier.Options{Workers: t.options.Threads})
					if err != nil {
						return s, err
					}
					s.Calls, s.Elapsed = s.Calls+1, s.Elapsed+time.Since(begin)
					var ws [][][]float64
					for _, f := range fitted {
						ws = append(ws, modelWeights(f.Model))
					}
					s.Values = t.pathValues(ex, o, factors, ws)
				}
				return s, nil
			}})
			rival := func(name string, p *process.Process, limit float64) {
				if p != nil {
					c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Slow: true, Run: asked(p, request{Do: "path", Rows: rows, Alpha: alpha, Lambda: factors, Limit: limit}, func(a answer) []results.Value { return t.pathValues(ex, o, factors, a.Path) })})
				}
			}
			rival("glmnet", t.rivals.glmnet(ctx), 1e-7) // scikit-learn's saga takes a minute, and does not get there
			c.Check = func() error { return sameObjectives(ctx, c) }
			return c, nil
		}})
	}
	return contests
}

// pathValues returns the mean objective of the weights of a path, and the number of weights
// of the last that are not zero. One function in float64 computes those of all entrants.
func (t *table) pathValues(ex *classifier.Table, o classifier.Objective, factors []float64, path [][][]float64) []results.Value {
	var mean, nonzero float64
	for i, w := range path {
		penalized := o
		penalized.L1, penalized.L2 = o.L1*factors[i], o.L2*factors[i]
		mean += objective(ex, penalized, w) / float64(len(path))
	}
	last := path[len(path)-1]
	for _, w := range last {
		for _, v := range w[:len(w)-1] {
			if v != 0 {
				nonzero++
			}
		}
	}
	return []results.Value{{Number: mean, Unit: "objective"}, {Number: accuracy(t.data.testScaled, last), Unit: "accuracy"}, {Number: nonzero, Unit: "nonzeros"}}
}

// sameObjectives runs each entrant once, and compares the objectives with the least.
func sameObjectives(ctx context.Context, c *measure.Contest) error {
	least, found := math.Inf(1), make([]float64, len(c.Entrants))
	for i, e := range c.Entrants {
		s, err := e.Run(ctx, 1)
		if err != nil {
			return named(e.Name, err)
		}
		found[i], _ = results.Line{Values: s.Values}.Of("objective")
		least = min(least, found[i])
	}
	for i, e := range c.Entrants {
		if !(found[i] <= (1+excess)*least) {
			return fmt.Errorf("%s: a mean objective of %v, the least is %v", e.Name, found[i], least)
		}
	}
	return nil
}
