// Command argmax trains linear classifiers and nearest neighbours on images,
// evaluates them and predicts with them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	if err := newCommand().ExecuteContext(ctx); err != nil {
		if errors.Is(err, context.Canceled) {
			err = errors.New("interrupted")
		}
		fmt.Fprintln(os.Stderr, "argmax:", err)
		os.Exit(exitCode(err))
	}
}

// usageError is a mistake in how the program was called.
type usageError struct{ error }

// exitCode is 2 for mistakes in how the program was called and 1 for the rest.
func exitCode(err error) int {
	if errors.As(err, &usageError{}) {
		return 2
	}
	return 1
}

// newCommand is the command argmax, complete: each sub-command is in a file of
// its own.
func newCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "argmax",
		Short: "Linear classifiers and nearest neighbours on images",
		Long: `argmax trains linear classifiers and nearest neighbours on images, evaluates
them and predicts with them, at the speed of the processor's vector units. The
same input gives the same answer to the last bit, whichever processor it runs on
and however many threads it uses.

DATA is a directory of IDX files (MNIST, Fashion-MNIST; also gzip), of the binary
version of CIFAR-10 or CIFAR-100, or of images: a folder for each class, or the
folders train and test with a folder for each class.

The environment variable ARGMAX_ISA forces an instruction set: avx512, avx2, neon
or generic.`,
		Args:          arguments(cobra.NoArgs),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceUsage:  true, // an error is one line, not a page of flags
		SilenceErrors: true, // main prints it
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if err := argmax.ForceError(); err != nil {
				return usageError{err}
			}
			return nil
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	cmd.AddCommand(newDemo(), newTrain(), newEval(), newPredict(), newKNN(), newVersion())
	return cmd
}

// arguments makes what a check of arguments finds a usage error.
func arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}
