package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

func newLookTemplates() *cobra.Command {
	var f modelDataFlags
	scales := []string{"common", "own"}
	scale := scales[0]
	cmd := &cobra.Command{
		Use:   "templates MODEL [DATA] -o FILE",
		Short: "Draw the templates of a model of images: what each class looks for",
		Long: `templates draws the weights of each class as an image, and their positive and negative
parts: what speaks for the class and what against it. With DATA it draws the mean image
of each class of the training set above. Images of three channels have a template of three: grey stands
for weights of 0.

--scale common has one scale for all classes, own one up to the largest weight of each.
--json prints numbers of each template.`,
		Example: `  argmax look templates model.safetensors mnist/ -o templates.svg`,
		Args:    wantArguments(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			model, err := f.openModel(args[0])
			if err != nil {
				return err
			}
			var examples classifier.Examples
			if len(args) > 1 {
				data, err := f.openData(cmd, model, args[1])
				if err != nil {
					return err
				}
				defer data.Close()
				if examples = toEvaluate(data); data.Train != nil {
					examples = data.Train
				}
			}
			t, err := look.NewTemplates(cmd.Context(), model, examples)
			if err != nil {
				return err
			}
			t.OwnScale = scale == "own"
			return f.write(cmd, t.Figure(f.style()), t.Numbers())
		},
	}
	f.add(cmd)
	addFlags(cmd, "Templates", func(flags *pflag.FlagSet) {
		flags.Var(oneOf(&scale, scales...), "scale", "colours: "+either(scales))
	})
	return cmd
}
