package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

type lookRowFlags struct {
	modelDataFlags
	row    int
	class  string
	loss   string
	margin float32
}

func newLookRow() *cobra.Command {
	f := lookRowFlags{margin: 1}
	cmd := &cobra.Command{
		Use:   "row MODEL DATA|IMAGE -o FILE",
		Short: "Explain the prediction for one row, step by step",
		Long: `row draws how a model comes to its prediction for one row of DATA, or for an image: the
image, its product with the template of each class, pixel by pixel, the scores, then the
three steps of the softmax (unnormalized log-probability, exp, normalized), or the sigmoids,
and the terms of the loss one by one. Rows of a table are shown by their numbers if they
have up to 16 features.

The loss is that of the training, or --loss. An image has one if --class names its class.
--json prints the steps.`,
		Example: `  argmax look row model.safetensors mnist/ --row 7 -o row.svg
  argmax look row model.safetensors cat.jpg --class cat -o cat.svg`,
		Args: wantArguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1]) },
	}
	f.add(cmd)
	addFlags(cmd, "Row", func(flags *pflag.FlagSet) {
		flags.Var(count(&f.row, 0), "row", "number of the row of DATA, from 0: of the test set, if it has one")
		flags.StringVar(&f.class, "class", "", "true `class` of the image")
		flags.Var(oneOf(&f.loss, lossNames()...), "loss", "loss whose terms are shown (default: that of the training): "+either(lossNames()))
		flags.Var(positive(&f.margin), "margin", "margin of the hinges, if it is not that of the training")
	})
	return cmd
}

func (f *lookRowFlags) run(cmd *cobra.Command, modelFile, path string) error {
	model, err := f.openModel(modelFile)
	if err != nil {
		return err
	}
	l, err := f.lossOf(cmd, model.Info())
	if err != nil {
		return err
	}
	var e look.Explanation
	explain := f.example
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && !dataset.IsTable(path) {
		explain = f.image
	}
	if e, err = explain(cmd, model, path, l); err != nil {
		return err
	}
	numbers := map[string]any{"row": e.Name, "predicted": e.Classes[e.Predicted], "classes": e.Classes, "steps": e.Steps}
	if e.LossName != "" {
		numbers["label"], numbers["loss"] = e.Classes[e.Label], e.Loss
	}
	return f.write(cmd, e.Figure(f.style()), numbers)
}

// lossOf returns the loss whose terms are shown.
func (f *lookRowFlags) lossOf(cmd *cobra.Command, info classifier.Info) (loss.Loss, error) {
	name, margin, smoothing := f.loss, f.margin, float32(0)
	if name == "" {
		if name = info.Notes["loss"]; !slices.Contains(lossNames(), name) { // a model from elsewhere
			name = map[loss.Link]string{loss.NoLink: "hinge", loss.SoftmaxLink: "softmax", loss.SigmoidLink: "ovr-logistic"}[info.Link]
		}
		if x, err := strconv.ParseFloat(info.Notes["smoothing"], 32); err == nil {
			smoothing = float32(x)
		}
	}
	if x, err := strconv.ParseFloat(info.Notes["margin"], 32); err == nil && !cmd.Flags().Changed("margin") {
		margin = float32(x)
	}
	i := slices.IndexFunc(losses, func(l namedLoss) bool { return l.name == name })
	if cmd.Flags().Changed("margin") && !losses[i].margin {
		return nil, usage("--margin: the loss %s has none", name)
	}
	l := losses[i].of(margin, smoothing)
	return l, loss.Check(l)
}

// image explains the prediction for an image.
func (f *lookRowFlags) image(cmd *cobra.Command, m *classifier.Linear, path string, l loss.Loss) (look.Explanation, error) {
	if cmd.Flags().Changed("row") {
		return look.Explanation{}, usage("--row: an image has no rows")
	}
	if m.Info().Shape == (classifier.Shape{}) {
		return look.Explanation{}, fmt.Errorf("%s is no table: the model takes tables, not images", path)
	}
	label := -1
	if f.class == "" && (cmd.Flags().Changed("loss") || cmd.Flags().Changed("margin")) {
		return look.Explanation{}, usage("--loss and --margin: the image has no loss without --class")
	}
	if f.class != "" {
		if label = slices.Index(m.Classes(), f.class); label < 0 {
			return look.Explanation{}, usage("--class %s: there is no such class%s", f.class, didYouMean(f.class, m.Classes()))
		}
	}
	f.as(m.Info())
	pixels, err := dataset.ReadImage(path, f.dataFlags.image())
	if err != nil {
		return look.Explanation{}, err
	}
	x := make([]float32, len(pixels))
	for i, v := range pixels {
		x[i] = float32(v)
	}
	e, err := look.Explain(m, nil, x, label, l)
	e.Name = filepath.Base(path)
	return e, err
}

// example explains the prediction for a row of data.
func (f *lookRowFlags) example(cmd *cobra.Command, m *classifier.Linear, path string, l loss.Loss) (look.Explanation, error) {
	if f.class != "" {
		return look.Explanation{}, usage("--class: the classes are those of %s", path)
	}
	data, err := f.openData(cmd, m, path)
	if err != nil {
		return look.Explanation{}, err
	}
	defer data.Close()
	set := toEvaluate(data)
	if f.row >= set.Len() {
		return look.Explanation{}, fmt.Errorf("--row %d: %s has %d rows, and the first is 0", f.row, set.Name(), set.Len())
	}
	labels, err := metrics.Match(m.Classes(), set)
	if err != nil {
		return look.Explanation{}, err
	}
	x := kernels.NewMatrix(1, set.Features())
	set.Gather(x, []int{f.row})
	e, err := look.Explain(m, set, x.Row(0), labels[f.row], l)
	e.Name = fmt.Sprintf("row %d of %s", f.row, set.Name())
	return e, err
}
