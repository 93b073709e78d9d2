package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/spf13/cobra"
)

// The flags of all commands.
const (
	quietFlag = "quiet"
	jsonFlag  = "json"
)

// isSet reports whether a flag of all commands is set.
func isSet(cmd *cobra.Command, name string) bool {
	set, err := cmd.Flags().GetBool(name)
	return err == nil && set
}

// say prints a line about the work, unless results are JSON or the user wants only them.
func say(cmd *cobra.Command, format string, args ...any) {
	if !isSet(cmd, quietFlag) && !isSet(cmd, jsonFlag) {
		fmt.Fprintf(cmd.OutOrStdout(), format+"\n", args...)
	}
}

// warn prints a line for the user to notice, beside the results.
func warn(cmd *cobra.Command, format string, args ...any) {
	fmt.Fprintf(cmd.ErrOrStderr(), "argmax: "+format+"\n", args...)
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// checkedWriter remembers its first error, after which it writes nothing: what prints
// need not check. A disk that is full is then noticed at the end.
type checkedWriter struct {
	to  io.Writer
	err error
}

func (w *checkedWriter) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	var n int
	n, w.err = w.to.Write(p)
	return n, w.err
}

// timelyWriter collects small writes, and passes them on when the last time it did so is
// a moment ago, or there are many.
type timelyWriter struct {
	*bufio.Writer
	passed time.Time
}

func newTimelyWriter(w io.Writer) *timelyWriter {
	return &timelyWriter{Writer: bufio.NewWriterSize(w, 1<<16)}
}

func (w *timelyWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if now := time.Now(); err == nil && now.Sub(w.passed) > 50*time.Millisecond {
		w.passed, err = now, w.Flush()
	}
	return n, err
}

var packageName = regexp.MustCompile(`(^|: )(?:argmax|classifier|convert|dataset|index|kernels|look|loss|metrics|pca|selection): `)

// plain returns the text of an error without the names of packages, which are for
// programmers.
func plain(err error) string {
	if errors.Is(err, context.Canceled) && err.Error() == context.Canceled.Error() {
		return "interrupted"
	}
	text := err.Error()
	for {
		shorter := packageName.ReplaceAllString(text, "$1")
		if shorter == text {
			return text
		}
		text = shorter
	}
}
