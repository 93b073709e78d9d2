package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/dataset"
)

type knnFlags struct {
	dataFlags
	ks      []int
	metric  string
	limit   int
	workers int
}

func newKNN() *cobra.Command {
	var f knnFlags
	cmd := &cobra.Command{
		Use:   "knn TRAIN [TEST]",
		Short: "Measure the accuracy of the k nearest neighbours",
		Long: `knn compares every test image with every training image and predicts the class of
most of the k nearest. The test images are the test set of TRAIN or, if TEST is
given, the test set of TEST, or its validation or training set if it has none. Classes are matched by
name. Several k share one pass.`,
		Example: `  argmax knn mnist/ -k 1,3,5
  argmax knn cifar-10-batches-bin/ --metric l1 --limit 1000`,
		Args: wantArguments(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.add(cmd)
	cmd.Flags().IntSliceVarP(&f.ks, "neighbours", "k", []int{1, 3, 5}, "numbers of neighbours")
	cmd.Flags().StringVar(&f.metric, "metric", "l2", metricNames)
	cmd.Flags().IntVar(&f.limit, "limit", 0, "use only this many test images, of all classes in proportion (default: all)")
	cmd.Flags().IntVar(&f.workers, "workers", 0, "number of threads (default: one per processor)")
	return cmd
}

const metricNames = "l2, l1, linf or cosine"

func parseMetric(name string) (classifier.Metric, error) {
	for _, m := range []classifier.Metric{classifier.L2, classifier.L1, classifier.LInf, classifier.Cosine} {
		if strings.EqualFold(m.String(), name) {
			return m, nil
		}
	}
	return 0, usageError{fmt.Errorf("--metric %s: %s", name, metricNames)}
}

func (f *knnFlags) run(cmd *cobra.Command, args []string) error {
	metric, err := parseMetric(f.metric)
	if err != nil {
		return err
	}
	for _, k := range f.ks {
		if k < 1 {
			return usageError{fmt.Errorf("--neighbours %d", k)}
		}
	}
	if f.limit < 0 {
		return usageError{fmt.Errorf("--limit %d: must be at least 0, which means all", f.limit)}
	}
	train, test, err := f.sets(cmd, args)
	if err != nil {
		return err
	}
	if f.limit > 0 && f.limit < test.Len() {
		test, _ = dataset.Stratified(test, f.limit, 0)
	}
	if _, err := metrics.Match(train.Classes(), test); err != nil {
		return fmt.Errorf("%s: %w", args[len(args)-1], err)
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s: %s, %d classes; %s: %d\n", train.Name(), content(train), len(train.Classes()), test.Name(), test.Len())

	model, err := classifier.NewKNN(train, classifier.KNNConfig{Metric: metric})
	if err != nil {
		return err
	}
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
	took := time.Since(begin)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "k\taccuracy\tcorrect")
	for i, k := range f.ks {
		e, err := metrics.Evaluate(metrics.Predictions{Classes: train.Classes(), Labels: predicted[i]}, test, metrics.Options{})
		if err != nil {
			return fmt.Errorf("%s: %w", args[len(args)-1], err)
		}
		fmt.Fprintf(t, "%d\t%.2f %%\t%d\n", k, 100*e.Accuracy, e.Correct)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%v, %.2f s, %.0f images per second\n", metric, took.Seconds(), float64(test.Len())/took.Seconds())
	return nil
}

// sets loads the training set of the first argument and the images to test with.
func (f *knnFlags) sets(cmd *cobra.Command, args []string) (train, test dataset.Examples, err error) {
	data, err := f.load(cmd, args[0])
	if err != nil {
		return nil, nil, err
	}
	if train, test = data.Train, data.Test; train == nil {
		return nil, nil, fmt.Errorf("%s has no training set", args[0])
	}
	if len(args) == 2 {
		if set, ok := train.(*dataset.Set); ok {
			f.shape = set.Shape()
		}
		other, err := f.load(cmd, args[1])
		if err != nil {
			return nil, nil, err
		}
		test = toEvaluate(other)
	}
	if test == nil {
		return nil, nil, usageError{fmt.Errorf("%s has no test set: give one as TEST", args[0])}
	}
	return train, test, nil
}
