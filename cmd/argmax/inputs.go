package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

// inputFlags say what a command goes through besides its arguments.
type inputFlags struct {
	from  string
	table dataset.TableConfig
}

func (f *inputFlags) define(flags *pflag.FlagSet) {
	flags.StringVar(&f.from, "from", "", "`file` with the names of more files or folders, a line each; - is the standard input")
	flags.StringVar(&f.table.LabelColumn, "label-column", "", "`column` of a CSV file with labels, which is left out: its name, or its number from 1, or from -1 backwards")
	flags.StringVar(&f.table.Array, "array", "", "`name` of the features among the arrays of a .npz or .safetensors file")
}

func (f *inputFlags) check(arguments []string) error {
	if len(arguments) == 0 && f.from == "" {
		return usage("no input: give files or folders, or --from")
	}
	if slices.Contains(arguments, stdin) && f.from == stdin {
		return usage("--from -: the standard input is an image already")
	}
	return nil
}

// open opens the list of files, if there is one. Tables are opened on the way.
func (f *inputFlags) open(cmd *cobra.Command, arguments []string) (*inputs, error) {
	in := &inputs{arguments: arguments, table: f.table}
	in.table.Unlabelled = true
	switch f.from {
	case "":
	case stdin:
		in.list = cmd.InOrStdin()
	default:
		list, err := os.Open(f.from)
		if err != nil {
			return nil, err
		}
		in.list = list
		in.opened = append(in.opened, list)
	}
	return in, nil
}

// input is what is read together: an image file, or some rows of a table. err is why it
// cannot be read.
type input struct {
	name   string
	err    error
	table  dataset.Examples // nil for an image
	lo, hi int
}

// inputs are the files that a command goes through.
type inputs struct {
	arguments []string
	list      io.Reader
	table     dataset.TableConfig
	opened    []io.Closer
}

// tableRows is how many rows of a table are read together.
const tableRows = 512

// all returns the inputs, one after the other.
func (in *inputs) all(ctx context.Context) iter.Seq[input] {
	return func(yield func(input) bool) {
		for name, err := range files(in.arguments, in.list) {
			switch {
			case err == nil && dataset.IsTable(name):
				if !in.rows(ctx, name, yield) {
					return
				}
			case !yield(input{name: name, err: err}):
				return
			}
		}
	}
}

// rows yields the rows of a table, and reports whether to go on.
func (in *inputs) rows(ctx context.Context, name string, yield func(input) bool) bool {
	data, err := dataset.Load(ctx, name, dataset.Config{Table: in.table})
	if err != nil {
		return yield(input{name: name, err: err})
	}
	in.opened = append(in.opened, data)
	table := toEvaluate(data)
	for lo := 0; lo < table.Len(); lo += tableRows {
		if !yield(input{name: name, table: table, lo: lo, hi: min(lo+tableRows, table.Len())}) {
			return false
		}
	}
	return true
}

// close closes the list and the tables.
func (in *inputs) close() {
	for _, file := range in.opened {
		_ = file.Close() // nothing was written
	}
}

// imageOf returns the pixels of an image.
func imageOf(in input, model string, config dataset.ImageConfig, standard io.Reader) ([]byte, error) {
	switch {
	case in.err != nil:
		return nil, in.err
	case config.Shape == (dataset.Shape{}):
		return nil, fmt.Errorf("%s has no image shape: it takes tables, not images", model)
	case in.name == stdin:
		return dataset.DecodeImage(standard, config)
	}
	return dataset.ReadImage(in.name, config)
}

// tableRowsOf returns the rows of a table.
func tableRowsOf(in input, features int) (kernels.Matrix, error) {
	if got := in.table.Features(); got != features {
		return kernels.Matrix{}, fmt.Errorf("rows of %d features: the model has %d", got, features)
	}
	x, rows := kernels.NewMatrix(in.hi-in.lo, features), make([]int, in.hi-in.lo)
	for i := range rows {
		rows[i] = in.lo + i
	}
	in.table.Gather(x, rows)
	return x, nil
}

// describeError returns the text of an error, with the name of the file that it is about.
func describeError(name string, err error) string {
	text := plain(err)
	if !strings.Contains(text, name) {
		text = name + ": " + text
	}
	return text
}
