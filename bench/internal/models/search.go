package models

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// Neighbours returns the contests of neighbour search. The caller must call close in the
// end, which ends the rivals that are processes.
func Neighbours(o Options) (contests []Contest, close func(), err error) {
	d, err := load(o.Data)
	if err != nil {
		return nil, nil, err
	}
	t := &table{options: o, data: d, rivals: &rivals{options: o, data: d}}
	images := collection{name: "images", bytes: d.train.Dense(), queriesOfBytes: d.test.Dense(), floats: d.trainFloats.X, queries: d.testFloats.X}
	const some, few = 100, 10
	// From 20 queries on FAISS computes products of matrices.
	for _, queries := range []int{1, 4, 16, 19, 20, 32, 64, 256, 1000} {
		contests = append(contests, t.search(images, index.L2, queries, few))
	}
	for _, k := range []int{1, 100} {
		contests = append(contests, t.search(images, index.L2, some, k))
	}
	for _, metric := range []index.Metric{index.L1, index.InnerProduct} {
		for _, queries := range []int{1, some} {
			contests = append(contests, t.search(images, metric, queries, few))
		}
	}
	for _, features := range []int{32, 128, 768} {
		for _, queries := range []int{1, some} {
			contests = append(contests, t.search(embeddings(features), index.L2, queries, few))
		}
	}
	return contests, t.rivals.close, nil
}

// collection is a base and queries; bytes are the same numbers, or none.
type collection struct {
	name                  string
	floats, queries       kernels.Matrix
	bytes, queriesOfBytes kernels.Dense[uint8]
}

// embeddings are normal rows around 100 centres.
func embeddings(features int) collection {
	const rows, queries, centres = 20_000, 100, 100
	random := rand.New(rand.NewPCG(1, uint64(features)))
	centre := kernels.NewMatrix(centres, features)
	for i := range centre.Data {
		centre.Data[i] = float32(random.NormFloat64())
	}
	draw := func(n int) kernels.Matrix {
		m := kernels.NewMatrix(n, features)
		for i := range n {
			for f, c := range centre.Row(random.IntN(centres)) {
				m.Row(i)[f] = c + float32(random.NormFloat64())
			}
		}
		return m
	}
	return collection{name: "embeddings", floats: draw(rows), queries: draw(queries)}
}

// searchTolerance is how far a distance may be from that of argmax, as a part of the
// largest of a row from zero.
const searchTolerance = 1e-4

