package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/bench"
)

func newBench() *cobra.Command {
	var dir string
	duration := 80 * time.Second // preparing, and checking that all compute the same, take 40 more
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure argmax beside rivals in pure Go on this machine",
		Long: `bench measures the operations that classifiers spend their time in, beside gonum, vek
and plain loops in Go, and writes a report: a page of HTML with pictures, the same as
Markdown, and the raw measurements in Go's benchmark format. Entrants take turns, and
no difference counts that is below what argmax differs from itself. The last line says
the outcome in one sentence.

Close other programs first: the report says so where they disturbed it.`,
		Args: wantArguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if duration <= 0 {
				return usage("--time %v: want more than 0", duration)
			}
			return runBench(cmd, dir, bench.Options{Suites: []string{"kernels"}, Headline: true, Duration: duration})
		},
	}
	addFlags(cmd, "Report", func(flags *pflag.FlagSet) {
		flags.StringVarP(&dir, "output", "o", "argmax-bench", "`directory` to write to")
		flags.DurationVar(&duration, "time", duration, "how long to measure, approximately, a `time` such as 2m; preparing and checking take less than a minute more")
	})
	return cmd
}

func runBench(cmd *cobra.Command, dir string, o bench.Options) error {
	var bar *progress
	o.Progress = func(number, of int, contest string) {
		if number == 1 {
			if bar != nil {
				bar.end()
			}
			bar = newProgress(cmd, contest, of)
		}
		bar.describe(number-1, contest)
	}
	files, err := bench.Measure(cmd.Context(), dir, o)
	if bar != nil {
		bar.end()
	}
	if err != nil {
		return err
	}
	outcome, err := bench.Write(files)
	if err != nil {
		return err
	}
	if isSet(cmd, jsonFlag) {
		return writeJSON(cmd.OutOrStdout(), outcome)
	}
	page, err := filepath.Abs(outcome.Page)
	if err != nil {
		return err
	}
	say(cmd, "%s\n", page)
	fmt.Fprintln(cmd.OutOrStdout(), outcome.Sentence)
	return nil
}
