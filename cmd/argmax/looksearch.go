package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/selection"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
	"github.com/seed842bec00/argmax/dataset"
)

type lookSearchFlags struct {
	pictureFlags
	dataFlags
	ks      []int
	metrics []string
	losses  []string
	folds   int
	limit   int
	seed    uint64
	workers int
}

func newLookSearch() *cobra.Command {
	f := lookSearchFlags{metrics: []string{"l2"}, losses: []string{"softmax"}, folds: 5, limit: 1000}
	cmd := &cobra.Command{
		Use:   "search DATA -o FILE",
		Short: "Draw accuracies in cross-validation against k and λ",
		Long: `search divides examples of the training set into folds, predicts each fold by models of the
others, and draws the mean accuracies with their standard errors: of nearest neighbours
against their number, and of linear classifiers against the λ of the penalty λ ΣW². Rings
mark the choice: the best number of neighbours, and the largest λ within one standard error
of the best. The test set is not looked at. --json prints the numbers.`,
		Example: `  argmax look search iris.csv -o search.svg
  argmax look search mnist/ --limit 3000 --metric l2,cosine --loss softmax -o search.png`,
		Args: wantArguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.pictureFlags.add(cmd)
	addFlags(cmd, "Cross-validation", func(flags *pflag.FlagSet) {
		flags.IntSliceVarP(&f.ks, "neighbours", "k", []int{1, 3, 5, 8, 10, 12, 15, 20, 50, 100}, "`numbers` of neighbours")
		flags.Var(listOf(&f.metrics, distanceNames()...), "metric", "distances: some of "+either(distanceNames()))
		flags.Var(listOf(&f.losses, lossNames()...), "loss", "losses of linear classifiers: some of "+either(lossNames()))
		flags.Var(count(&f.folds, 2), "folds", "folds, with the proportions of the classes")
		flags.Var(count(&f.limit, 0), "limit", "use only this many examples, of all classes in proportion; 0 means all")
		flags.Uint64Var(&f.seed, "seed", 0, "seed of the folds")
	})
	f.dataFlags.add(cmd)
	addFlags(cmd, "Data", func(flags *pflag.FlagSet) {
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor")
	})
	return cmd
}

// lambdas are the values of λ that are compared.
var lambdas = []float64{1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1}

func (f *lookSearchFlags) run(cmd *cobra.Command, path string) error {
	if err := f.pictureFlags.check(); err != nil {
		return err
	}
	for _, k := range f.ks {
		if k < 1 {
			return usage("--neighbours %d: want whole numbers of at least 1", k)
		}
	}
	slices.Sort(f.ks)
	f.ks = slices.Compact(f.ks)
	data, err := f.load(cmd, path)
	if err != nil {
		return err
	}
	defer data.Close()
	train := data.Train
	if train == nil {
		return fmt.Errorf("%s has no training set", path)
	}
	if f.limit > 0 && f.limit < train.Len() {
		train, _ = dataset.Stratified(train, f.limit, f.seed)
	}
	neighbours, err := f.neighbours(cmd.Context(), train)
	if err != nil {
		return err
	}
	linear := look.Comparison{Title: "linear classifiers", X: "λ"}
	for _, name := range f.losses {
		bar := newProgress(cmd, name, len(lambdas))
		e, err := f.linear(cmd.Context(), train, name, bar)
		bar.end()
		if err != nil {
			return err
		}
		linear.Curves = append(linear.Curves, e)
	}
	comparisons := []look.Comparison{neighbours, linear}
	note := fmt.Sprintf("%s: %d examples in %d folds. Mean accuracies with one standard error to each side; small points are single folds. Chosen, with rings:",
		train.Name(), train.Len(), f.folds)
	numbers := map[string]any{"data": train.Name(), "examples": train.Len(), "folds": f.folds}
	separator := " "
	for _, c := range comparisons {
		for _, e := range c.Curves {
			chosen := e.Points[e.Chosen]
			symbol, _, _ := strings.Cut(c.X, ",") // λ
			if c.Title == neighbours.Title {
				symbol = "k"
			}
			note += fmt.Sprintf("%s%s: %s = %s, %.2f %%", separator, e.Name, symbol, number(chosen.X), 100*chosen.Mean)
			numbers[e.Name] = map[string]any{"chosen": chosen.X, "points": e.Points}
			separator = "; "
		}
	}
	figure, err := look.CrossValidation(comparisons, note+".", f.style())
	if err != nil {
		return err
	}
	return f.write(cmd, figure, numbers)
}

// neighbours compares numbers of neighbours, by each metric.
func (f *lookSearchFlags) neighbours(ctx context.Context, train dataset.Examples) (look.Comparison, error) {
	c := look.Comparison{Title: "nearest neighbours", X: "neighbours, k"}
	search := selection.KNNSearch{Ks: f.ks, Folds: f.folds, Seed: f.seed, Workers: f.workers}
	for _, name := range f.metrics {
		search.Metrics = []classifier.Metric{distanceOf(name)}
		r, err := search.Run(ctx, train)
		if err != nil {
			return c, err
		}
		e := look.ErrorCurve{Name: name}
		for i, t := range r.Trials {
			e.Points = append(e.Points, look.ErrorPoint{X: float64(t.Config.K), Mean: t.Mean, StandardError: t.StandardError, Folds: t.Accuracies})
			if t.Mean > e.Points[e.Chosen].Mean {
				e.Chosen = i
			}
		}
		c.Curves = append(c.Curves, e)
	}
	return c, nil
}

// linear compares the values of λ.
func (f *lookSearchFlags) linear(ctx context.Context, train dataset.Examples, name string, bar *progress) (look.ErrorCurve, error) {
	e := look.ErrorCurve{Name: name}
	var candidates []selection.Candidate
	for _, l := range lambdas {
		candidates = append(candidates, selection.Candidate{Objective: classifier.Objective{Loss: lossOf(name, 1), L2: l}})
	}
	done := 0
	search := selection.Search{Folds: f.folds, Seed: f.seed, OneStandardError: true, Workers: f.workers,
		Progress: func(selection.Trial) { done++; bar.at(done) }}
	r, err := search.Run(ctx, train, candidates)
	if err != nil {
		return e, err
	}
	e.Chosen = r.Chosen.Index
	e.Points = make([]look.ErrorPoint, len(lambdas))
	for _, t := range r.Trials {
		if t.Error != "" {
			return e, fmt.Errorf("%s with λ = %s: %s", name, number(lambdas[t.Index]), t.Error)
		}
		e.Points[t.Index] = look.ErrorPoint{X: lambdas[t.Index], Mean: t.Mean, StandardError: t.StandardError, Folds: t.Values}
	}
	return e, nil
}
