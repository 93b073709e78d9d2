package main

import (
	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

func newLookConfusion() *cobra.Command {
	var f modelDataFlags
	cmd := &cobra.Command{
		Use:   "confusion MODEL DATA -o FILE",
		Short: "Draw the confusion matrix",
		Long: `confusion draws which classes a model takes for which: a row for each true class, with the
number of its examples that each class was predicted for, and their share of the row. The
examples are those that argmax eval takes. --json prints the report of argmax eval.`,
		Example: `  argmax look confusion model.safetensors mnist/ -o confusion.svg`,
		Args:    wantArguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			model, data, err := f.open(cmd, args[0], args[1])
			if err != nil {
				return err
			}
			defer data.Close()
			report, err := classifier.Evaluate(cmd.Context(), model, toEvaluate(data), metrics.Options{}, f.workers)
			if err != nil {
				return err
			}
			return f.write(cmd, look.Confusion(report, f.style()), report)
		},
	}
	f.add(cmd)
	return cmd
}
