package classifier

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/index"
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

// Neighbour is one of the examples near a query.
type Neighbour struct {
	Row      int     // of the examples
	Distance float32 // from the query, as package index defines and rounds it
	Label    int
	Class    string // the name of the label
}

// KNN classifies by a vote of the k nearest examples, which package index finds
// exactly, unless [NewClusteredKNN] made it. Of equally near examples the lower row is nearer. Of classes with equally many
// votes the one whose nearest neighbour is nearer wins, and of those whose nearest
// neighbours are at the same distance the lowest. An example at distance NaN is no
// neighbour.
//
// Examples that are bytes are compared with bytes. A query of float32 that are whole
// numbers from 0 to 255 is bytes, too. Any other is compared with a float32 copy of the
// examples, which the first such query makes.
type KNN struct {
	base    base
	labels  []int
	info    Info
	config  KNNConfig    // as it was made, without zeros that stand for something else
	k       int          // at most the number of examples
	scratch sync.Pool    // *ballot
	close   func() error // releases the file that was opened, if one was
}

// KNNConfig says how neighbours vote. The zero value is the nearest neighbour by
// L2.
type KNNConfig struct {
	K      int // neighbours; 0 means 1. More than there are examples: all
	Metric Metric
	Vote   Vote
	// Temperature is that of SoftmaxVote, in units of the distance; 0 means 1.
	Temperature float64
}

// withDefaults returns the configuration, checked.
func (c KNNConfig) withDefaults() (KNNConfig, error) {
	if c.K == 0 {
		c.K = 1
	}
	if c.Temperature == 0 {
		c.Temperature = 1
	}
	switch {
	case c.K < 0:
		return c, fmt.Errorf("classifier: %d neighbours", c.K)
	case c.Metric > Cosine:
		return c, fmt.Errorf("classifier: unknown metric %v", c.Metric)
	case c.Vote > SoftmaxVote:
		return c, fmt.Errorf("classifier: unknown vote %v", c.Vote)
	case c.Vote == InverseVote && c.Metric == InnerProduct:
		return c, fmt.Errorf("classifier: votes by the inverse of %v, which is no distance", c.Metric)
	case !(c.Temperature > 0) || math.IsInf(c.Temperature, 0):
		return c, fmt.Errorf("classifier: temperature %v", c.Temperature)
	}
	return c, nil
}

// NewKNN returns a classifier by the examples. It does not copy rows that are
// [InPlace], which must not be changed afterwards: images stay the bytes they are.
// A label out of range, or a feature that is NaN or infinite, is an error that names
// the row.
func NewKNN(ex Examples, c KNNConfig) (*KNN, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	return newKNNOf(ex, c, nil)
}

// newKNNOf returns a classifier by the examples, in clusters if some are given.
func newKNNOf(ex Examples, c KNNConfig, in *clusters) (*KNN, error) {
	if err := checkExamples(ex); err != nil {
		return nil, err
	}
	base, err := newBase(ex, c.Metric, in)
	if err != nil {
		return nil, err
	}
	return newKNN(base, slices.Clone(ex.Labels()), Info{Classes: slices.Clone(ex.Classes()), Shape: shapeOf(ex)}, c), nil
}

func newKNN(base base, labels []int, info Info, c KNNConfig) *KNN {
	m := &KNN{base: base, labels: labels, info: info, config: c, k: min(c.K, len(labels))}
	m.scratch.New = func() any { return newBallot(m.k, len(m.info.Classes)) }
	return m
}

// With returns the same model with other information, which has no link: the votes are the
// probabilities. The two share their examples, and Close of either closes both.
func (m *KNN) With(info Info) (*KNN, error) {
	if err := info.check(len(m.info.Classes), m.Features()); err != nil {
		return nil, err
	}
	if info.Link != loss.NoLink || info.Calibration.Slope != nil || info.Calibration.Offset != nil {
		return nil, errors.New("classifier: a link or a calibration of neighbours, whose votes are their probabilities")
	}
	other := newKNN(m.base, m.labels, info.clone(), m.config)
	other.close = m.close
	return other, nil
}

// Info returns a copy of what the model says about itself.
func (m *KNN) Info() Info { return m.info.clone() }

// Label returns the label of an example.
func (m *KNN) Label(row int) int { return m.labels[row] }

// Features is the number of features of an example.
func (m *KNN) Features() int { return m.base.features() }

// Classes returns the names of the classes. The slice must not be changed.
func (m *KNN) Classes() []string { return m.info.Classes }

// Config returns the configuration, with the values that zeros stand for.
func (m *KNN) Config() KNNConfig { return m.config }

// Neighbours sets dst to the examples nearest to x, nearest first, as many as dst
// has room for, and returns how many there are. It panics if x does not have
// Features elements.
func (m *KNN) Neighbours(dst []Neighbour, x []float32) int {
	b := m.scratch.Get().(*ballot)
	defer m.scratch.Put(b)
	b.neighbours = slices.Grow(b.neighbours[:0], len(dst))[:len(dst)]
	n := m.base.nearest(b.neighbours, x)
	m.describe(dst, b.neighbours[:n])
	return n
}

// describe sets dst to neighbours with their labels.
func (m *KNN) describe(dst []Neighbour, found []index.Neighbour) {
	for i, n := range found {
		label := m.labels[n.Row]
		dst[i] = Neighbour{n.Row, n.Distance, label, m.info.Classes[label]}
	}
}

