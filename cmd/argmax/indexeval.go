package main

import (
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/index"
)

type indexEvalFlags struct {
	dataFlags
	voteFlags
	clusterFlags
	ks      []int
	metric  string
	limit   int
	workers int
}

func newIndexEval() *cobra.Command {
	f := indexEvalFlags{metric: "l2"}
	cmd := &cobra.Command{
		Use:   "eval BASE [DATA]",
		Short: "Measure the accuracy of the k nearest neighbours",
		Long: `eval predicts the class of each example of a test set by a vote of the k nearest rows of
BASE: an index file, or data, whose training set is then the base. The examples are the
test set of DATA, or all of DATA if it has none; without DATA the test set of BASE. Classes
are matched by name. Several k share one pass.

With --recall an example is compared only with the clusters of rows that are nearest to it, as
many as have this part of its nearest rows, as many of them as the largest k.`,
		Example: `  argmax index eval mnist/ -k 1,3,5
  argmax index eval cifar-10-batches-bin/ --metric l1 --limit 1000
  argmax index eval mnist.index mnist/`,
		Args: wantArguments(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.dataFlags.add(cmd)
	addFlags(cmd, "Neighbours", func(flags *pflag.FlagSet) {
		flags.IntSliceVarP(&f.ks, "neighbours", "k", nil, "numbers of neighbours (default 1,3,5, or that of the index)")
		flags.Var(oneOf(&f.metric, distanceNames()...), "metric", "distance: "+either(distanceNames()))
		f.voteFlags.define(flags)
		f.clusterFlags.define(flags)
		flags.Var(count(&f.limit, 0), "limit", "use only this many examples, of all classes in proportion; 0 means all")
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor")
	})
	return cmd
}

// isIndex reports whether a file is an index rather than data. An error is that of a file
// that is not there.
func isIndex(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() || dataset.IsTable(path) {
		return false, err
	}
	_, err = index.ReadInfo(path)
	return err == nil, nil
}

func (f *indexEvalFlags) run(cmd *cobra.Command, args []string) error {
	for _, k := range f.ks {
		if k < 1 {
			return usage("--neighbours %d: want whole numbers of at least 1", k)
		}
	}
	if err := f.voteFlags.check(cmd); err != nil {
		return err
	}
	if err := f.clusterFlags.check(); err != nil {
		return err
	}
	model, test, err := f.sets(cmd, args)
	if model != nil {
		defer model.Close()
	}
	if err != nil {
		return err
	}
	if f.limit > 0 && f.limit < test.Len() {
		test, _ = dataset.Stratified(test, f.limit, 0)
	}
	say(cmd, "%d classes, %s: %s", len(model.Classes()), test.Name(), content(test))
	predicted := make([][]int, len(f.ks))
	for i := range predicted {
		predicted[i] = make([]int, test.Len())
	}
	begin, bar := time.Now(), newProgress(cmd, "comparing", test.Len())
	err = model.PredictEach(cmd.Context(), predicted, test, f.ks, f.workers, bar.at)
	bar.end()
	if err != nil {
		return err
	}
	seconds := time.Since(begin).Seconds()
	reports := make([]*metrics.Report, len(f.ks))
	for i := range f.ks {
		reports[i], err = metrics.Evaluate(metrics.Predictions{Classes: model.Classes(), Labels: predicted[i]}, test, metrics.Options{})
		if err != nil {
			return fmt.Errorf("%s: %w", args[len(args)-1], err)
		}
	}
	return f.print(cmd, model, reports, test.Len(), seconds)
}

// kReport is the JSON for one k.
type kReport struct {
	K int `json:"k"`
	*metrics.Report
}

func (f *indexEvalFlags) print(cmd *cobra.Command, model *classifier.KNN, reports []*metrics.Report, examples int, seconds float64) error {
	c, in := model.Config(), model.Clusters()
	if isSet(cmd, jsonFlag) {
		var all []kReport
		for i, r := range reports {
			all = append(all, kReport{f.ks[i], r})
		}
		about := map[string]any{"metric": c.Metric.String(), "vote": c.Vote.String(), "seconds": seconds, "results": all}
		if in.Lists > 0 {
			about["clusters"], about["probes"], about["recall"] = in.Lists, in.Probes, in.Recall
		}
		return writeJSON(cmd.OutOrStdout(), about)
	}
	t := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "k\taccuracy\tcorrect\t95 % interval")
	for i, r := range reports {
		fmt.Fprintf(t, "%d\t%.2f %%\t%d\t%.2f to %.2f %%\n", f.ks[i], 100*r.Accuracy, r.Correct, 100*r.Interval.Low, 100*r.Interval.High)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if in.Lists > 0 {
		say(cmd, "%s", describeClusters(in, c.K))
	}
	say(cmd, "%v, %.2f s, %.0f queries per second", c.Metric, seconds, float64(examples)/seconds)
	return nil
}

// sets returns the neighbours and the examples to test them with.
func (f *indexEvalFlags) sets(cmd *cobra.Command, args []string) (*classifier.KNN, dataset.Examples, error) {
	indexed, err := isIndex(args[0])
	if err != nil {
		return nil, nil, err
	}
	if indexed {
		if len(args) < 2 {
			return nil, nil, usage("%s is an index: give the examples as DATA", args[0])
		}
		for _, name := range []string{"metric", "vote", "temperature", "recall"} {
			if cmd.Flags().Changed(name) {
				return nil, nil, usage("--%s: the index %s has its own", name, args[0])
			}
		}
		model, err := classifier.OpenKNN(args[0], index.OpenOptions{})
		if err != nil {
			return nil, nil, err
		}
		if k := model.Config().K; f.ks == nil && k > 1 {
			f.ks = []int{k}
		}
		f.setKs()
		f.as(model.Info())
		test, err := f.testSet(cmd, args[1])
		return model, test, err
	}
	data, err := f.load(cmd, args[0])
	if err != nil {
		return nil, nil, err
	}
	if data.Train == nil {
		return nil, nil, fmt.Errorf("%s has no training set", args[0])
	}
	f.setKs()
	model, err := f.knn(cmd, data.Train, f.config(f.metric, slices.Max(f.ks)), f.workers)
	if err != nil {
		return nil, nil, err
	}
	if len(args) == 2 {
		if set, ok := data.Train.(*dataset.Set); ok {
			f.shape = set.Shape()
		}
		test, err := f.testSet(cmd, args[1])
		return model, test, err
	}
	if data.Test == nil {
		return nil, nil, usage("%s has no test set: give one as DATA", args[0])
	}
	return model, data.Test, nil
}

// setKs sets the numbers of neighbours if none were given.
func (f *indexEvalFlags) setKs() {
	if f.ks == nil {
		f.ks = []int{1, 3, 5}
	}
}

// testSet loads the examples to test with.
func (f *indexEvalFlags) testSet(cmd *cobra.Command, path string) (dataset.Examples, error) {
	data, err := f.load(cmd, path)
	if err != nil {
		return nil, err
	}
	test := toEvaluate(data)
	if test.Labels() == nil {
		return nil, fmt.Errorf("%s has no labels", path)
	}
	return test, nil
}
