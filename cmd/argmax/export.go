package main

import (
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier/convert"
)

func newExport() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "export MODEL FILE",
		Short: "Write a model for another tool",
		Long: `export writes a model in the format that the name of the file ends with:

  .onnx         for ONNX Runtime: scores, probabilities and labels
  .safetensors  for PyTorch: weight and bias of nn.Linear
  .npz, .json   for NumPy and scikit-learn: coef_, intercept_ and classes_
  .npy          the weights alone
  .liblinear    for liblinear-predict`,
		Example: `  argmax export model.safetensors model.onnx`,
		Args:    wantArguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			model, err := readModel(args[0])
			if err != nil {
				return err
			}
			if _, err := os.Lstat(args[1]); !force && !errors.Is(err, fs.ErrNotExist) {
				return usage("%s exists: --force overwrites it", args[1])
			}
			if err := convert.WriteFile(args[1], model); err != nil {
				return err
			}
			say(cmd, "wrote %s", args[1])
			return nil
		},
	}
	addFlags(cmd, "Output", func(flags *pflag.FlagSet) {
		flags.BoolVar(&force, "force", false, "overwrite the file")
	})
	return cmd
}
