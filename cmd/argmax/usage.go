package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"
)

// printUsage prints how a command is used, its flags under the titles of their groups.
func printUsage(cmd *cobra.Command) error {
	w, width := cmd.OutOrStderr(), usageWidth()
	fmt.Fprintf(w, "Usage:\n  %s\n", cmd.UseLine())
	if cmd.HasExample() {
		fmt.Fprintf(w, "\nExamples:\n%s\n", cmd.Example)
	}
	printCommands(cmd)
	var titles []string
	sets := map[string]*pflag.FlagSet{}
	add := func(title string, f *pflag.Flag) {
		if f.Hidden {
			return
		}
		if sets[title] == nil {
			sets[title] = pflag.NewFlagSet(title, pflag.ContinueOnError)
			sets[title].SortFlags = false
			titles = append(titles, title)
		}
		sets[title].AddFlag(f)
	}
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
		if title := f.Annotations[titleKey]; title != nil {
			add(title[0], f)
		}
	})
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Annotations[titleKey] == nil {
			add("Flags of every command", f)
		}
	})
	for _, title := range titles {
		fmt.Fprintf(w, "\n%s:\n%s", title, sets[title].FlagUsagesWrapped(width))
	}
	return nil
}

// printCommands prints the subcommands by group.
func printCommands(cmd *cobra.Command) {
	w := cmd.OutOrStderr()
	print := func(title, group string) {
		var lines []string
		for _, c := range cmd.Commands() {
			if c.GroupID == group && c.IsAvailableCommand() {
				lines = append(lines, fmt.Sprintf("  %-*s  %s\n", cmd.NamePadding()+8, c.Name(), c.Short))
			}
		}
		if len(lines) > 0 {
			fmt.Fprintf(w, "\n%s\n%s", title, strings.Join(lines, ""))
		}
	}
	for _, g := range cmd.Groups() {
		print(g.Title, g.ID)
	}
	if !slices.ContainsFunc(cmd.Groups(), func(g *cobra.Group) bool { return g.ID == "" }) {
		print("Commands:", "")
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n%s COMMAND --help says more about a command.\n", cmd.CommandPath())
	}
}

// usageWidth is the width of the terminal, within reason.
func usageWidth() int {
	if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		return min(max(width, 60), 120)
	}
	return 90
}
