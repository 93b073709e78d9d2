package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier/selection"
	"github.com/seed842bec00/argmax/dataset"
)

type chooseKFlags struct {
	dataFlags
	clusterFlags
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
All numbers of neighbours share one pass. The test set is not looked at.

With --recall an example is compared only with the clusters of rows that are nearest to it, as
many as have this part of its nearest rows, as many of them as the largest k.`,
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
		f.clusterFlags.define(flags)
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
	Recall        float64 `json:"recall"` // of the search for neighbours
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
	if err := f.clusterFlags.check(); err != nil {
		return err
	}
	if f.plot != "" {
		if err := checkPicture(f.plot); err != nil {
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
	best := scores[0]
	for _, s := range scores {
		if s.Mean > best.Mean { // the first of equal ones
			best = s
		}
	}
	if f.plot != "" {
		if err := plotScores(f.plot, scores, best); err != nil {
			return fmt.Errorf("%s: %w", f.plot, err)
		}
	}
	if isSet(cmd, jsonFlag) {
		return writeJSON(cmd.OutOrStdout(), map[string]any{"data": train.Name(), "results": scores, "best": best})
	}
	t := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	head := "metric\tvote\tk\taccuracy\tstandard error"
	if f.recall > 0 {
		head += "\trecall"
	}
	fmt.Fprintln(t, head)
	for _, s := range scores {
		line := fmt.Sprintf("%s\t%s\t%d\t%.2f %%\t%.2f %%", s.Metric, s.Vote, s.K, 100*s.Mean, 100*s.StandardError)
		if f.recall > 0 {
			line += fmt.Sprintf("\t%.1f %%", 100*s.Recall)
		}
		mark := ""
		if s == best {
			mark = "best"
		}
		fmt.Fprintf(t, "%s\t%s\n", line, mark)
	}
	return t.Flush()
}

// scores returns the accuracies of all votes, metrics and numbers of neighbours.
func (f *chooseKFlags) scores(cmd *cobra.Command, train dataset.Examples) ([]kScore, error) {
	search := selection.KNNSearch{Ks: f.ks, Folds: f.folds, Seed: f.seed, Workers: f.workers, Recall: f.recall, Lists: f.clusters}
	if f.loo {
		search.Folds = train.Len()
	}
	for _, name := range f.metrics {
		search.Metrics = append(search.Metrics, distanceOf(name))
	}
	var all []kScore
	for _, vote := range f.votes {
		v := voteFlags{vote, f.temperature}
		c := v.config(f.metrics[0], 1)
		search.Vote, search.Temperature = c.Vote, c.Temperature
		bar := newProgress(cmd, "comparing", train.Len()*len(f.metrics))
		search.Progress = func(done, _ int) { bar.at(done) }
		r, err := search.Run(cmd.Context(), train)
		bar.end()
		if err != nil {
			return nil, err
		}
		for _, t := range r.Trials {
			all = append(all, kScore{
				Metric: strings.ToLower(t.Config.Metric.String()), Vote: vote, K: t.Config.K,
				Mean: t.Mean, StandardError: t.StandardError, Recall: t.Recall,
			})
		}
	}
	return all, nil
}
