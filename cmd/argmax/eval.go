package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/dataset"
)

type evalFlags struct {
	unknown bool
	top     []int
	workers int
}

func newEval() *cobra.Command {
	var f evalFlags
	cmd := &cobra.Command{
		Use:   "eval MODEL DATA",
		Short: "Evaluate a model: accuracy, precision and recall of each class, confusion matrix",
		Long: `eval predicts the classes of the test set of DATA, or of all of DATA if it has no
test set, and compares them with the labels. Classes are matched by name; DATA need
not have all classes of the model. Images in folders are resized to the model's
shape. The interval of the accuracy is Wilson's, at 95 %. The confusion matrix is
shown for up to 20 classes.

With --json, confusion[true][predicted] counts examples, unclassified[true] those without
a prediction.`,
		Args: wantArguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1]) },
	}
	addFlags(cmd, "Evaluation", func(flags *pflag.FlagSet) {
		flags.IntSliceVar(&f.top, "top", nil, "values of k for the top-k accuracy (default 5 with more classes)")
		flags.BoolVar(&f.unknown, "count-unknown", false, "count examples of classes that the model does not know as mistakes")
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor")
	})
	return cmd
}

func (f *evalFlags) run(cmd *cobra.Command, modelFile, data string) error {
	for _, k := range f.top {
		if k < 1 {
			return usage("--top %d: want whole numbers of at least 1", k)
		}
	}
	model, err := classifier.ReadLinearFile(modelFile)
	if err != nil {
		return err
	}
	shape := shapeFlags{dataset.Shape(model.Info().Shape)}
	train, test, err := shape.load(cmd.Context(), data)
	if err != nil {
		return err
	}
	set := test
	if set == nil {
		set = train
	}
	options := metrics.Options{Top: f.top, Areas: true, CountUnknown: f.unknown}
	if f.top == nil && len(model.Classes()) > 5 {
		options.Top = []int{5}
	}
	report, err := classifier.Evaluate(cmd.Context(), model, set, options, f.workers)
	if err != nil {
		return fmt.Errorf("%s: %w", data, err)
	}
	if isSet(cmd, jsonFlag) {
		return writeJSON(cmd.OutOrStdout(), struct {
			Data string `json:"data"`
			*metrics.Report
		}{set.Name(), report})
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %v", set.Name(), report)
	return err
}
