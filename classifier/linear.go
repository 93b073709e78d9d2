package classifier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// Linear is the score function f(x) = Wx + b from the features of an example, as
// they come, to one score for each class. A model whose [Linear.Inputs] are not nil
// applies those to x first.
type Linear struct {
	weights *kernels.Weights
	info    Info
	inputs  *inputs // nil: features as they come
}

// NewLinear returns the model of weights (classes × features) and bias, both of
// which it copies. What does not fit is an error.
func NewLinear(weights kernels.Matrix, bias []float32, info Info) (*Linear, error) {
	if err := weights.Check(); err != nil {
		return nil, fmt.Errorf("classifier: weights: %w", err)
	}
	switch {
	case weights.Rows == 0 || weights.Cols == 0:
		return nil, fmt.Errorf("classifier: weights of %d classes and %d features", weights.Rows, weights.Cols)
	case len(bias) != weights.Rows:
		return nil, fmt.Errorf("classifier: bias of length %d for %d classes", len(bias), weights.Rows)
	}
	if err := info.check(weights.Rows, weights.Cols); err != nil {
		return nil, err
	}
	w := kernels.NewMatrix(weights.Rows, weights.Cols)
	kernels.Convert(w, weights)
	return &Linear{weights: kernels.NewWeights(w, slices.Clone(bias)), info: info.clone()}, nil
}

// With returns the same model with other information. The two share their weights.
func (m *Linear) With(info Info) (*Linear, error) {
	if err := info.check(m.weights.Classes(), m.Features()); err != nil {
		return nil, err
	}
	with := *m
	with.info = info.clone()
	return &with, nil
}

// Info returns a copy of what the model says about itself.
func (m *Linear) Info() Info { return m.info.clone() }

// Classes returns the names of the classes, in the order of the scores. The slice
// must not be changed.
func (m *Linear) Classes() []string { return m.info.Classes }

// Features is the number of features.
func (m *Linear) Features() int { return m.weights.Features() }

// Template copies the weights of a class to dst: as an image, what the class looks
// for. It panics if dst does not have Features elements.
func (m *Linear) Template(dst []float32, class int) {
	if len(dst) != m.Features() {
		panic(fmt.Sprintf("classifier: Template: dst has %d elements, the model has %d features", len(dst), m.Features()))
	}
	copy(dst, m.weights.Matrix().Row(class))
}

// Bias returns the bias of a class.
func (m *Linear) Bias(class int) float32 { return m.weights.Bias()[class] }

// Scores sets dst, one element for each class, to Wx + b: in the row form of
// package argmax with up to [kernels.MaxRowForm] classes, in the chain form with
// more, the bias added last. It panics if a length does not fit or dst overlaps x.
func (m *Linear) Scores(dst, x []float32) {
	if m.inputs != nil {
		m.inputs.score(dst, x, m.weights)
		return
	}
	kernels.Score(dst, x, m.weights)
}

// ErrNoProbabilities is the error of a model whose scores have no link.
var ErrNoProbabilities = errors.New("classifier: the scores of the model are not linked to probabilities")

// Probabilities sets dst, one element for each class, to the probabilities of the
// classes: the link of the model's [Info] applied to its scores, after the calibration if
// there is one. If there is no link
// it returns [ErrNoProbabilities] and leaves dst as it is. Scores that are NaN or
// +Inf make all probabilities NaN. It panics as Scores does.
func (m *Linear) Probabilities(dst, x []float32) error {
	if m.info.Link == loss.NoLink {
		return ErrNoProbabilities
	}
	m.Scores(dst, x)
	m.info.probabilities(dst)
	return nil
}

// link replaces scores by the probabilities that they are linked to.
func (m *Linear) link(scores []float32) {
	switch m.info.Link {
	case loss.SoftmaxLink:
		argmax.Softmax(scores, scores)
	case loss.SigmoidLink:
		sigmoids(scores)
	}
}

