package classifier

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax/kernels"
)

// Metric is a distance between vectors, or what orders them as one: the less, the
// nearer.
type Metric = kernels.Metric

// The metrics of KNN. L2 is the squared Euclidean distance, which orders
// neighbours as its root does; InnerProduct is the product with its sign changed, so
// that the largest is the nearest.
const (
	L2           = kernels.L2
	L1           = kernels.L1
	LInf         = kernels.LInf
	InnerProduct = kernels.InnerProduct
	Cosine       = kernels.Cosine
)

// Neighbour is a row of the examples and its distance from a query.
type Neighbour = kernels.Neighbour

// KNN classifies by a vote of the k nearest examples, found exactly, by comparing
// with all. Of equally near examples the lower row is nearer; of classes with
// equally many votes the lowest wins. An example at distance NaN is no neighbour.
type KNN struct {
	base    kernels.Matrix
	labels  []int
	classes []string
	metric  Metric
	k       int
	scratch sync.Pool // *ballot
}

// ballot is the working memory of one prediction.
type ballot struct {
	neighbours []Neighbour
	votes      []int
}

// KNNConfig says how neighbours vote. The zero value is the nearest neighbour by
// L2.
type KNNConfig struct {
	K      int // neighbours; 0 means 1. More than there are examples: all
	Metric Metric
}

// NewKNN keeps a copy of the examples. A label out of range, or a feature that is
// NaN or infinite, is an error that names the row.
func NewKNN(ex Examples, c KNNConfig) (*KNN, error) {
	if c.K == 0 {
		c.K = 1
	}
	if c.K < 0 {
		return nil, fmt.Errorf("classifier: %d neighbours", c.K)
	}
	if c.Metric > Cosine {
		return nil, fmt.Errorf("classifier: unknown metric %v", c.Metric)
	}
	if err := check(ex); err != nil {
		return nil, err
	}
	m := &KNN{
		base:    kernels.NewMatrix(ex.Len(), ex.Features()),
		labels:  make([]int, ex.Len()),
		classes: slices.Clone(ex.Classes()),
		metric:  c.Metric,
		k:       min(c.K, ex.Len()),
	}
	for i := range m.labels {
		ex.Row(m.base.Row(i), i)
		m.labels[i] = ex.Label(i)
		if err := checkRow(m.base.Row(i), i); err != nil {
			return nil, err
		}
	}
	m.scratch.New = func() any {
		return &ballot{make([]Neighbour, m.k), make([]int, len(m.classes))}
	}
	return m, nil
}

// Features is the length of an example, Classes the names of the classes.
func (m *KNN) Features() int     { return m.base.Cols }
func (m *KNN) Classes() []string { return slices.Clone(m.classes) }

// Neighbours sets dst to the examples nearest to x, nearest first, as many as dst
// has room for, and returns how many there are. It panics if the length of x does
// not fit.
func (m *KNN) Neighbours(dst []Neighbour, x []float32) int {
	return kernels.Nearest(dst, x, m.base, m.metric)
}

// Predict is the class that most of the k nearest examples have; −1 if there is no
// neighbour, because every distance is NaN. It panics if the length of x does not
// fit.
func (m *KNN) Predict(x []float32) int {
	b := m.scratch.Get().(*ballot)
	defer m.scratch.Put(b)
	n := kernels.Nearest(b.neighbours, x, m.base, m.metric)
	return m.vote(b.neighbours[:n], b.votes)
}

func (m *KNN) vote(neighbours []Neighbour, votes []int) int {
	clear(votes)
	winner := -1
	for _, n := range neighbours {
		votes[m.labels[n.Row]]++
	}
	for class, v := range votes {
		if v > 0 && (winner < 0 || v > votes[winner]) {
			winner = class
		}
	}
	return winner
}

// queryBlock is how many queries pass over the base together.
const queryBlock = 256

// PredictAll sets dst, one element for each example, to their predicted classes:
// what Predict gives, but faster, since queries share what they read of the base.
// workers is the number of goroutines, 0 for all processors. progress, if not nil,
// is called with the number done, from time to time. It stops early when ctx is
// cancelled and returns its error.
func (m *KNN) PredictAll(ctx context.Context, dst []int, ex Examples, workers int, progress func(done int)) error {
	return m.PredictEach(ctx, []int{m.k}, [][]int{dst}, ex, workers, progress)
}

// PredictEach is PredictAll for several numbers of neighbours in one pass: dst[i]
// becomes what ks[i] neighbours predict. A number below 1 is an error; one above
// that of the examples means all of them.
func (m *KNN) PredictEach(ctx context.Context, ks []int, dst [][]int, ex Examples, workers int, progress func(done int)) error {
	if len(dst) != len(ks) {
		panic(fmt.Sprintf("classifier: %d sets of predictions for %d numbers of neighbours", len(dst), len(ks)))
	}
	most := 0
	for i, k := range ks {
		if k < 1 {
			return fmt.Errorf("classifier: %d neighbours", k)
		}
		if err := fits(ex, m.Features(), dst[i]); err != nil {
			return err
		}
		most = max(most, min(k, m.base.Rows))
	}
	pool := kernels.NewPool(workers).WithContext(ctx)
	block := queryBlock * pool.Workers()
	queries := kernels.NewMatrix(min(block, ex.Len()), m.Features())
	neighbours := make([]Neighbour, queries.Rows*most)
	count, votes := make([]int, queries.Rows), make([]int, len(m.classes))
	for lo := 0; lo < ex.Len(); lo += block {
		n := min(block, ex.Len()-lo)
		for i := range n {
			ex.Row(queries.Row(i), lo+i)
		}
		kernels.NearestRows(neighbours[:n*most], count[:n], queries.Slice(0, n), m.base, most, m.metric, pool)
		if err := pool.Err(); err != nil {
			return err
		}
		for i := range n {
			found := neighbours[i*most:][:count[i]] // nearest first: the first k are those of k
			for j, k := range ks {
				dst[j][lo+i] = m.vote(found[:min(k, len(found))], votes)
			}
		}
		if progress != nil {
			progress(lo + n)
		}
	}
	return nil
}
