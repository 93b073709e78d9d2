package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/muesli/termenv"
	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
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
few seconds, and shows some images with their predictions.`,
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
			var s classifier.SGD
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

// contest is how a contender did.
type contest struct {
	Model      string           `json:"model"`
	Accuracy   float64          `json:"accuracy"`
	Interval   metrics.Interval `json:"interval"`
	Training   float64          `json:"trainingSeconds"`
	Prediction float64          `json:"predictionSeconds"`
}

func demo(cmd *cobra.Command) error {
	train, test, err := fashion.Load()
	if err != nil {
		return err
	}
	say(cmd, "part of Fashion-MNIST: %d training and %d test images of %v, %d classes",
		train.Len(), test.Len(), train.Shape(), len(train.Classes()))
	say(cmd, "instruction set: %s\n", argmax.Active())
	var contests []contest
	first := make([]int, test.Len()) // the predictions of the first model
	for i, c := range contenders() {
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
		if i == 0 {
			first = predicted
		}
		e, err := metrics.Evaluate(metrics.Predictions{Classes: model.Classes(), Labels: predicted}, test, metrics.Options{})
		if err != nil {
			return err
		}
		contests = append(contests, contest{c.name, e.Accuracy, e.Interval, took.Seconds(), latency(model, test, c.rows).Seconds()})
	}
	if isSet(cmd, jsonFlag) {
		return writeJSON(cmd.OutOrStdout(), contests)
	}
	t := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "model\ttest accuracy\t95 % interval\ttraining\tone prediction")
	for _, c := range contests {
		fmt.Fprintf(t, "%s\t%.1f %%\t%.1f to %.1f %%\t%v\t%v\n", c.Model, 100*c.Accuracy, 100*c.Interval.Low, 100*c.Interval.High, short(c.Training), short(c.Prediction))
	}
	if err := t.Flush(); err != nil || isSet(cmd, quietFlag) {
		return err
	}
	if err := showPredictions(cmd, test, first); err != nil {
		return err
	}
	say(cmd, "\nNext, on images of your own, in a folder for each class:\n\n  argmax train photos/ --val 10%% -o photos.safetensors")
	return nil
}

// showPredictions shows test images with what the first model takes them for: in the
// terminal, or in a file if that shows no pictures.
func showPredictions(cmd *cobra.Command, test *dataset.Set, predicted []int) error {
	const most = 5 // four right, one wrong
	var pictures []picture
	for i := 3; len(pictures) < most && i < test.Len(); {
		right := predicted[i] == test.Label(i)
		switch {
		case right && len(pictures) < most-1:
			pictures = append(pictures, picture{test.Image(i), []string{test.Classes()[predicted[i]], "correct"}})
			i += 97 // of another class
		case !right && len(pictures) == most-1:
			pictures = append(pictures, picture{test.Image(i), []string{test.Classes()[predicted[i]], "no: " + test.Classes()[test.Label(i)]}})
		default:
			i++
		}
	}
	out := cmd.OutOrStdout()
	if w, ok := out.(*checkedWriter); ok && showsPictures(w.to) {
		say(cmd, "\nsoftmax takes these for:\n")
		printPictures(out, termenv.EnvColorProfile(), pictures)
		return nil
	}
	file := filepath.Join(os.TempDir(), "argmax-demo.png")
	if err := writePictures(file, pictures); err != nil {
		return err
	}
	say(cmd, "\n%d images with their predictions: %s", len(pictures), file)
	return nil
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

// short is a time in seconds, with three significant digits.
func short(seconds float64) time.Duration {
	d, unit := time.Duration(seconds*float64(time.Second)), time.Nanosecond
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}
