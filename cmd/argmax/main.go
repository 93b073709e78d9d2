// Command argmax trains linear classifiers and nearest neighbours on images,
// evaluates them and predicts with them.
package main

import (
	"os"

	"github.com/spf13/cobra"
)

func main() {
	if err := newCommand().Execute(); err != nil {
		os.Exit(1)
	}
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
and however many threads it uses.`,
		SilenceUsage: true, // an error is one line, not a page of flags
	}
	cmd.AddCommand(newVersion())
	return cmd
}
