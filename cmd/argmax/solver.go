package main

import (
	"cmp"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
)

// solverFlags are how the minimum is looked for.
type solverFlags struct {
	solver    string
	tolerance float64
	maxPasses float64
	sgd       sgdFlags
	seed      uint64
	workers   int
}

// The names of the solvers.
var solvers = []string{"auto", "sgd", "lbfgs", "dualcd", "proxnewton"}

func (f *solverFlags) add(cmd *cobra.Command) {
	f.solver = "auto"
	addFlags(cmd, "Solver", func(flags *pflag.FlagSet) {
		flags.Var(oneOf(&f.solver, solvers...), "solver", "auto chooses by the objective: "+either(solvers))
		flags.Var(notNegative(&f.tolerance), "tolerance", "largest gap to the minimum, relative to it (default 1e-3; of sgd none)")
		flags.Var(positive(&f.maxPasses), "max-passes", "most passes over the data, but of sgd (default 1000)")
		flags.Uint64Var(&f.seed, "seed", 0, "seed of the order of the examples and of the validation set")
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor; does not change the model")
	})
	f.sgd.add(cmd)
}

// check finds flags that contradict the solver.
func (f *solverFlags) check(cmd *cobra.Command) error {
	if f.isSGD() {
		if cmd.Flags().Changed("max-passes") {
			return usage("--max-passes: sgd has --epochs")
		}
		return f.sgd.check(cmd)
	}
	for _, name := range sgdFlagNames {
		if cmd.Flags().Changed(name) {
			return usage("--%s is for --solver sgd, which %s is not", name, f.solver)
		}
	}
	return nil
}

func (f *solverFlags) isSGD() bool { return f.solver == "sgd" }

// of returns the solver.
func (f *solverFlags) of() classifier.Solver {
	switch f.solver {
	case "sgd":
		s := f.sgd.solver()
		s.Tolerance, s.Seed = f.tolerance, f.seed
		return s
	case "lbfgs":
		return classifier.LBFGS{Tolerance: f.tolerance, MaxPasses: f.maxPasses}
	case "proxnewton":
		return classifier.ProxNewton{Tolerance: f.tolerance, MaxPasses: f.maxPasses}
	case "dualcd":
		return classifier.DualCD{Tolerance: f.tolerance, MaxPasses: f.maxPasses, Seed: f.seed}
	}
	return classifier.Auto{Tolerance: f.tolerance, MaxPasses: f.maxPasses}
}

// notes are what the model file says about the solver.
func (f *solverFlags) notes(r classifier.Report, l loss.Loss) map[string]string {
	n := map[string]string{"solver": r.Solver, "converged": strconv.FormatBool(r.Converged)}
	if f.isSGD() {
		n["epochs"], n["optimizer"], n["schedule"] = strconv.Itoa(r.Iterations), f.sgd.optimizer, f.sgd.schedule.text
		if f.sgd.optimizer == "momentum" || f.sgd.optimizer == "nesterov" {
			n["rate"] = number(float64(cmp.Or(f.sgd.rate, classifier.DefaultLearningRate(l))))
		}
	}
	return n
}