func (t *table) search(from collection, metric index.Metric, n, k int) Contest {
	n = min(n, from.queries.Rows)
	base, queries := from.floats, from.queries.Slice(0, n)
	keys := fmt.Sprintf("data=%s/metric=%v/rows=%d/features=%d/k=%d/queries=%d", from.name, metric, base.Rows, base.Cols, k, n)
	return Contest{"Search", keys, 9, func(ctx context.Context) (*measure.Contest, error) {
		s := &searching{base: base, queries: queries, metric: metric, k: k, dst: make([]index.Neighbour, n*k), count: make([]int, n)}
		for i := range base.Rows {
			s.largest = max(s.largest, s.size(base.Row(i)))
		}
		if metric != index.L1 { // squares of the base, as an index prepares them
			s.squares = make([]float32, base.Rows)
			for i := range s.squares {
				s.squares[i] = vek32.Dot(base.Row(i), base.Row(i))
			}
		}
		c := &measure.Contest{
			Op: "Search", Keys: keys, Threads: t.options.Threads,
			Work:      fmt.Sprintf("flops=%d", 2*n*base.Rows*base.Cols),
			Tolerance: fmt.Sprintf("distances of neighbours within %g of those of argmax, times the largest %s", searchTolerance, map[bool]string{true: "norm", false: "squared norm"}[metric == index.L1]),
		}
		rate := func(ns float64) []results.Value {
			return []results.Value{{Number: float64(n) / ns * 1e9, Unit: "queries/s"}}
		}
		pool := kernels.NewPool(t.options.Threads)
		floats := index.New(base, metric, index.Options{Pool: pool})
		search := func() error { floats.Search(s.dst, s.count, queries, k, pool); return nil }
		search()
		s.want = distances(s.dst)
		var checks []func() error
		add := func(name string, slow bool, pass func() error) {
			checks = append(checks, func() error {
				clear(s.dst)
				if err := pass(); err != nil {
					return named(name, err)
				}
				return named(name, s.same(distances(s.dst)))
			})
			c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Slow: slow, Run: measure.Passes(1, pass, rate)})
		}
		addOurs := func(name string, pass func() error) {
			mine, champion := ours(name, measure.Passes(1, pass, rate))
			if len(c.Entrants) == 0 {
				c.Champion = champion
			}
			c.Entrants = append(c.Entrants, mine...)
			for _, isa := range isas() {
				checks = append(checks, func() error {
					defer cpu.Use(isa)()
					clear(s.dst)
					if err := pass(); err != nil {
						return err
					}
					if got := distances(s.dst); !slices.Equal(got, s.want) { // whatever the instruction set or the element
						return fmt.Errorf("%s-%v: other distances", name, isa)
					}
					return nil
				})
			}
		}
		addOurs("argmax", search)
		if from.bytes.Rows > 0 {
			bytes := index.New(from.bytes, metric, index.Options{Pool: pool})
			addOurs("argmax-bytes", func() error { bytes.Search(s.dst, s.count, from.queriesOfBytes.Slice(0, n), k, pool); return nil })
		}
		slow := n*base.Rows*base.Cols > 1<<31
		if metric != index.L1 {
			scores := kernels.NewMatrix(n, base.Rows)
			add("gonum", slow, func() error {
				blas32.Gemm(blas.NoTrans, blas.Trans, 1, blas32.General(queries), blas32.General(base), 0, blas32.General(scores))
				for i := range n {
					s.fromProducts(i, scores.Row(i))
				}
				return nil
			})
		}
		row := make([]float32, base.Rows)
		add("vek", slow, func() error {
			for i := range n {
				for r := range row {
					if metric == index.L1 {
						row[r] = vek32.ManhattanDistance(queries.Row(i), base.Row(r))
					} else {
						row[r] = vek32.Dot(queries.Row(i), base.Row(r))
					}
				}
				if metric == index.L1 {
					s.nearest(i, row)
				} else {
					s.fromProducts(i, row)
				}
			}
			return nil
		})
		if loop, ok := crival.ByteLoops[map[index.Metric]string{index.L1: "L1DistBytesRows", index.L2: "SqDistBytesRows"}[metric]]; ok && from.bytes.Rows > 0 && t.options.Threads == 1 {
			sums := make([]int64, base.Rows)
			add("gcc-bytes", slow, func() error {
				for i := range n {
					loop(sums, from.queriesOfBytes.Row(i), from.bytes.Data)
					for r, v := range sums {
						row[r] = float32(v)
					}
					s.nearest(i, row)
				}
				return nil
			})
		}
		remove, more, err := t.faissEntrants(ctx, s, from, rate)
		if err != nil {
			return nil, err
		}
		for _, e := range more {
			c.Entrants, checks = append(c.Entrants, e.entrant), append(checks, e.check)
		}
		c.Check, c.Close = all(checks), remove
		return c, nil
	}}
}

// checked is an entrant and its check.
type checked struct {
	entrant measure.Entrant
	check   func() error
}

