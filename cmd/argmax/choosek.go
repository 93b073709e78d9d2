package main

import (
	"fmt"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/selection"
	"github.com/seed842bec00/argmax/dataset"
)

type chooseKFlags struct {
	dataFlags
	ks          []int
	metrics     []string
	votes       []string
	temperature float64
	folds       int
	loo         bool
	limit       int
	seed        uint64
	workers     int
	plot        string
}

func newChooseK() *cobra.Command {
	f := chooseKFlags{metrics: []string{"l2"}, votes: votes[:1], folds: 5, temperature: 1}
	cmd := &cobra.Command{
		Use:   "choose-k DATA",
		Short: "Choose the number of neighbours, the metric and the vote by cross-validation",
		Long: `choose-k divides the training set of DATA into folds, predicts each example from those of
the other folds, and prints the mean accuracy over the folds for each number of neighbours,
with its standard error. With --leave-one-out each example is predicted from all others.
All numbers of neighbours share one pass. The test set is not looked at.`,
		Example: `  argmax index choose-k mnist/ --limit 10000 --metric l2,l1,cosine --plot k.svg`,
		Args:    wantArguments(1, 1),
		RunE:    func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.dataFlags.add(cmd)
	addFlags(cmd, "Cross-validation", func(flags *pflag.FlagSet) {
		flags.IntSliceVarP(&f.ks, "neighbours", "k", []int{1, 3, 5, 8, 10, 12, 15, 20, 50, 100}, "numbers of neighbours")
		flags.Var(listOf(&f.metrics, distanceNames()...), "metric", "distances: some of "+either(distanceNames()))
		flags.Var(listOf(&f.votes, votes...), "vote", "votes: some of "+either(votes))
		flags.Var(positive(&f.temperature), "temperature", "temperature of the softmax vote")
		flags.Var(count(&f.folds, 2), "folds", "folds, with the proportions of the classes")
		flags.BoolVar(&f.loo, "leave-one-out", false, "predict each example from all others")
		flags.Var(count(&f.limit, 0), "limit", "use only this many examples, of all classes in proportion; 0 means all")
		flags.Uint64Var(&f.seed, "seed", 0, "seed of the folds")
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor")
		flags.StringVar(&f.plot, "plot", "", "`file` (.svg or .png) for a plot of the accuracies with error bars")
	})
	return cmd
}

// kScore is the accuracy of a number of neighbours.
type kScore struct {
	Metric        string  `json:"metric"`
	Vote          string  `json:"vote"`
	K             int     `json:"k"`
	Mean          float64 `json:"accuracy"`
	StandardError float64 `json:"standardError"`
}

func (f *chooseKFlags) run(cmd *cobra.Command, path string) error {
	for _, k := range f.ks {
		if k < 1 {
			return usage("--neighbours %d: want whole numbers of at least 1", k)
		}
	}
	slices.Sort(f.ks)
	f.ks = slices.Compact(f.ks)
	if f.loo && cmd.Flags().Changed("folds") {
		return usage("--folds and --leave-one-out contradict each other")
	}
	if f.plot != "" {
		if err := checkPlot(f.plot); err != nil {
			return err
		}
	}
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
	say(cmd, "%s: %s, %d classes", train.Name(), content(train), len(train.Classes()))
	scores, err := f.scores(cmd, train)
	if err != nil {
		return err
	}
	best := slices.MaxFunc(scores, func(a, b kScore) int { // the first of equal ones
		if a.Mean > b.Mean || a.Mean < b.Mean {
			return int(math.Copysign(1, a.Mean-b.Mean))
		}
		return 0
	})
	if f.plot != "" {
		if err := plotScores(f.plot, scores); err != nil {
			return fmt.Errorf("%s: %w", f.plot, err)
		}
	}
	if isSet(cmd, jsonFlag) {
		return writeJSON(cmd.OutOrStdout(), map[string]any{"data": train.Name(), "results": scores, "best": best})
	}
	t := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "metric\tvote\tk\taccuracy\tstandard error")
	for _, s := range scores {
		mark := ""
		if s == best {
			mark = "best"
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%.2f %%\t%.2f %%\t%s\n", s.Metric, s.Vote, s.K, 100*s.Mean, 100*s.StandardError, mark)
	}
	return t.Flush()
}

// scores returns the accuracies of all metrics, votes and numbers of neighbours.
func (f *chooseKFlags) scores(cmd *cobra.Command, train dataset.Examples) ([]kScore, error) {
	fold := make([]int, train.Len())
	if !f.loo {
		splits, err := selection.KFold(train, f.folds, f.seed)
		if err != nil {
			return nil, err
		}
		for i, s := range splits {
			for _, row := range s.Validate {
				fold[row] = i
			}
		}
	}
	var all []kScore
	for _, metric := range f.metrics {
		for _, vote := range f.votes {
			v := voteFlags{vote, f.temperature}
			model, err := classifier.NewKNN(train, v.config(metric, 1))
			if err != nil {
				return nil, err
			}
			predicted := make([][]int, len(f.ks))
			for i := range predicted {
				predicted[i] = make([]int, train.Len())
			}
			bar := newProgress(cmd, "comparing by "+metric, train.Len())
			if f.loo {
				err = model.LeaveOneOut(cmd.Context(), predicted, f.ks, f.workers, bar.at)
			} else {
				err = model.CrossPredict(cmd.Context(), predicted, fold, f.ks, f.workers, bar.at)
			}
			bar.end()
			if err != nil {
				return nil, err
			}
			for i, k := range f.ks {
				s := kScore{Metric: metric, Vote: vote, K: k}
				s.Mean, s.StandardError = f.accuracy(predicted[i], train.Labels(), fold)
				all = append(all, s)
			}
		}
	}
	return all, nil
}

// accuracy returns the mean of the accuracies of the folds and its standard error; of a
// single fold that of a binomial distribution.
func (f *chooseKFlags) accuracy(predicted, labels, fold []int) (mean, standardError float64) {
	folds := 1 + slices.Max(fold)
	right, rows := make([]float64, folds), make([]float64, folds)
	for i, p := range predicted {
		rows[fold[i]]++
		if p == labels[i] {
			right[fold[i]]++
		}
	}
	for i := range right {
		right[i] /= rows[i]
		mean += right[i] / float64(folds)
	}
	if folds == 1 {
		return mean, math.Sqrt(mean * (1 - mean) / rows[0])
	}
	var squares float64
	for _, r := range right {
		squares += (r - mean) * (r - mean)
	}
	return mean, math.Sqrt(squares / float64(folds-1) / float64(folds))
}