// Predict returns the class with the highest score, the lowest of equal ones; −1
// if every score is NaN. It allocates nothing. It panics if x does not have
// Features elements.
func (m *Linear) Predict(x []float32) int {
	if classes := m.weights.Classes(); classes <= fewScores {
		var scores [fewScores]float32
		return m.predict(scores[:classes], x)
	}
	buffer := newBuffer(m.weights.Classes())
	defer buffer.free()
	return m.predict(buffer.data, x)
}

// fewScores are cleared on the stack faster than a buffer is fetched.
const fewScores = 32

func (m *Linear) predict(scores, x []float32) int {
	m.Scores(scores, x)
	return argmax.ArgMax(scores)
}

// PredictAll sets dst[i] to the class of row i, as [Predictor] says. Bytes are
// never converted: their scores have the bits of the same numbers in float32.
func (m *Linear) PredictAll(ctx context.Context, dst []int, rows Rows, workers int) error {
	if err := checkRows(rows, m.Features()); err != nil {
		return err
	}
	mustMatch(dst, rows)
	m.scoreAll(ctx, rows, workers, func(lo int, scores kernels.Matrix) {
		for i := range scores.Rows {
			dst[lo+i] = argmax.ArgMax(scores.Row(i))
		}
	})
	return ctx.Err()
}

const (
	// gatherBlock is how many rows are gathered before they are scored: enough for
	// whole tiles, few enough for the second-level cache.
	gatherBlock = 60
	// scoresBlock is how many scores are computed before the largest are looked for.
	// Rows in place are scored as many at a time as that allows: kernels.Scores
	// prefetches where there are many.
	scoresBlock = 1 << 17
)

// scoreAll scores rows block by block until ctx is done. do is called with the scores of
// each block, whose first row is lo, by several goroutines; it may change them.
func (m *Linear) scoreAll(ctx context.Context, rows Rows, workers int, do func(lo int, scores kernels.Matrix)) {
	n, pool, w := rows.Len(), kernels.NewPool(workers), m.weights
	block := max(gatherBlock, scoresBlock/w.Classes()/gatherBlock*gatherBlock)
	if m.inputs != nil {
		scoreBlocks(ctx, n, func() func(lo, hi int) kernels.Matrix { return m.inputs.reader(rows) }, w, gatherBlock, pool, do)
		return
	}
	switch r := rows.(type) {
	case InPlace[uint8]:
		scoreBlocks(ctx, n, func() func(lo, hi int) kernels.Dense[uint8] { return r.Dense().Slice }, w, block, pool, do)
	case InPlace[float32]:
		scoreBlocks(ctx, n, func() func(lo, hi int) kernels.Matrix { return r.Dense().Slice }, w, block, pool, do)
	default:
		scoreBlocks(ctx, n, func() func(lo, hi int) kernels.Matrix { return reader(rows) }, w, gatherBlock, pool, do)
	}
}

// scoreBlocks scores block rows at a time. It calls newReader for each piece of the work.
func scoreBlocks[E kernels.Element](ctx context.Context, n int, newReader func() func(lo, hi int) kernels.Dense[E],
	w *kernels.Weights, block int, pool *kernels.Pool, do func(lo int, scores kernels.Matrix)) {
	pool.Split(n, gatherBlock, func(lo, hi int) {
		read := newReader()
		for ; lo < hi && ctx.Err() == nil; lo += block {
			x := read(lo, min(lo+block, hi))
			buffer := newBuffer(x.Rows * w.Classes())
			scores := kernels.Matrix{Rows: x.Rows, Cols: w.Classes(), Stride: w.Classes(), Data: buffer.data}
			kernels.Scores(scores, x, w, nil)
			do(lo, scores)
			buffer.free()
		}
	})
}

// buffer is working memory that calls take turns to use.
type buffer struct{ data []float32 }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// newBuffer returns n elements of whatever they held before.
func newBuffer(n int) *buffer {
	b := buffers.Get().(*buffer)
	b.data = slices.Grow(b.data[:0], n)[:n]
	return b
}

func (b *buffer) free() { buffers.Put(b) }
