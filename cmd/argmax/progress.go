package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// progress shows how far long work is, on a terminal; elsewhere it is silent.
type progress struct{ bar *progressbar.ProgressBar }

// newProgress returns the progress of a number of steps, −1 if that is not known.
func newProgress(cmd *cobra.Command, what string, steps int) *progress {
	f, ok := cmd.ErrOrStderr().(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || isSet(cmd, quietFlag) {
		return &progress{progressbar.DefaultSilent(int64(steps))}
	}
	return &progress{progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(f),
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)}
}

// at moves to a step; describe also says what it found. A progress that cannot be
// shown stops nothing.
func (p *progress) at(step int) { _ = p.bar.Set(step) }

func (p *progress) describe(step int, what string) {
	p.bar.Describe(what)
	p.at(step)
}

func (p *progress) end() { _ = p.bar.Finish() }
