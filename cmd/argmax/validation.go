package main

import (
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
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
		flags.Var(fraction(&f.part), "val", "set this part of each class apart, such as 10%, and say how the model does on it (default: the validation set of DATA, if it has one)")
		flags.Var(count(&f.patience, 1), "patience", "end after this many iterations without a lower validation loss, and keep the best model")
	})
}

// options adds the validation set to the options of a fit on data.
func (f *validationFlags) options(o *classifier.Options, data *dataset.Data, seed uint64) error {
	switch {
	case f.part > 0:
		o.HoldOut, o.HoldOutSeed = f.part, seed
	case data.Validation != nil && data.Validation.Labels() != nil:
		o.Validation = data.Validation
	case f.patience > 0:
		return usage("--patience needs a validation set: give --val")
	}
	o.Patience = f.patience
	return nil
}
