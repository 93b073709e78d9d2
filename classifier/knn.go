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

// KNN classifies by a vote of the k nearest examples, which package index finds
// exactly. Of equally near examples the lower row is nearer; of classes with
// equally many votes the lowest wins. An example at distance NaN is no neighbour.
//
// Examples that are bytes are compared with bytes. A query of float32 that are whole
// numbers from 0 to 255 is bytes, too. Any other is compared with a float32 copy of the
// examples, which the first such query makes.
type KNN struct {
	base    base
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

// NewKNN returns a classifier by the examples. It does not copy rows that are
// [InPlace], which must not be changed afterwards: images stay the bytes they are.
// A label out of range, or a feature that is NaN or infinite, is an error that names
// the row.
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
	if err := checkExamples(ex); err != nil {
		return nil, err
	}
	base, err := newBase(ex, c.Metric)
	if err != nil {
		return nil, err
	}
	m := &KNN{
		base:    base,
		labels:  slices.Clone(ex.Labels()),
		classes: slices.Clone(ex.Classes()),
		metric:  c.Metric,
		k:       min(c.K, ex.Len()),
	}
	m.scratch.New = func() any {
		return &ballot{make([]Neighbour, m.k), make([]int, len(m.classes))}
	}
	return m, nil
}

// Features is the number of features of an example.
func (m *KNN) Features() int { return m.base.features() }

// Classes returns the names of the classes. The slice must not be changed.
func (m *KNN) Classes() []string { return m.classes }

// Neighbours sets dst to the examples nearest to x, nearest first, as many as dst
// has room for, and returns how many there are. It panics if x does not have
// Features elements.
func (m *KNN) Neighbours(dst []Neighbour, x []float32) int { return m.base.nearest(dst, x) }

// Predict returns the class that most of the k nearest examples have; −1 if there
// is no neighbour, because every distance is NaN. It allocates nothing. It panics if
// x does not have Features elements.
func (m *KNN) Predict(x []float32) int {
	b := m.scratch.Get().(*ballot)
	defer m.scratch.Put(b)
	n := m.base.nearest(b.neighbours, x)
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

// PredictAll sets dst[i] to the class of row i, as [Predictor] says. It is faster
// than Predict for each: queries share what they read of the examples.
func (m *KNN) PredictAll(ctx context.Context, dst []int, rows Rows, workers int) error {
	return m.PredictEach(ctx, [][]int{dst}, rows, []int{m.k}, workers, nil)
}

// queryBlock is how many queries a worker passes over the examples together.
const queryBlock = 256

// PredictEach is PredictAll for several numbers of neighbours in one pass: dst[i]
// becomes what ks[i] neighbours predict. A number below 1 is an error; one above
// that of the examples means all of them. progress, if not nil, is called with the
// number of rows done, from time to time and at the end.
func (m *KNN) PredictEach(ctx context.Context, dst [][]int, rows Rows, ks []int, workers int, progress func(done int)) error {
	if len(dst) != len(ks) {
		panic(fmt.Sprintf("classifier: PredictEach: %d slices of predictions for %d numbers of neighbours", len(dst), len(ks)))
	}
	if err := checkRows(rows, m.Features()); err != nil {
		return err
	}
	most := 0
	for i, k := range ks {
		if k < 1 {
			return fmt.Errorf("classifier: %d neighbours", k)
		}
		mustMatch(dst[i], rows)
		most = max(most, min(k, len(m.labels)))
	}
	pool := kernels.NewPool(workers).WithContext(ctx)
	useful := min(pool.Workers(), (rows.Len()+queryBlock-1)/queryBlock)
	block := min(queryBlock*useful, rows.Len())
	search := searcher(m.base, rows)
	neighbours, count, votes := make([]Neighbour, block*most), make([]int, block), make([]int, len(m.classes))
	for lo := 0; lo < rows.Len(); lo += block {
		hi := min(lo+block, rows.Len())
		search(neighbours[:(hi-lo)*most], count[:hi-lo], lo, hi, most, pool)
		if err := pool.Err(); err != nil {
			return err
		}
		for i := range hi - lo {
			found := neighbours[i*most:][:count[i]] // nearest first: the first k are those of k
			for j, k := range ks {
				dst[j][lo+i] = m.vote(found[:min(k, len(found))], votes)
			}
		}
		if progress != nil {
			progress(hi)
		}
	}
	return ctx.Err()
}
