package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

func newLookCalibration() *cobra.Command {
	var f modelDataFlags
	bins := 15
	cmd := &cobra.Command{
		Use:   "calibration MODEL DATA -o FILE",
		Short: "Draw how often the model is right where it is how confident",
		Long: `calibration draws the reliability diagram of a model with probabilities: the predictions
are divided by their confidence, the probability of the predicted class, and for each part
the accuracy is drawn with its interval of 95 %. Below is the share of the predictions in
each part. --json prints the report of argmax eval.`,
		Example: `  argmax look calibration model.safetensors mnist/ -o calibration.svg`,
		Args:    wantArguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			model, data, err := f.open(cmd, args[0], args[1])
			if err != nil {
				return err
			}
			defer data.Close()
			report, err := classifier.Evaluate(cmd.Context(), model, toEvaluate(data), metrics.Options{Bins: bins}, f.workers)
			if err != nil {
				return err
			}
			figure, err := look.Calibration(report, f.style())
			if err != nil {
				return err
			}
			return f.write(cmd, figure, report)
		},
	}
	f.add(cmd)
	addFlags(cmd, "Calibration", func(flags *pflag.FlagSet) {
		flags.Var(count(&bins, 1), "bins", "parts of equal width that confidence is divided into")
	})
	return cmd
}
