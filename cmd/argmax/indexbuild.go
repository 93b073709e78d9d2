package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

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
	out      string
	force    bool
	metric   string
	k        int
	clusters int
	recall   float64
	workers  int
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
--neighbours nearest rows, on average. Such an index has no labels.`,
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
		flags.Var(oneOf(&f.metric, distanceNames()...), "metric", "distance: "+either(distanceNames()))
		flags.VarP(count(&f.k, 1), "neighbours", "k", "how many neighbours vote, or are searched for")
		flags.Var(fraction(&f.recall), "recall", "find this part of the nearest rows, in clusters; without, all")
		flags.Var(count(&f.clusters, 1), "clusters", "how many clusters (default the square root of the number of rows)")
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
	if f.recall == 0 && f.clusters > 0 {
		return usage("--clusters: give the --recall, too")
	}
	if f.recall > 0 && cmd.Flags().Changed("vote") {
		return usage("--vote: an index in clusters does not classify")
	}
	if info, err := os.Stat(f.out); err == nil && info.Size() > 0 && !f.force {
		if _, err := index.ReadInfo(f.out); err != nil {
			return fmt.Errorf("%s exists and is not an index: --force overwrites it", f.out)
		}
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
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
	if f.recall > 0 {
		return f.runIVF(cmd, rows)
	}
	if rows.Labels() == nil {
		err = f.write(rows)
	} else {
		err = f.writeKNN(rows)
	}
	if err != nil {
		return err
	}
	if isSet(cmd, jsonFlag) {
		return writeJSON(cmd.OutOrStdout(), map[string]any{
			"index": f.out, "data": rows.Name(), "rows": rows.Len(), "features": rows.Features(), "classes": rows.Classes(), "metric": f.metric,
		})
	}
	say(cmd, "%s: %s, %d classes\nwrote %s", rows.Name(), content(rows), len(rows.Classes()), f.out)
	return nil
}

// runIVF writes an index in clusters.
func (f *indexBuildFlags) runIVF(cmd *cobra.Command, rows dataset.Examples) error {
	clusters, t, err := f.writeIVF(cmd.Context(), rows)
	if err != nil {
		return err
	}
	if isSet(cmd, jsonFlag) {
		return writeJSON(cmd.OutOrStdout(), map[string]any{
			"index": f.out, "data": rows.Name(), "rows": rows.Len(), "features": rows.Features(), "metric": f.metric,
			"clusters": clusters, "probes": t.Probes, "recall": t.Recall,
		})
	}
	say(cmd, "%s: %s; %d of %d clusters have %.1f %% of the %d nearest\nwrote %s", rows.Name(), content(rows), t.Probes, clusters, 100*t.Recall, f.k, f.out)
	return nil
}

// writeKNN writes an index with labels.
func (f *indexBuildFlags) writeKNN(ex dataset.Examples) error {
	m, err := classifier.NewKNN(ex, f.config(f.metric, f.k))
	if err != nil {
		return err
	}
	info := m.Info()
	info.Notes = f.dataFlags.notes()
	info.Notes["data"], info.Notes["version"] = ex.Name(), version()
	if m, err = m.With(info); err != nil {
		return err
	}
	return m.WriteFile(f.out)
}

// write writes an index of rows alone.
func (f *indexBuildFlags) write(ex dataset.Examples) error {
	pool := kernels.NewPool(f.workers)
	switch rows := ex.(type) {
	case classifier.InPlace[uint8]:
		return index.New(rows.Dense(), distanceOf(f.metric), index.Options{Pool: pool}).WriteFile(f.out, nil)
	case classifier.InPlace[float32]:
		return index.New(rows.Dense(), distanceOf(f.metric), index.Options{Pool: pool}).WriteFile(f.out, nil)
	}
	return fmt.Errorf("%s: the rows are neither bytes nor float32", ex.Name())
}
