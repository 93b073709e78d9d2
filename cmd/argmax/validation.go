package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// validationFlags set examples apart that nothing is learned from.
type validationFlags struct {
	part     float64
	patience int
}

func (f *validationFlags) add(cmd *cobra.Command) {
	addFlags(cmd, "Validation", func(flags *pflag.FlagSet) {
		flags.Var(fraction(&f.part), "val", "set this part of each class apart, such as 10%, and say how the model does on it")
		flags.Var(count(&f.patience, 1), "patience", "end after this many iterations without a lower validation loss, and keep the best model")
	})
}

func (f *validationFlags) check() error {
	if f.patience > 0 && f.part == 0 {
		return usage("--patience needs a validation set: give --val")
	}
	return nil
}
