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
)

type trainFlags struct {
	shapeFlags
	out, loss string
	sgd       classifier.SGD
}

func newTrain() *cobra.Command {
	var f trainFlags
	cmd := &cobra.Command{
		Use:   "train DATA -o MODEL",
		Short: "Train a linear classifier and write it to a file",
		Long: `train learns the weights of a linear classifier f(x) = Wx + b by stochastic
gradient descent with momentum on the mean loss plus λ ΣW², and writes them to a
safetensors file: the tensors weight and bias score pixels from 0 to 255 as they
are; class names and the image shape are in the metadata. The file appears whole
or not at all.

An interrupt ends the training early. If an epoch is complete, the model as far as
it is, is written all the same, with a note; the exit code is 1. A second interrupt
ends the program at once.`,
		Example: `  argmax train mnist/ -o mnist.safetensors
  argmax train photos/ --width 32 --height 32 --loss hinge --l2 1e-4 -o photos.safetensors`,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.add(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "out", "o", "", "the model file to write")
	flags.StringVar(&f.loss, "loss", "softmax", "softmax (cross-entropy) or hinge (multiclass SVM)")
	flags.Float32Var(&f.sgd.Margin, "margin", 1, "of the hinge")
	flags.Float32Var(&f.sgd.L2, "l2", 0, "λ, the weight of the penalty ΣW²")
	flags.IntVar(&f.sgd.Epochs, "epochs", 20, "passes over the images")
	flags.IntVar(&f.sgd.Batch, "batch", 128, "images a step")
	flags.Float32Var(&f.sgd.LearningRate, "rate", 0, "learning rate at the start, falling to zero (default 0.003, hinge 0.0005)")
	flags.Float32Var(&f.sgd.Momentum, "momentum", 0.9, "momentum; 0 is none")
	flags.Uint64Var(&f.sgd.Seed, "seed", 0, "of the order of the images")
	flags.IntVar(&f.sgd.Workers, "workers", 0, "threads (default: one for each processor); does not change the model")
	return cmd
}

func parseLoss(name string) (classifier.Loss, error) {
	for _, l := range []classifier.Loss{classifier.Softmax, classifier.Hinge} {
		if l.String() == name {
			return l, nil
		}
	}
	return 0, usageError{fmt.Errorf("--loss %s: softmax or hinge", name)}
}

// check finds mistakes before the work begins, and sets what the flags mean: to
// SGD a zero is no number but its default.
func (f *trainFlags) check() (err error) {
	if f.sgd.Loss, err = parseLoss(f.loss); err != nil {
		return err
	}
	switch c := &f.sgd; {
	case f.out == "":
		return usageError{errors.New("--out: name the model file to write")}
	case c.Epochs < 1:
		return usageError{fmt.Errorf("--epochs %d: at least 1", c.Epochs)}
	case c.Batch < 1:
		return usageError{fmt.Errorf("--batch %d: at least 1", c.Batch)}
	case !(c.Margin > 0):
		return usageError{fmt.Errorf("--margin %v: more than 0", c.Margin)}
	case !(c.Momentum >= 0 && c.Momentum < 1):
		return usageError{fmt.Errorf("--momentum %v: at least 0 and less than 1", c.Momentum)}
	case c.Momentum == 0:
		c.Momentum = -1
	}
	if dir, err := os.Stat(filepath.Dir(f.out)); err != nil || !dir.IsDir() {
		return fmt.Errorf("%s: there is no directory to write it in", f.out)
	}
	if old, err := os.Stat(f.out); err == nil && !old.Mode().IsRegular() {
		return fmt.Errorf("%s: not a regular file", f.out)
	}
	return nil
}

func (f *trainFlags) run(cmd *cobra.Command, dir string) error {
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
		return err // not worth the file that may be there
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

// info is what the model file says beside the weights.
func (f *trainFlags) info(model *classifier.Linear, train *dataset.Set, reached classifier.Progress, interrupted bool) classifier.Info {
	info, shape := model.Info(), train.Shape()
	info.Height, info.Width, info.Channels = shape.Height, shape.Width, shape.Channels
	number := func(v float32) string { return strconv.FormatFloat(float64(v), 'g', -1, 32) }
	info.Notes = map[string]string{
		"data":     train.Name(),
		"loss":     f.sgd.Loss.String(),
		"l2":       number(f.sgd.L2),
		"epochs":   strconv.Itoa(reached.Epoch),
		"batch":    strconv.Itoa(f.sgd.Batch),
		"momentum": number(max(f.sgd.Momentum, 0)),
		"seed":     strconv.FormatUint(f.sgd.Seed, 10),
		"version":  version(),
	}
	if f.sgd.LearningRate != 0 {
		info.Notes["rate"] = number(f.sgd.LearningRate)
	}
	if f.sgd.Loss == classifier.Hinge {
		info.Notes["margin"] = number(f.sgd.Margin)
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
