package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
)

type evalFlags struct {
	dataFlags
	unknown bool
	top     []int
	workers int
}

func newEval() *cobra.Command {
	var f evalFlags
	cmd := &cobra.Command{
		Use:   "eval MODEL DATA",
		Short: "Evaluate a model: accuracy, precision and recall of each class, confusion matrix",
		Long: `eval predicts the classes of the test set of DATA, or of its validation set if it has no
test set, or of its training set if it has neither, and compares them with the labels.
Classes are matched by name; DATA need not have all classes of the model. Images in
folders are made to fit as they were in training. The interval of the accuracy is Wilson's, at 95 %. The confusion matrix is
shown for up to 20 classes.

With --json, confusion[true][predicted] counts examples, unclassified[true] those without
a prediction.`,
		Args: wantArguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1]) },
	}
	addFlags(cmd, "Data", func(flags *pflag.FlagSet) {
		f.addTable(flags)
		f.addSkip(flags)
	})
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
	model, err := readModel(modelFile)
	if err != nil {
		return err
	}
	f.as(model.Info())
	found, err := f.load(cmd, data)
	if err != nil {
		return err
	}
	set := toEvaluate(found)
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
