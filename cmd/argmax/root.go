package main

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax"
)

// newCommand returns the command argmax, complete: each subcommand is in a file of its
// own.
func newCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "argmax",
		Short: "Linear classifiers and nearest neighbours on images and embeddings",
		Long: `argmax trains linear classifiers and nearest neighbours on images and embeddings,
evaluates them and predicts with them, at the speed of the processor's vector units.
The same input gives the same answer to the last bit, whichever processor it runs on
and however many threads it uses.

The exit code is 0 on success, 1 on failure or interruption, and 2 if the command
line is wrong.

The environment variable ARGMAX_ISA forces an instruction set: avx512vnni, avx512,
avx2, neondot, neon or generic.`,
		Version: version(),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return usage("unknown command %q%s", args[0], didYouMean(args[0], names(cmd)))
		},
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
	cmd.SetVersionTemplate("argmax {{.Version}}\n")
	cmd.SetFlagErrorFunc(flagError)
	cmd.SetUsageFunc(printUsage)
	cmd.PersistentFlags().BoolP(quietFlag, "q", false, "print only results and errors")
	cmd.PersistentFlags().Bool(jsonFlag, false, "print results as JSON")
	cmd.CompletionOptions.HiddenDefaultCmd = true
	cmd.AddGroup(
		&cobra.Group{ID: "learn", Title: "Train and evaluate:"},
		&cobra.Group{ID: "use", Title: "Use models:"},
		&cobra.Group{ID: "about", Title: "About argmax:"},
	)
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			cmd.AddCommand(c)
		}
	}
	add("learn", newTrain(), newSearch(), newEval(), newLook())
	add("use", newIndex(), newPredict(), newInfo(), newImport(), newExport())
	add("about", newDemo(), newBench(), newPlay(), newMan(), newVersion())
	cmd.SetHelpCommandGroupID("about")
	return cmd
}

// names returns the names of the subcommands that are not hidden.
func names(cmd *cobra.Command) []string {
	var all []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			all = append(all, c.Name())
		}
	}
	return all
}

// didYouMean returns a question about the name that is most like the mistaken one, or
// nothing if none is much like it.
func didYouMean(mistaken string, names []string) string {
	best, least := "", 3
	for _, name := range names {
		distance := levenshtein.ComputeDistance(strings.ToLower(mistaken), name)
		if len(mistaken) > 1 && strings.HasPrefix(name, mistaken) {
			distance = min(distance, 1)
		}
		if distance < least && distance < len(name) {
			best, least = name, distance
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(": did you mean %s?", best)
}

// wantArguments returns a check of the number of arguments, which the usage of the
// command names. A most of −1 is no limit.
func wantArguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			if most == 0 {
				return usage("%s takes no arguments, but was given %s", cmd.CommandPath(), args[0])
			}
			return usage("%d arguments: the usage is %s", len(args), cmd.UseLine())
		}
		return nil
	}
}

// wantCommand is the check of a command that only has subcommands.
func wantCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage("unknown command %q%s", cmd.CommandPath()+" "+args[0], didYouMean(args[0], names(cmd)))
}
