package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far long work is, on a terminal; elsewhere it is silent.
type progress struct{ bar *progressbar.ProgressBar }

func newProgress(w io.Writer, what string, steps int) *progress {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &progress{progressbar.DefaultSilent(int64(steps))}
	}
	return &progress{progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(w),
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
