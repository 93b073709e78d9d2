package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

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
	sgd       classifier.SGD
	momentum  classifier.HeavyBall
	seed      uint64
	workers   int
}

// The names of the solvers.
var solvers = []string{"auto", "sgd", "lbfgs", "dualcd"}

// sgdFlags are those that only stochastic gradient descent has, exactFlags those that
// only the others have.
var (
	sgdFlags   = []string{"epochs", "batch-size", "rate", "momentum"}
	exactFlags = []string{"tolerance", "max-passes"}
)

func (f *solverFlags) add(cmd *cobra.Command) {
	f.solver, f.momentum = "auto", classifier.HeavyBall{Momentum: 0.9}
	addFlags(cmd, "Solver", func(flags *pflag.FlagSet) {
		flags.Var(oneOf(&f.solver, solvers...), "solver", "auto chooses by the objective: "+either(solvers))
		flags.Var(notNegative(&f.tolerance), "tolerance", "largest gap to the minimum, relative to it (default 1e-3)")
		flags.Var(positive(&f.maxPasses), "max-passes", "most passes over the data (default 1000)")
		flags.Uint64Var(&f.seed, "seed", 0, "seed of the order of the examples and of the validation set")
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor; does not change the model")
	})
	addFlags(cmd, "Stochastic gradient descent (--solver sgd)", func(flags *pflag.FlagSet) {
		flags.Var(count(&f.sgd.Epochs, 1), "epochs", "passes over the data (default 20)")
		flags.Var(count(&f.sgd.Batch, 1), "batch-size", "examples of a step (default 128)")
		flags.Var(positive(&f.sgd.LearningRate), "rate", "learning rate of the first step (default 0.003, of hinges 0.0005)")
		flags.Var(below1(&f.momentum.Momentum), "momentum", "momentum; 0 is none")
	})
}

// check finds flags that contradict the solver.
func (f *solverFlags) check(cmd *cobra.Command) error {
	of, not := f.solver+" is not", sgdFlags
	if f.solver == "sgd" {
		not = exactFlags
	}
	for _, name := range not {
		if cmd.Flags().Changed(name) {
			if f.solver == "sgd" {
				return usage("--%s: stochastic gradient descent has none; the solvers %s have", name, strings.Join(solvers[2:], ", "))
			}
			return usage("--%s is for --solver sgd, which %s", name, of)
		}
	}
	return nil
}

// of returns the solver.
func (f *solverFlags) of() classifier.Solver {
	switch f.solver {
	case "sgd":
		f.sgd.Seed, f.sgd.Optimizer = f.seed, f.momentum
		return f.sgd
	case "lbfgs":
		return classifier.LBFGS{Tolerance: f.tolerance, MaxPasses: f.maxPasses}
	case "dualcd":
		return classifier.DualCD{Tolerance: f.tolerance, MaxPasses: f.maxPasses, Seed: f.seed}
	}
	return classifier.Auto{Tolerance: f.tolerance, MaxPasses: f.maxPasses}
}

// notes are what the model file says about the solver.
func (f *solverFlags) notes(r classifier.Report, l loss.Loss) map[string]string {
	n := map[string]string{"solver": r.Solver, "converged": map[bool]string{true: "true", false: "false"}[r.Converged]}
	if f.solver == "sgd" {
		rate := cmp.Or(f.sgd.LearningRate, classifier.DefaultLearningRate(l))
		n["epochs"], n["rate"] = strconv.Itoa(r.Iterations), number(float64(rate))
	}
	return n
}

// hasEpochs reports whether the solver counts epochs.
func (f *solverFlags) hasEpochs() bool { return slices.Contains([]string{"sgd"}, f.solver) }
