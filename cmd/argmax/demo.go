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
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/dataset/fashion"
)

func newDemo() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Train and compare softmax, SVM and nearest neighbours on images that are built in",
		Long: `demo trains a softmax classifier and a multiclass SVM, and keeps the images for
nearest neighbours, on a part of Fashion-MNIST that this program carries with it:
4,500 photographs of clothes to learn from and 1,000 to test with, 28×28 grey, in
ten classes. It takes a few seconds.`,
		Args: arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return demo(cmd) },
	}
}

// contender is a model of the demonstration.
type contender struct {
	name  string
	train func(ctx context.Context, set *dataset.Set, bar *progress) (predictor, error)
	rows  int // to time single predictions on
}

// predictor is what all models can do.
type predictor interface {
	Predict(x []float32) int
	predictAll(ctx context.Context, dst []int, set *dataset.Set) error
}

type linear struct{ *classifier.Linear }

func (m linear) predictAll(ctx context.Context, dst []int, set *dataset.Set) error {
	return m.PredictAll(ctx, dst, set, 0)
}

type neighbours struct{ *classifier.KNN }

func (m neighbours) predictAll(ctx context.Context, dst []int, set *dataset.Set) error {
	return m.PredictAll(ctx, dst, set, 0, nil)
}

const (
	demoEpochs     = 25
	demoNeighbours = 5
)

func contenders() []contender {
	sgd := func(loss classifier.Loss) func(context.Context, *dataset.Set, *progress) (predictor, error) {
		return func(ctx context.Context, set *dataset.Set, bar *progress) (predictor, error) {
			c := classifier.SGD{Loss: loss, Epochs: demoEpochs, L2: 1e-3, Progress: func(p classifier.Progress) { bar.at(p.Epoch) }}
			m, err := c.Train(ctx, set)
			return linear{m}, err
		}
	}
	return []contender{
		{"softmax", sgd(classifier.Softmax), 1000},
		{"SVM", sgd(classifier.Hinge), 1000},
		{fmt.Sprintf("%d nearest neighbours", demoNeighbours), func(_ context.Context, set *dataset.Set, _ *progress) (predictor, error) {
			m, err := classifier.NewKNN(set, classifier.KNNConfig{K: demoNeighbours})
			return neighbours{m}, err
		}, 20},
	}
}

func demo(cmd *cobra.Command) error {
	train, test, err := fashion.Load()
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "Fashion-MNIST, a part: %d images to train with, %d to test with, %v, %d classes\n",
		train.Len(), test.Len(), train.Shape(), len(train.Classes()))
	fmt.Fprintf(out, "instruction set: %s\n\n", argmax.Active())
	t := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "model\ttest accuracy\ttraining\tone prediction")
	for _, c := range contenders() {
		bar := newProgress(cmd.ErrOrStderr(), c.name, demoEpochs)
		begin := time.Now()
		model, err := c.train(cmd.Context(), train, bar)
		took := time.Since(begin)
		bar.end()
		if err != nil {
			return err
		}
		predicted := make([]int, test.Len())
		if err := model.predictAll(cmd.Context(), predicted, test); err != nil {
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

// latency is the time of a call of Predict, one after the other on rows of the
// set: the median of several passes.
func latency(model predictor, set *dataset.Set, rows int) time.Duration {
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

// short rounds a duration to three digits.
func short(d time.Duration) time.Duration {
	unit := time.Nanosecond
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}
