package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// tuningQueries is the most rows by which the number of probes is chosen.
const tuningQueries = 1000

// probesAttachment holds the number of clusters that a search compares with.
const probesAttachment = "probes"

// writeIVF writes an index in clusters, and returns how it was tuned.
func (f *indexBuildFlags) writeIVF(ctx context.Context, ex dataset.Examples) (clusters int, t index.Tuning, err error) {
	pool := kernels.NewPool(f.workers).WithContext(ctx)
	switch rows := ex.(type) {
	case classifier.InPlace[uint8]:
		return writeIVF(f, rows.Dense(), pool)
	case classifier.InPlace[float32]:
		return writeIVF(f, rows.Dense(), pool)
	}
	return 0, t, fmt.Errorf("%s: the rows are neither bytes nor float32", ex.Name())
}

func writeIVF[E index.Element](f *indexBuildFlags, rows kernels.Dense[E], pool *kernels.Pool) (clusters int, t index.Tuning, err error) {
	x, err := index.NewIVF(rows, distanceOf(f.metric), index.IVFOptions{Lists: f.clusters, Pool: pool})
	if err != nil {
		return 0, t, err
	}
	if t, err = tune(x, rows, f.k, f.recall, pool); err != nil {
		return 0, t, err
	}
	probes := binary.LittleEndian.AppendUint32(nil, uint32(t.Probes))
	return x.Lists(), t, x.WriteFile(f.out, index.Attachments{probesAttachment: probes})
}

// tune finds the number of probes by a sample of the rows. Each of them is its own nearest
// neighbour, in the cluster that is probed first, and does not count: of k + 1 neighbours
// a search that finds the share r of the k others finds 1 + k·r.
func tune[E index.Element](x *index.IVF[E], rows kernels.Dense[E], k int, recall float64, pool *kernels.Pool) (index.Tuning, error) {
	r := rand.New(rand.NewPCG(0, 0))
	sample := kernels.NewDense[E](min(rows.Rows, tuningQueries), rows.Cols)
	for i, row := range r.Perm(rows.Rows)[:sample.Rows] {
		copy(sample.Row(i), rows.Row(row))
	}
	n := float64(k)
	t, err := x.Tune(sample, k+1, (1+n*recall)/(n+1), pool)
	t.Recall = max(0, (t.Recall*(n+1)-1)/n)
	return t, err
}

// ivfSearcher is an index in clusters.
type ivfSearcher[E index.Element] struct {
	*index.IVF[E]
	columns, probes int
	convert         func(kernels.Matrix) (kernels.Dense[E], error)
}

// openIVF opens an index in clusters. With probes = 0 it is searched as it was tuned.
func openIVF[E index.Element](path string, o index.OpenOptions, info index.Info, probes int, convert func(kernels.Matrix) (kernels.Dense[E], error)) (searcher, error) {
	x, err := index.OpenIVF[E](path, o)
	if err != nil {
		return nil, err
	}
	if probes == 0 {
		probes = x.Lists()
		if b := x.Attached(probesAttachment); len(b) == 4 {
			probes = int(binary.LittleEndian.Uint32(b))
		}
	}
	return ivfSearcher[E]{x, info.Columns, max(1, min(probes, x.Lists())), convert}, nil
}

func (s ivfSearcher[E]) features() int { return s.columns }
func (s ivfSearcher[E]) close() error  { return s.Close() }

func (s ivfSearcher[E]) clusters() (all, probed int) { return s.Lists(), s.probes }

func (s ivfSearcher[E]) search(ctx context.Context, queries kernels.Matrix, k int, _ float64, workers int) ([][]found, error) {
	if k == 0 {
		return nil, errors.New("--radius: an index in clusters finds the nearest rows only")
	}
	q, err := s.convert(queries)
	if err != nil {
		return nil, err
	}
	pool := kernels.NewPool(workers).WithContext(ctx)
	neighbours, number := make([]index.Neighbour, q.Rows*k), make([]int, q.Rows)
	s.Search(neighbours, number, q, k, s.probes, pool)
	if err := pool.Err(); err != nil {
		return nil, err
	}
	results := make([][]found, q.Rows)
	for i, n := range number {
		results[i] = toFound(neighbours[i*k:][:n])
	}
	return results, nil
}
