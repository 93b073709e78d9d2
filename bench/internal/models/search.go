package models

import (
	"context"
	"fmt"
	"slices"

	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax/bench/internal/fastmath"
	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// search is one call: the k nearest of the first rows of a collection, for its first
// queries. With bytes, argmax and those rivals that can hold the rows as bytes; the others
// hold them as float32.
type search struct {
	from             collection
	bytes            bool
	metric           index.Metric
	rows, queries, k int
}

func (s search) keys() string {
	name := s.from.name
	if name == "images" {
		name = map[bool]string{true: "images-uint8", false: "images-float32"}[s.bytes]
	}
	return fmt.Sprintf("base=%s/metric=%v/rows=%d/features=%d/k=%d/queries=%d", name, s.metric, s.rows, s.from.rows.Cols, s.k, s.queries)
}

const (
	// searchTolerance is how far a distance may be from that of argmax, as a part of the
	// largest of a row from zero.
	searchTolerance = 1e-4
	// patience is how many products of elements a search may take for the rivals in Go to
	// take part: the rate of one in this process does not grow beyond.
	patience = 1 << 30
)

func (t *table) search(s search) Contest {
	return Contest{"Search", s.keys(), 8, func(ctx context.Context) (*measure.Contest, error) {
		base, queries := s.from.rows.Slice(0, s.rows), s.from.queries.Slice(0, s.queries)
		pool := kernels.NewPool(t.options.Threads)
		scan := newScan(base, queries, s.metric, s.k)
		find := t.finder(s, scan, pool)
		find()
		scan.want = distances(scan.dst)
		c := &measure.Contest{
			// Without work: a search need not look at all elements.
			Op: "Search", Keys: s.keys(), Threads: t.options.Threads,
			Tolerance: fmt.Sprintf("distances of neighbours equal on all instruction sets of argmax, and those of rivals within %g of them, times the largest %s", searchTolerance, map[bool]string{true: "norm", false: "squared norm"}[s.metric == index.L1]),
		}
		rate := func(ns float64) []results.Value {
			return []results.Value{{Number: float64(s.queries) / ns * 1e9, Unit: "queries/s"}}
		}
		var checks []func() error
		c.Entrants = ours("argmax", measure.Passes(1, func() error { find(); return nil }, rate))
		for _, isa := range isas() {
			checks = append(checks, func() error {
				defer cpu.Use(isa)()
				clear(scan.dst)
				if find(); !slices.Equal(distances(scan.dst), scan.want) {
					return fmt.Errorf("argmax-%v: other distances", isa)
				}
				return nil
			})
		}
		work := s.queries * s.rows * base.Cols
		for name, pass := range scan.rivals(s, t.options.Threads) {
			if work > patience {
				break
			}
			checks = append(checks, func() error {
				clear(scan.dst)
				pass()
				return named(name, scan.same(distances(scan.dst)))
			})
			c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Slow: work > patience/8, Run: measure.Passes(1, func() error { pass(); return nil }, rate)})
		}
		more, err := t.faissEntrants(ctx, s, scan, rate)
		if err != nil {
			return nil, err
		}
		for _, e := range more {
			c.Entrants, checks = append(c.Entrants, e.entrant), append(checks, e.check)
		}
		c.Check = all(checks)
		return c, nil
	}}
}

// finder returns argmax's search. The last index is kept: the next contest may be of the
// same.
func (t *table) finder(s search, scan *scan, pool *kernels.Pool) func() {
	key := fmt.Sprint(s.from.name, s.bytes, s.metric, s.rows)
	if t.indexed != key {
		t.indexed, t.floats, t.bytes = key, nil, nil
		if s.bytes {
			t.bytes = index.New(s.from.bytes.Slice(0, s.rows), s.metric, index.Options{Pool: pool})
		} else {
			t.floats = index.New(scan.base, s.metric, index.Options{Pool: pool})
		}
	}
	if s.bytes {
		x, queries := t.bytes, s.from.byteImages.Slice(0, s.queries)
		return func() { x.Search(scan.dst, scan.count, queries, s.k, pool) }
	}
	x := t.floats
	return func() { x.Search(scan.dst, scan.count, scan.queries, s.k, pool) }
}

// rivals yields the searches in this process, by their names.
func (s *scan) rivals(of search, threads int) func(yield func(name string, pass func()) bool) {
	return func(yield func(string, func()) bool) {
		if s.metric != index.L1 {
			scores := kernels.NewMatrix(s.queries.Rows, s.base.Rows)
			if !yield("gonum", func() {
				blas32.Gemm(blas.NoTrans, blas.Trans, 1, blas32.General(s.queries), blas32.General(s.base), 0, blas32.General(scores))
				for i := range s.queries.Rows {
					s.fromProducts(i, scores.Row(i))
				}
			}) {
				return
			}
		}
		row := make([]float32, s.base.Rows)
		if !yield("vek", func() {
			for i := range s.queries.Rows {
				x := s.queries.Row(i)
				for r := range row {
					if s.metric == index.L1 {
						row[r] = vek32.ManhattanDistance(x, s.base.Row(r))
					} else {
						row[r] = vek32.Dot(x, s.base.Row(r))
					}
				}
				if s.metric == index.L1 {
					s.nearest(i, row)
				} else {
					s.fromProducts(i, row)
				}
			}
		}) {
			return
		}
		loop, ok := fastmath.ByteLoops[map[index.Metric]string{index.L1: "L1DistBytesRows", index.L2: "SqDistBytesRows"}[s.metric]]
		if !ok || !of.bytes || threads > 1 {
			return
		}
		sums := make([]int64, s.base.Rows)
		yield("gcc", func() {
			for i := range s.queries.Rows {
				loop(sums, of.from.byteImages.Row(i), of.from.bytes.Data)
				for r, v := range sums {
					row[r] = float32(v)
				}
				s.nearest(i, row)
			}
		})
	}
}
