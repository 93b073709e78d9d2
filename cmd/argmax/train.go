package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/dataset"
)

type trainFlags struct {
	shapeFlags
	out, loss string
	margin    float32
	objective classifier.Objective
	sgd       classifier.SGD
	workers   int
}

func newTrain() *cobra.Command {
	var f trainFlags
	cmd := &cobra.Command{
		Use:   "train DATA -o MODEL",
		Short: "Train a linear classifier and write it to a file",
		Long: `train fits a linear classifier f(x) = Wx + b by stochastic gradient descent with
momentum on the mean loss plus λ ΣW², where W are the weights of the pixels divided by
their standard deviation, and writes it to a safetensors file. The
tensors weight and bias apply to pixels from 0 to 255; class names and the image
shape are in the metadata. The file is written completely or not at all.

An interrupt ends the training early. If at least one epoch is complete, the model
is still written, with a note, and the exit code is 1. A second interrupt ends the
program at once.`,
		Example: `  argmax train mnist/ -o mnist.safetensors
  argmax train photos/ --width 32 --height 32 --loss hinge --l2 1e-4 -o photos.safetensors`,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.add(cmd)
	f.sgd = classifier.NewSGD()
	f.objective.Scaling = classifier.OneScale
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "out", "o", "", "model file to write")
	flags.StringVar(&f.loss, "loss", "softmax", "softmax (cross-entropy) or hinge (multiclass SVM)")
	flags.Float32Var(&f.margin, "margin", 1, "margin of the hinge loss")
	flags.Float64Var(&f.objective.L2, "l2", 0, "λ, the weight of the penalty ΣW²")
	flags.IntVar(&f.sgd.Epochs, "epochs", 20, "passes over the images")
	flags.IntVar(&f.sgd.Batch, "batch", 128, "batch size")
	flags.Float32Var(&f.sgd.LearningRate, "rate", 0, "initial learning rate, decays linearly to zero (default 0.003, for hinge 0.0005)")
	flags.Float32Var(&f.sgd.Momentum, "momentum", f.sgd.Momentum, "momentum; 0 is none")
	flags.Uint64Var(&f.sgd.Seed, "seed", 0, "seed of the order of the images")
	flags.IntVar(&f.workers, "workers", 0, "number of threads (default: one per processor); does not change the model")
	return cmd
}

// setLoss sets the loss, and the learning rate unless the user has.
func (f *trainFlags) setLoss(rateIsSet bool) error {
	switch f.loss {
	case "softmax":
		f.objective.Loss = loss.Softmax{}
	case "hinge":
		f.objective.Loss = loss.WestonWatkins{Margin: f.margin}
	default:
		return usageError{fmt.Errorf("--loss %s: must be softmax or hinge", f.loss)}
	}
	if !rateIsSet {
		f.sgd.LearningRate = classifier.DefaultLearningRate(f.objective.Loss)
	}
	return nil
}

// check finds mistakes before the work begins.
func (f *trainFlags) check() error {
	switch c := &f.sgd; {
	case f.out == "":
		return usageError{errors.New("--out: the model file to write is missing")}
	case c.Epochs < 1:
		return usageError{fmt.Errorf("--epochs %d: must be at least 1", c.Epochs)}
	case c.Batch < 1:
		return usageError{fmt.Errorf("--batch %d: must be at least 1", c.Batch)}
	case !(f.margin > 0):
		return usageError{fmt.Errorf("--margin %v: must be more than 0", f.margin)}
	case !(c.LearningRate > 0):
		return usageError{fmt.Errorf("--rate %v: must be more than 0", c.LearningRate)}
	case !(f.objective.L2 >= 0):
		return usageError{fmt.Errorf("--l2 %v: must be at least 0", f.objective.L2)}
	case !(c.Momentum >= 0 && c.Momentum < 1):
		return usageError{fmt.Errorf("--momentum %v: must be at least 0 and less than 1", c.Momentum)}
	}
	if dir, err := os.Stat(filepath.Dir(f.out)); err != nil || !dir.IsDir() {
		return fmt.Errorf("%s: its directory does not exist", f.out)
	}
	if old, err := os.Stat(f.out); err == nil && !old.Mode().IsRegular() {
		return fmt.Errorf("%s: not a regular file", f.out)
	}
	return nil
}

