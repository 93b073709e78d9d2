package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program and the instruction sets of this processor",
		Args:  arguments(cobra.NoArgs),
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintf(cmd.OutOrStdout(), "argmax %s, %s, %s/%s\ninstruction set %s (available: %s)\n",
				version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, argmax.Active(), strings.Join(argmax.Available(), ", "))
		},
	}
}

// version is the module version that go install was given; a program that was
// built in a checkout says (devel), or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	return info.Main.Version
}
