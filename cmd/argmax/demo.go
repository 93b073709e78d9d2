package main

import (
	"context"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/dataset/fashion"
)

func newDemo() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Train and compare softmax, SVM and nearest neighbours on built-in images",
		Long: `demo trains a softmax classifier, a multiclass SVM and a nearest-neighbour
classifier on the part of Fashion-MNIST that is built in: 4,500 photographs of
clothes for training and 1,000 for testing, 28×28 grey, in ten classes. It takes a
few seconds.`,
		Args: wantArguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return demo(cmd) },
	}
}

// contender is a model of the demonstration.
type contender struct {
	name  string
	train func(ctx context.Context, set *dataset.Set, bar *progress) (classifier.Predictor, error)
	rows  int // to time single predictions on
}

const (
	demoEpochs     = 25
	demoNeighbours = 5
)

func contenders() []contender {
	sgd := func(l loss.Loss) func(context.Context, *dataset.Set, *progress) (classifier.Predictor, error) {
		return func(ctx context.Context, set *dataset.Set, bar *progress) (classifier.Predictor, error) {
			s := classifier.NewSGD()
			s.Epochs = demoEpochs
			m, _, err := s.Fit(ctx, set, classifier.Objective{Loss: l, L2: 1e-3, Scaling: classifier.OneScale},
				classifier.Options{Progress: func(r classifier.Report) { bar.at(r.Iterations) }})
			return m, err
		}
	}
	return []contender{
		{"softmax", sgd(loss.Softmax{}), 1000},
		{"SVM", sgd(loss.WestonWatkins{}), 1000},
		{fmt.Sprintf("%d nearest neighbours", demoNeighbours), func(_ context.Context, set *dataset.Set, _ *progress) (classifier.Predictor, error) {
			return classifier.NewKNN(set, classifier.KNNConfig{K: demoNeighbours})
		}, 20},
	}
}

func demo(cmd *cobra.Command) error {
	train, test, err := fashion.Load()
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "part of Fashion-MNIST: %d training and %d test images of %v, %d classes\n",
		train.Len(), test.Len(), train.Shape(), len(train.Classes()))
	fmt.Fprintf(out, "instruction set: %s\n\n", argmax.Active())
	t := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "model\ttest accuracy\ttraining\tone prediction")
	for _, c := range contenders() {
		bar := newProgress(cmd, c.name, demoEpochs)
		begin := time.Now()
		model, err := c.train(cmd.Context(), train, bar)
		took := time.Since(begin)
		bar.end()
		if err != nil {
			return err
		}
		predicted := make([]int, test.Len())
		if err := model.PredictAll(cmd.Context(), predicted, test, 0); err != nil {
			return err
		}
		e, err := classifier.Evaluate(predicted, test)
		if err != nil {
			return err
		}
		fmt.Fprintf(t, "%s\t%.1f %%\t%v\t%v\n", c.name, 100*e.Accuracy(), short(took), short(latency(model, test, c.rows)))
	}
	return t.Flush()
}

// latency measures the time of one call of Predict on rows of the set, one after
// the other: the median of several passes.
func latency(model classifier.Predictor, set *dataset.Set, rows int) time.Duration {
	x := make([][]float32, rows)
	for i := range x {
		x[i] = make([]float32, set.Features())
		set.Row(x[i], i)
	}
	passes := make([]time.Duration, 11)
	for p := range passes {
		begin := time.Now()
		for _, row := range x {
			model.Predict(row)
		}
		passes[p] = time.Since(begin) / time.Duration(rows)
	}
	slices.Sort(passes)
	return passes[len(passes)/2]
}

// short rounds a duration to three significant digits.
func short(d time.Duration) time.Duration {
	unit := time.Nanosecond
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}
