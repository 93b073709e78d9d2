package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

type trainFlags struct {
	shapeFlags
	out, loss string
	margin    float32
	sgd       classifier.SGD
}

func newTrain() *cobra.Command {
	var f trainFlags
	cmd := &cobra.Command{
		Use:   "train DATA -o MODEL",
		Short: "Train a linear classifier and write it to a file",
		Long: `train fits a linear classifier f(x) = Wx + b by stochastic gradient descent with
momentum on the mean loss plus λ ΣW², and writes it to a safetensors file. The
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
	f.sgd = classifier.NewSGD(kernels.CrossEntropy{})
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "out", "o", "", "model file to write")
	flags.StringVar(&f.loss, "loss", "softmax", "softmax (cross-entropy) or hinge (multiclass SVM)")
	flags.Float32Var(&f.margin, "margin", 1, "margin of the hinge loss")
	flags.Float32Var(&f.sgd.L2, "l2", 0, "λ, the weight of the penalty ΣW²")
	flags.IntVar(&f.sgd.Epochs, "epochs", f.sgd.Epochs, "passes over the images")
	flags.IntVar(&f.sgd.Batch, "batch", f.sgd.Batch, "batch size")
	flags.Float32Var(&f.sgd.LearningRate, "rate", 0, "initial learning rate, decays linearly to zero (default 0.003, for hinge 0.0005)")
	flags.Float32Var(&f.sgd.Momentum, "momentum", f.sgd.Momentum, "momentum; 0 is none")
	flags.Uint64Var(&f.sgd.Seed, "seed", 0, "seed of the order of the images")
	flags.IntVar(&f.sgd.Workers, "workers", 0, "number of threads (default: one per processor); does not change the model")
	return cmd
}

// setLoss sets the loss, and the learning rate unless the user has.
func (f *trainFlags) setLoss(rateIsSet bool) error {
	switch f.loss {
	case "softmax":
		f.sgd.Loss = kernels.CrossEntropy{}
	case "hinge":
		f.sgd.Loss = kernels.WestonWatkins{Margin: f.margin}
	default:
		return usageError{fmt.Errorf("--loss %s: must be softmax or hinge", f.loss)}
	}
	if !rateIsSet {
		f.sgd.LearningRate = classifier.NewSGD(f.sgd.Loss).LearningRate
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
	case !(c.L2 >= 0):
		return usageError{fmt.Errorf("--l2 %v: must be at least 0", c.L2)}
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

	begin, reached := time.Now(), classifier.Progress{}
	bar := newProgress(cmd.ErrOrStderr(), "training", f.sgd.Epochs)
	f.sgd.Progress = func(p classifier.Progress) {
		reached = p
		bar.describe(p.Epoch, fmt.Sprintf("loss %.4f", p.Loss+p.Penalty))
	}
	model, err := f.sgd.Train(cmd.Context(), train)
	bar.end()
	if model == nil {
		return err
	}
	interrupted := err != nil
	if interrupted && reached.Epoch == 0 {
		return err // not worth overwriting a file for
	}
	took := time.Since(begin)
	if model, err = model.With(f.info(model, train, reached, interrupted)); err != nil {
		return err
	}
	if err := model.WriteFile(f.out); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d of %d epochs in %.2f s: loss %.4f", reached.Epoch, f.sgd.Epochs, took.Seconds(), reached.Loss)
	if f.sgd.L2 != 0 {
		fmt.Fprintf(out, ", penalty %.4f", reached.Penalty)
	}
	fmt.Fprintln(out)
	if interrupted {
		return fmt.Errorf("interrupted: %s holds the model of epoch %d of %d", f.out, reached.Epoch, f.sgd.Epochs)
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
func (f *trainFlags) info(model *classifier.Linear, train *dataset.Set, reached classifier.Progress, interrupted bool) classifier.Info {
	info := model.Info()
	number := func(v float32) string { return strconv.FormatFloat(float64(v), 'g', -1, 32) }
	info.Notes = map[string]string{
		"data":     train.Name(),
		"loss":     f.loss,
		"l2":       number(f.sgd.L2),
		"epochs":   strconv.Itoa(reached.Epoch),
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
		info.Notes["interrupted"] = fmt.Sprintf("epoch %d of %d", reached.Epoch, f.sgd.Epochs)
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
