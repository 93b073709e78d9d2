package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

type indexQueryFlags struct {
	inputFlags
	k       int
	radius  float64
	probes  int
	workers int
}

func newIndexQuery() *cobra.Command {
	f := indexQueryFlags{k: 10}
	cmd := &cobra.Command{
		Use:   "query INDEX [FILE|FOLDER|-]...",
		Short: "Find the rows nearest to images or embeddings",
		Long: `query prints a line of JSON for each query, an image or a row of a table: the rows of the
index nearest to it, the nearest first, of equally near ones the lower row first, with
their distances and, if the index has them, their classes. L2 distances are squared.`,
		Example: `  argmax index query mnist.index digit.png -k 5
  argmax index query embeddings.index queries.npy --radius 0.2`,
		Args: wantArguments(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1:]) },
	}
	addFlags(cmd, "Input", f.inputFlags.define)
	addFlags(cmd, "Neighbours", func(flags *pflag.FlagSet) {
		flags.VarP(count(&f.k, 1), "neighbours", "k", "how many to find")
		flags.Var(notNegative(&f.radius), "radius", "find all within this distance instead")
		flags.Var(count(&f.probes, 1), "probes", "of an index in clusters: search this many (default as many as its recall takes)")
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor")
	})
	return cmd
}

// answer is what query prints for one query.
type answer struct {
	File       string  `json:"file"`
	Row        *int    `json:"row,omitempty"` // of a table
	Neighbours []found `json:"neighbours"`
	Error      string  `json:"error,omitempty"`
}

func (f *indexQueryFlags) run(cmd *cobra.Command, file string, arguments []string) error {
	if err := f.inputFlags.check(arguments); err != nil {
		return err
	}
	if cmd.Flags().Changed("radius") {
		if cmd.Flags().Changed("neighbours") {
			return usage("--neighbours and --radius contradict each other")
		}
		f.k = 0
	}
	base, model, err := openIndex(file, f.probes, f.workers)
	if err != nil {
		return err
	}
	defer base.close()
	in, err := f.inputFlags.open(cmd, arguments)
	if err != nil {
		return err
	}
	defer in.close()
	var data dataFlags
	if model != nil {
		data.as(model.Info())
	}
	r := rowReader{name: file, features: base.features(), image: data.image(), stdin: cmd.InOrStdin()}
	out := json.NewEncoder(cmd.OutOrStdout())
	done, failed := 0, 0
	fail := func(q queries, err error) error {
		failed++
		done++
		a := answer{File: q.name, Error: describeError(q.name, err)}
		warn(cmd, "%s", a.Error)
		return out.Encode(a)
	}
	err = inOrder(cmd.Context(), in.all(cmd.Context()), f.workers, r.read, func(q queries) error {
		if q.err != nil {
			return fail(q, q.err)
		}
		results, err := base.search(cmd.Context(), q.rows, f.k, f.radius, f.workers)
		var bad badQuery
		if errors.As(err, &bad) && q.table {
			return fail(q, fmt.Errorf("row %d: %w", q.lo+bad.row, err))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		for i, neighbours := range results {
			done++
			a := answer{File: q.name, Neighbours: neighbours}
			if q.table {
				row := q.lo + i
				a.Row = &row
			}
			if err := out.Encode(a); err != nil {
				return err
			}
		}
		return nil
	})
	return ended(err, done, failed)
}

// ended returns the error of a command that went through inputs.
func ended(err error, done, failed int) error {
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("interrupted after %d results", done)
	case err != nil:
		return err
	case done == 0:
		return errors.New("there is no input")
	case failed > 0:
		return fmt.Errorf("%d of %d have no result", failed, done)
	}
	return nil
}

// queries are rows to search for.
type queries struct {
	name  string
	err   error
	rows  kernels.Matrix
	table bool
	lo    int // the number of the first row in its table
}

// rowReader makes rows of inputs. It is safe for concurrent use.
type rowReader struct {
	name     string // of the model
	features int
	image    dataset.ImageConfig
	stdin    io.Reader
}

func (r rowReader) read(in input) queries {
	q := queries{name: in.name, err: in.err, table: in.table != nil, lo: in.lo}
	if q.err != nil {
		return q
	}
	if in.table != nil {
		q.rows, q.err = tableRowsOf(in, r.features)
		return q
	}
	pixels, err := imageOf(in, r.name, r.image, r.stdin)
	if q.err = err; err == nil {
		q.rows = kernels.NewMatrix(1, len(pixels))
		argmax.FromBytes(q.rows.Data, pixels)
	}
	return q
}
