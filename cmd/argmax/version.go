package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed842bec00/argmax"
)

// buildInfo is what version prints.
type buildInfo struct {
	Version   string   `json:"version"`
	Go        string   `json:"go"`
	Platform  string   `json:"platform"`
	ISA       string   `json:"instructionSet"`
	Available []string `json:"available"`
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program and the instruction sets of this processor",
		Args:  wantArguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := buildInfo{version(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, argmax.Active(), argmax.Available()}
			if isSet(cmd, jsonFlag) {
				return writeJSON(cmd.OutOrStdout(), v)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "argmax %s, %s, %s\ninstruction set %s (available: %s)\n", v.Version, v.Go, v.Platform, v.ISA, strings.Join(v.Available, ", "))
			return nil
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
