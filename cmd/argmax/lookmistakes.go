package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

func newLookMistakes() *cobra.Command {
	var f modelDataFlags
	n := 16
	cmd := &cobra.Command{
		Use:   "mistakes MODEL DATA -o FILE",
		Short: "Show the most confident mistakes and the least confident hits",
		Long: `mistakes shows the images that the model is most sure of and gets wrong, and those that it
gets right but is least sure of, with their labels and probabilities. A model without
probabilities has scores instead: its confidence is how far the highest is above the next.
Rows are counted from 0. --json prints them.`,
		Example: `  argmax look mistakes model.safetensors mnist/ -o mistakes.png`,
		Args:    wantArguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			model, data, err := f.open(cmd, args[0], args[1])
			if err != nil {
				return err
			}
			defer data.Close()
			m, err := look.NewMistakes(cmd.Context(), model, toEvaluate(data), n, f.workers)
			if err != nil {
				return err
			}
			return f.write(cmd, m.Figure(f.style()), map[string]any{
				"examples": m.Examples, "errors": m.Errors, "wrong": m.Wrong, "right": m.Right,
			})
		},
	}
	f.add(cmd)
	addFlags(cmd, "Mistakes", func(flags *pflag.FlagSet) {
		flags.Var(count(&n, 1), "limit", "images of each kind, at most")
	})
	return cmd
}
