package main

import (
	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

func newLookROC() *cobra.Command {
	var f modelDataFlags
	cmd := &cobra.Command{
		Use:   "roc MODEL DATA -o FILE",
		Short: "Draw ROC and precision–recall curves of each class",
		Long: `roc draws the ROC curve and the precision–recall curve of each class against the rest, of
their micro average, all pairs of an example and a class, and the ROC curve of their macro
average, with the areas. Examples are ranked by their probability of the class, or by their
score if the model has no probabilities. --json prints the areas.`,
		Example: `  argmax look roc model.safetensors mnist/ -o roc.svg`,
		Args:    wantArguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			model, data, err := f.open(cmd, args[0], args[1])
			if err != nil {
				return err
			}
			defer data.Close()
			rankings, err := look.NewRankings(cmd.Context(), model, toEvaluate(data), f.workers)
			if err != nil {
				return err
			}
			figure, err := rankings.Figure(f.style())
			if err != nil {
				return err
			}
			return f.write(cmd, figure, rankings.Areas())
		},
	}
	f.add(cmd)
	return cmd
}