// NeighboursAll finds the k examples nearest to each row, as Neighbours does: those of row
// i are the first count[i] of the elements of dst from i·k on. workers and ctx are those
// of PredictAll. It panics if dst does not have k elements, or count one, for each row.
func (m *KNN) NeighboursAll(ctx context.Context, dst []Neighbour, count []int, rows Rows, k, workers int) error {
	if k < 0 || len(dst) != k*rows.Len() || len(count) != rows.Len() {
		panic(fmt.Sprintf("classifier: NeighboursAll: %d neighbours and %d counts for %d rows, k %d", len(dst), len(count), rows.Len(), k))
	}
	return m.each(ctx, rows, k, workers, nil, func(row int, found []index.Neighbour) {
		count[row] = len(found)
		m.describe(dst[row*k:], found)
	})
}

// Predict returns the class with the most votes of the k nearest examples; −1 if there
// is no neighbour, because every distance is NaN. It allocates nothing. It panics if
// x does not have Features elements.
func (m *KNN) Predict(x []float32) int {
	b := m.scratch.Get().(*ballot)
	defer m.scratch.Put(b)
	found := m.find(b, x)
	m.weigh(b.weights, found)
	winner, _ := m.count(b, found)
	return winner
}

// find returns the k nearest examples.
func (m *KNN) find(b *ballot, x []float32) []index.Neighbour {
	b.neighbours = slices.Grow(b.neighbours[:0], m.k)[:m.k]
	return b.neighbours[:m.base.nearest(b.neighbours, x)]
}

// Probabilities sets dst to the share of each class in the votes of the k nearest
// examples, NaN if there is no neighbour. The error is always nil; it is that of other
// models. It panics if x does not have Features elements, or dst one for each class.
func (m *KNN) Probabilities(dst, x []float32) error {
	if len(dst) != len(m.info.Classes) {
		panic(fmt.Sprintf("classifier: Probabilities: %d probabilities for %d classes", len(dst), len(m.info.Classes)))
	}
	b := m.scratch.Get().(*ballot)
	defer m.scratch.Put(b)
	m.probabilities(dst, b, m.find(b, x))
	return nil
}

// ProbabilitiesAll sets row i of dst to the probabilities of row i, as Probabilities does.
// workers and ctx are those of PredictAll. It panics if dst does not have a row for each
// row and a column for each class.
func (m *KNN) ProbabilitiesAll(ctx context.Context, dst kernels.Matrix, rows Rows, workers int) error {
	if err := dst.Check(); err != nil {
		panic(err.Error())
	}
	if dst.Rows != rows.Len() || dst.Cols != len(m.info.Classes) {
		panic(fmt.Sprintf("classifier: ProbabilitiesAll: a matrix of %d×%d for %d rows and %d classes", dst.Rows, dst.Cols, rows.Len(), len(m.info.Classes)))
	}
	b := newBallot(m.k, len(m.info.Classes))
	return m.each(ctx, rows, m.k, workers, nil, func(row int, found []index.Neighbour) {
		m.probabilities(dst.Row(row), b, found)
	})
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
	b := newBallot(most, len(m.info.Classes))
	return m.each(ctx, rows, most, workers, progress, func(row int, found []index.Neighbour) {
		m.predictEach(dst, row, ks, b, found)
	})
}

// predictEach sets dst[i][row] to what the ks[i] first of the neighbours found predict.
func (m *KNN) predictEach(dst [][]int, row int, ks []int, b *ballot, found []index.Neighbour) {
	m.weigh(b.weights, found) // nearest first: the first k are those of k
	for i, k := range ks {
		dst[i][row], _ = m.count(b, found[:min(k, len(found))])
	}
}

// each calls do with the k examples nearest to each row, in order, and progress, if not
// nil, with the number of rows done.
func (m *KNN) each(ctx context.Context, rows Rows, k, workers int, progress func(done int), do func(row int, found []index.Neighbour)) error {
	if err := checkRows(rows, m.Features()); err != nil {
		return err
	}
	pool := kernels.NewPool(workers).WithContext(ctx)
	search := searcher(m.base, rows)
	return eachBlock(pool, rows.Len(), k, progress, do, func(dst []index.Neighbour, count []int, lo, hi int) {
		search(dst, count, lo, hi, k, pool)
	})
}

// eachBlock searches for n queries block by block, and calls do for each.
func eachBlock(pool *kernels.Pool, n, k int, progress func(done int), do func(row int, found []index.Neighbour), search func(dst []index.Neighbour, count []int, lo, hi int)) error {
	useful := min(pool.Workers(), (n+queryBlock-1)/queryBlock)
	block := min(queryBlock*useful, n)
	neighbours, count := make([]index.Neighbour, block*k), make([]int, block)
	for lo := 0; lo < n; lo += block {
		hi := min(lo+block, n)
		search(neighbours[:(hi-lo)*k], count[:hi-lo], lo, hi)
		if err := pool.Err(); err != nil {
			return err
		}
		for i := range hi - lo {
			do(lo+i, neighbours[i*k:][:count[i]])
		}
		if progress != nil {
			progress(hi)
		}
	}
	return pool.Err()
}
