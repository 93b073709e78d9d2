package models

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// scan is a search of all rows, and what it has found.
type scan struct {
	base, queries kernels.Matrix
	metric        index.Metric
	k             int
	squares       []float32 // of the rows of the base, as an index prepares them
	dst           []index.Neighbour
	count         []int
	largest       float64 // squared norm of a row, or norm for L1
	want          []float64
}

func newScan(base, queries kernels.Matrix, metric index.Metric, k int) *scan {
	s := &scan{base: base, queries: queries, metric: metric, k: k, dst: make([]index.Neighbour, queries.Rows*k), count: make([]int, queries.Rows)}
	for i := range base.Rows {
		size := vek32.Dot(base.Row(i), base.Row(i))
		s.squares = append(s.squares, size)
		if metric == index.L1 {
			size = blas32.Asum(blas32.Vector{N: base.Cols, Inc: 1, Data: base.Row(i)})
		}
		s.largest = max(s.largest, float64(size))
	}
	return s
}

// fromProducts keeps the nearest of query i from its inner products with the base, which
// it overwrites.
func (s *scan) fromProducts(i int, products []float32) {
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
func (s *scan) nearest(i int, distances []float32) {
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
func (s *scan) same(got []float64) error {
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
