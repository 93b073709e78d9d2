package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// probesAttachment holds the number of clusters that a search compares with.
const probesAttachment = "probes"

// clusterFlags divide rows into clusters.
type clusterFlags struct {
	recall   float64
	clusters int
}

func (f *clusterFlags) define(flags *pflag.FlagSet) {
	flags.Var(fraction(&f.recall), "recall", "find this part of the nearest rows, in clusters; without, all")
	flags.Var(count(&f.clusters, 1), "clusters", "how many clusters (default the square root of the number of rows)")
}

func (f *clusterFlags) check() error {
	if f.recall == 0 && f.clusters > 0 {
		return usage("--clusters: give the --recall, too")
	}
	return nil
}

// knn returns a classifier, in clusters if they are asked for.
func (f *clusterFlags) knn(cmd *cobra.Command, ex dataset.Examples, c classifier.KNNConfig, workers int) (*classifier.KNN, error) {
	if f.recall == 0 {
		return classifier.NewKNN(ex, c)
	}
	progress, end := clustering(cmd)
	defer end()
	return classifier.NewClusteredKNN(cmd.Context(), ex, c, classifier.ClusterConfig{Recall: f.recall, Lists: f.clusters, Workers: workers, Progress: progress})
}

// clustering returns what shows the progress of a division into clusters, and what ends it.
func clustering(cmd *cobra.Command) (progress func(done, most int), end func()) {
	bar := newProgress(cmd, "clustering", 100)
	return func(done, most int) { bar.at(100 * done / most) }, bar.end
}

// describeClusters says how many of the nearest rows are found.
func describeClusters(c classifier.Clusters, k int) string {
	return fmt.Sprintf("%d of %d clusters have %.1f %% of the %d nearest", c.Probes, c.Lists, 100*c.Recall, k)
}

// tuningRows is the most rows by which the number of probes is chosen.
const tuningRows = 1000

// writeIVF writes an index in clusters without labels.
func writeIVF[E index.Element](cmd *cobra.Command, f *indexBuildFlags, rows kernels.Dense[E], pool *kernels.Pool) (c classifier.Clusters, err error) {
	progress, end := clustering(cmd)
	defer end()
	x, err := index.NewIVF(rows, distanceOf(f.metric), index.IVFOptions{Lists: f.clusters, Pool: pool, Progress: progress})
	if err != nil {
		return c, err
	}
	sample := rand.New(rand.NewPCG(0, 0)).Perm(rows.Rows)[:min(rows.Rows, tuningRows)]
	t, err := x.TuneByRows(sample, f.k, f.recall, pool)
	if err != nil {
		return c, err
	}
	probes := binary.LittleEndian.AppendUint32(nil, uint32(t.Probes))
	return classifier.Clusters{Lists: x.Lists(), Probes: t.Probes, Recall: t.Recall}, x.WriteFile(f.out, index.Attachments{probesAttachment: probes})
}

// ivfSearcher is an index in clusters.
type ivfSearcher[E index.Element] struct {
	*index.IVF[E]
	columns, probes int
	convert         func(kernels.Matrix) (kernels.Dense[E], error)
}

// openIVF opens an index in clusters, and reports whether it has labels. With probes = 0 it
// is searched as it was tuned.
func openIVF[E index.Element](path string, o index.OpenOptions, info index.Info, probes int, convert func(kernels.Matrix) (kernels.Dense[E], error)) (searcher, bool, error) {
	x, err := index.OpenIVF[E](path, o)
	if err != nil {
		return nil, false, err
	}
	if probes == 0 {
		probes = x.Lists()
		if b := x.Attached(probesAttachment); len(b) == 4 {
			probes = int(binary.LittleEndian.Uint32(b))
		}
	}
	return ivfSearcher[E]{x, info.Columns, max(1, min(probes, x.Lists())), convert}, x.Attached("knn") != nil, nil
}

func (s ivfSearcher[E]) features() int { return s.columns }
func (s ivfSearcher[E]) close() error  { return s.Close() }

func (s ivfSearcher[E]) clusters() (all, probed int) { return s.Lists(), s.probes }

func (s ivfSearcher[E]) search(ctx context.Context, queries kernels.Matrix, k int, radius float64, workers int) ([][]found, error) {
	return search(ctx, queries, k, s.convert, workers, func(dst []index.Neighbour, number []int, q kernels.Dense[E], pool *kernels.Pool) []index.Neighbour {
		if k == 0 {
			dst, _ = s.Within(dst, number, q, radius, s.probes, pool)
		} else {
			s.Search(dst, number, q, k, s.probes, pool)
		}
		return dst
	})
}