func (f *trainFlags) run(cmd *cobra.Command, dir string) error {
	if err := f.setLoss(cmd.Flags().Changed("rate")); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	train, test, err := f.load(cmd.Context(), dir)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s: %d images of %v, %d classes\n", train.Name(), train.Len(), train.Shape(), len(train.Classes()))

	bar := newProgress(cmd.ErrOrStderr(), "training", f.sgd.Epochs)
	model, report, err := f.sgd.Fit(cmd.Context(), train, f.objective, classifier.Options{
		Workers: f.workers,
		Progress: func(r classifier.Report) {
			bar.describe(r.Iterations, fmt.Sprintf("objective %.4f", r.Objective))
		},
	})
	bar.end()
	if model == nil {
		return err
	}
	interrupted := err != nil
	if interrupted && report.Iterations == 0 {
		return err // not worth overwriting a file for
	}
	if model, err = model.With(f.info(model, train, report, interrupted)); err != nil {
		return err
	}
	if err := model.WriteFile(f.out); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d of %d epochs in %.2f s: loss %.4f", report.Iterations, f.sgd.Epochs, report.Elapsed.Seconds(), report.Loss)
	if f.objective.L2 != 0 {
		fmt.Fprintf(out, ", penalty %.4f, together at most %.2g above the minimum", report.Penalty, report.Gap)
	}
	fmt.Fprintln(out)
	if interrupted {
		return fmt.Errorf("interrupted: %s holds the model of epoch %d of %d", f.out, report.Iterations, f.sgd.Epochs)
	}
	for _, set := range []*dataset.Set{train, test} {
		if set != nil {
			if err := printAccuracy(cmd.Context(), out, model, set); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(out, "wrote %s\n", f.out)
	return nil
}

// info returns the metadata of the model file.
func (f *trainFlags) info(model *classifier.Linear, train *dataset.Set, report classifier.Report, interrupted bool) classifier.Info {
	info := model.Info()
	number := func(v float32) string { return strconv.FormatFloat(float64(v), 'g', -1, 32) }
	info.Notes = map[string]string{
		"data":     train.Name(),
		"loss":     f.loss,
		"l2":       strconv.FormatFloat(f.objective.L2, 'g', -1, 64),
		"epochs":   strconv.Itoa(report.Iterations),
		"batch":    strconv.Itoa(f.sgd.Batch),
		"momentum": number(f.sgd.Momentum),
		"rate":     number(f.sgd.LearningRate),
		"seed":     strconv.FormatUint(f.sgd.Seed, 10),
		"version":  version(),
	}
	if f.loss == "hinge" {
		info.Notes["margin"] = number(f.margin)
	}
	if interrupted {
		info.Notes["interrupted"] = fmt.Sprintf("epoch %d of %d", report.Iterations, f.sgd.Epochs)
	}
	return info
}

func printAccuracy(ctx context.Context, out io.Writer, model *classifier.Linear, set *dataset.Set) error {
	e, err := evaluate(ctx, model, set)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: accuracy %.2f %% (%d of %d)\n", set.Name(), 100*e.Accuracy(), e.Correct, e.Examples)
	return nil
}

func evaluate(ctx context.Context, model *classifier.Linear, ex classifier.Examples) (classifier.Evaluation, error) {
	predicted := make([]int, ex.Len())
	if err := model.PredictAll(ctx, predicted, ex, 0); err != nil {
		return classifier.Evaluation{}, err
	}
	return classifier.Evaluate(predicted, ex)
}
