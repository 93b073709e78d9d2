package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/dataset"
)

func newEval() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "eval MODEL DATA",
		Short: "Evaluate a model: accuracy, precision and recall of each class, confusion matrix",
		Long: `eval predicts the classes of the test set of DATA, or of all of DATA if it has no
test set, and compares them with the labels. Classes are matched by name; DATA need
not have all classes of the model. Images in folders are resized to the model's
shape. The interval of the accuracy is Wilson's, at 95 %. The confusion matrix is
shown for up to 20 classes.`,
		Args: wantArguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			model, err := classifier.ReadLinearFile(args[0])
			if err != nil {
				return err
			}
			f := shapeFlags{dataset.Shape(model.Info().Shape)}
			train, test, err := f.load(cmd.Context(), args[1])
			if err != nil {
				return err
			}
			set := test
			if set == nil {
				set = train
			}
			report, err := classifier.Evaluate(cmd.Context(), model, set, metrics.Options{Top: top(model), Areas: true}, 0)
			if err != nil {
				return fmt.Errorf("%s: %w", args[1], err)
			}
			if asJSON {
				return writeJSON(cmd.OutOrStdout(), struct {
					Data string `json:"data"`
					*metrics.Report
				}{set.Name(), report})
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %v", set.Name(), report)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON: confusion[true][predicted] counts images, unclassified[true] those without a prediction")
	return cmd
}

// top are the values of k for which eval says the top-k accuracy: 5, of more classes.
func top(model *classifier.Linear) []int {
	if len(model.Classes()) > 5 {
		return []int{5}
	}
	return nil
}
