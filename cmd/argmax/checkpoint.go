package main

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
)

// checkpointFlags keep the state of a fit in a file.
type checkpointFlags struct {
	write, resume string
	every         time.Duration
}

func (f *checkpointFlags) add(cmd *cobra.Command) {
	f.every = 10 * time.Second
	addFlags(cmd, "Solver", func(flags *pflag.FlagSet) {
		flags.StringVar(&f.write, "checkpoint", "", "`file` for the state of the training, from time to time (solvers sgd and lbfgs)")
		flags.Var(duration(&f.every), "checkpoint-every", "least time between two states")
		flags.StringVar(&f.resume, "resume", "", "`file` with the state to go on from; the model is that of a training without the break")
	})
}

func (f *checkpointFlags) check(cmd *cobra.Command) error {
	if f.write == "" && cmd.Flags().Changed("checkpoint-every") {
		return usage("--checkpoint-every needs --checkpoint")
	}
	return nil
}

// options adds checkpoints to the options of a fit. finish writes the last one.
func (f *checkpointFlags) options(cmd *cobra.Command, o *classifier.Options) (finish func(), err error) {
	if f.resume != "" {
		if o.Resume, err = classifier.ReadCheckpointFile(f.resume); err != nil {
			return nil, err
		}
	}
	if f.write == "" {
		return func() {}, nil
	}
	var last *classifier.Checkpoint
	write := func() {
		if last == nil {
			return
		}
		if err := last.WriteFile(f.write); err != nil { // the training is worth more than its state
			warn(cmd, "no checkpoint: %s", plain(err))
		}
		last = nil
	}
	at := time.Now()
	o.Checkpoint = func(c *classifier.Checkpoint) {
		last = c
		if time.Since(at) >= f.every {
			write()
			at = time.Now()
		}
	}
	return write, nil
}
