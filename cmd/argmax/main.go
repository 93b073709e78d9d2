// Command argmax trains linear classifiers and nearest neighbours on images and
// embeddings, evaluates them and predicts with them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run runs the command of the arguments and returns the exit code of the program.
func run(ctx context.Context, args []string, in io.Reader, out, problems io.Writer) int {
	cmd := newCommand()
	results := &checkedWriter{to: out}
	cmd.SetIn(in)
	cmd.SetOut(results)
	cmd.SetErr(problems)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(ctx)
	if err == nil && results.err != nil {
		err = fmt.Errorf("writing the results: %w", results.err)
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(problems, "argmax:", plain(err))
	return exitCode(err)
}

// usageError is a mistake in how the program was called.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// usage returns a usageError.
func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitCode is 2 for mistakes in how the program was called and 1 for the rest.
func exitCode(err error) int {
	if errors.As(err, &usageError{}) {
		return 2
	}
	return 1
}
