package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

type indexBuildFlags struct {
	dataFlags
	voteFlags
	clusterFlags
	out     string
	force   bool
	metric  string
	k       int
	workers int
}

func newIndexBuild() *cobra.Command {
	f := indexBuildFlags{metric: "l2", k: 1}
	cmd := &cobra.Command{
		Use:   "build DATA -o FILE",
		Short: "Write an index of images or embeddings",
		Long: `build writes the rows of the training set of DATA to an index file. Images stay bytes. If
the rows have labels the index classifies, too, by a vote of the --neighbours nearest.

With --recall the rows are divided into clusters, and a query is compared only with those of
the clusters that are nearest to it, as many as it takes to find this part of its
--neighbours nearest rows, on average over 1000 of the rows and the others nearest to them.`,
		Example: `  argmax index build mnist/ -o mnist.index -k 3
  argmax index build embeddings.npy --metric cosine -o embeddings.index
  argmax index build embeddings.npy --recall 95% -k 10 -o embeddings.index`,
		Args: wantArguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	addFlags(cmd, "Output", func(flags *pflag.FlagSet) {
		flags.StringVarP(&f.out, "out", "o", "", "index `file` to write")
		flags.BoolVar(&f.force, "force", false, "overwrite a file that is not an index")
	})
	f.dataFlags.add(cmd)
	addFlags(cmd, "Neighbours", func(flags *pflag.FlagSet) {
		metrics := append(distanceNames(), hamming)
		flags.Var(oneOf(&f.metric, metrics...), "metric", "distance: "+either(metrics)+", of bits in bytes without labels")
		flags.VarP(count(&f.k, 1), "neighbours", "k", "how many neighbours vote, or are searched for")
		f.clusterFlags.define(flags)
		f.voteFlags.define(flags)
		flags.Var(count(&f.workers, 0), "workers", "threads; 0 means one per processor")
	})
	return cmd
}

func (f *indexBuildFlags) run(cmd *cobra.Command, path string) error {
	if f.out == "" {
		return usage("--out: the index file to write is missing")
	}
	if err := f.voteFlags.check(cmd); err != nil {
		return err
	}
	if err := f.clusterFlags.check(); err != nil {
		return err
	}
	if f.metric == hamming && f.recall > 0 {
		return usage("--metric hamming: there are no clusters of bits")
	}
	if info, err := os.Stat(f.out); err == nil && info.Size() > 0 && !f.force {
		if _, err := index.ReadInfo(f.out); err != nil {
			return fmt.Errorf("%s exists and is not an index: --force overwrites it", f.out)
		}
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Stat(filepath.Dir(f.out)); err != nil {
		return fmt.Errorf("%s: %w", f.out, err)
	}
	f.table.Unlabelled = f.table.Labels == "" && f.table.LabelColumn == ""
	data, err := f.load(cmd, path)
	if err != nil {
		return err
	}
	defer data.Close()
	rows := data.Train
	if rows == nil {
		rows = toEvaluate(data)
	}
	if f.metric == hamming && rows.Labels() != nil {
		return fmt.Errorf("%s: --metric hamming: the rows have labels, and nothing classifies by this distance", rows.Name())
	}
	var c classifier.Clusters
	if rows.Labels() == nil {
		c, err = f.write(cmd, rows)
	} else {
		c, err = f.writeKNN(cmd, rows)
	}
	if err != nil {
		return err
	}
	if isSet(cmd, jsonFlag) {
		about := map[string]any{
			"index": f.out, "data": rows.Name(), "rows": rows.Len(), "features": rows.Features(), "classes": rows.Classes(), "metric": f.metric,
		}
		if c.Lists > 0 {
			about["clusters"], about["probes"], about["recall"] = c.Lists, c.Probes, c.Recall
		}
		return writeJSON(cmd.OutOrStdout(), about)
	}
	text := fmt.Sprintf("%s: %s", rows.Name(), content(rows))
	if rows.Labels() != nil {
		text += fmt.Sprintf(", %d classes", len(rows.Classes()))
	}
	if c.Lists > 0 {
		text += "; " + describeClusters(c, f.k)
	}
	say(cmd, "%s\nwrote %s", text, f.out)
	return nil
}

// writeKNN writes an index with labels.
func (f *indexBuildFlags) writeKNN(cmd *cobra.Command, ex dataset.Examples) (c classifier.Clusters, err error) {
	m, err := f.knn(cmd, ex, f.config(f.metric, f.k), f.workers)
	if err != nil {
		return c, err
	}
	info := m.Info()
	info.Notes = f.dataFlags.notes()
	info.Notes["data"], info.Notes["version"] = ex.Name(), version()
	if m, err = m.With(info); err != nil {
		return c, err
	}
	return m.Clusters(), m.WriteFile(f.out)
}

// write writes an index of rows alone.
func (f *indexBuildFlags) write(cmd *cobra.Command, ex dataset.Examples) (c classifier.Clusters, err error) {
	pool := kernels.NewPool(f.workers).WithContext(cmd.Context())
	switch rows := ex.(type) {
	case classifier.InPlace[uint8]:
		return writeRows(cmd, f, rows.Dense(), pool)
	case classifier.InPlace[float32]:
		if f.metric == hamming {
			return c, fmt.Errorf("%s: --metric hamming: the rows are float32, not bytes of bits", ex.Name())
		}
		return writeRows(cmd, f, rows.Dense(), pool)
	}
	return c, fmt.Errorf("%s: the rows are neither bytes nor float32", ex.Name())
}

func writeRows[E index.Element](cmd *cobra.Command, f *indexBuildFlags, rows kernels.Dense[E], pool *kernels.Pool) (c classifier.Clusters, err error) {
	if f.recall > 0 {
		return writeIVF(cmd, f, rows, pool)
	}
	x := index.New(rows, distanceOf(f.metric), index.Options{Pool: pool})
	if err := pool.Err(); err != nil {
		return c, err
	}
	return c, x.WriteFile(f.out, nil)
}