// faissEntrants returns FAISS as it comes, forced to compute products from one query on,
// and, where the numbers are bytes, on an index of bytes.
func (t *table) faissEntrants(ctx context.Context, s *searching, from collection, rate func(float64) []results.Value) (remove func(), es []checked, err error) {
	p := t.rivals.faiss(ctx)
	if p == nil {
		return nil, nil, nil
	}
	dir, err := os.MkdirTemp("", "search")
	if err != nil {
		return nil, nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	base, queries := filepath.Join(dir, "base"), filepath.Join(dir, "queries")
	for name, m := range map[string]kernels.Matrix{base: s.base, queries: s.queries} {
		if err := writeFloats(name, m); err != nil {
			remove()
			return nil, nil, err
		}
	}
	kinds := []struct {
		name      string
		threshold float64
		bytes     int
	}{{"faiss", 20, 0}, {"faiss-gemm", 1, 0}, {"faiss-sq8", 20, 1}}
	for _, kind := range kinds {
		if kind.name == "faiss-gemm" && s.metric == index.L1 || kind.bytes > 0 && (from.bytes.Rows == 0 || s.metric == index.L1) {
			continue
		}
		made := func() error {
			return p.Ask(request{Do: "index", Path: base, Rows: s.base.Rows, Columns: s.base.Cols, Task: s.metric.String(), Bytes: kind.bytes}, &answer{})
		}
		r := request{Do: "search", Path: queries, Rows: s.queries.Rows, K: s.k, Bytes: kind.bytes, Limit: kind.threshold}
		run := asked(p, r, nil)
		es = append(es, checked{
			measure.Entrant{Name: kind.name, Run: func(ctx context.Context, passes int) (measure.Sample, error) {
				if err := t.indexOnce(s, kind.bytes, made); err != nil {
					return measure.Sample{}, err
				}
				sample, err := run(ctx, passes)
				sample.Values = rate(float64(sample.Elapsed.Nanoseconds()) / float64(max(1, sample.Calls)))
				return sample, err
			}},
			func() error {
				if err := t.indexOnce(s, kind.bytes, made); err != nil {
					return named(kind.name, err)
				}
				r.Do = "distances"
				var a answer
				if err := p.Ask(r, &a); err != nil {
					return named(kind.name, err)
				}
				if s.metric == index.InnerProduct {
					for i := range a.Objectives {
						a.Objectives[i] *= -1
					}
				}
				return named(kind.name, s.same(a.Objectives))
			},
		})
	}
	return remove, es, nil
}

// indexOnce makes the index of FAISS, of floats or of bytes, unless it is the one that it
// has. What that takes is not part of a search.
func (t *table) indexOnce(s *searching, bytes int, make func() error) error {
	if t.faissHas[bytes] == s {
		return nil
	}
	t.faissHas[bytes] = s
	return make()
}

// searching is one search of rivals in this process.
type searching struct {
	base, queries kernels.Matrix
	metric        index.Metric
	k             int
	squares       []float32 // of the rows of the base
	dst           []index.Neighbour
	count         []int
	largest       float64
	want          []float64
}

// size returns the squared norm of x, or for L1 its norm.
func (s *searching) size(x []float32) (sum float64) {
	for _, v := range x {
		if s.metric == index.L1 {
			sum += math.Abs(float64(v))
		} else {
			sum += float64(v) * float64(v)
		}
	}
	return sum
}

// fromProducts keeps the nearest of query i from its inner products with the base, which
// it overwrites.
func (s *searching) fromProducts(i int, products []float32) {
	if s.metric == index.InnerProduct {
		vek32.MulNumber_Inplace(products, -1)
	} else {
		x := s.queries.Row(i)
		own := vek32.Dot(x, x)
		for r, p := range products {
			products[r] = own + s.squares[r] - 2*p
		}
	}
	s.nearest(i, products)
}

// nearest keeps the k smallest distances of query i: a sorted list that the next is
// inserted into.
func (s *searching) nearest(i int, distances []float32) {
	best := s.dst[i*s.k:][:0:s.k]
	for r, d := range distances {
		if len(best) == s.k && d >= best[len(best)-1].Distance {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, d, func(n index.Neighbour, d float32) int { return cmp.Compare(n.Distance, d) })
		if len(best) == s.k {
			best = best[:len(best)-1]
		}
		best = slices.Insert(best, at, index.Neighbour{Row: r, Distance: d})
	}
}

func distances(found []index.Neighbour) []float64 {
	ds := make([]float64, len(found))
	for i, n := range found {
		ds[i] = float64(n.Distance)
	}
	return ds
}

// same compares distances with those of argmax.
func (s *searching) same(got []float64) error {
	if len(got) != len(s.want) {
		return fmt.Errorf("%d distances, want %d", len(got), len(s.want))
	}
	for i, want := range s.want {
		if !(math.Abs(got[i]-want) <= searchTolerance*s.largest) {
			return fmt.Errorf("query %d: neighbour %d is at %v, want %v", i/s.k, i%s.k, got[i], want)
		}
	}
	return nil
}

func writeFloats(name string, m kernels.Matrix) error {
	b := make([]byte, 0, 4*m.Rows*m.Cols)
	for i := range m.Rows {
		for _, v := range m.Row(i) {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return os.WriteFile(name, b, 0o600)
}
