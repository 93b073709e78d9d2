package classifier

import (
	"context"
	"fmt"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// PredictAll sets dst[i] to the class of row i, as [Predictor] says. Bytes are
// never converted: their scores have the bits of the same numbers in float32.
func (m *Linear) PredictAll(ctx context.Context, dst []int, rows Rows, workers int) error {
	if err := checkRows(rows, m.Features()); err != nil {
		return err
	}
	mustMatch(dst, rows)
	return m.scoreAll(ctx, rows, workers, nil, func(lo int, scores kernels.Matrix) {
		for i := range scores.Rows {
			dst[lo+i] = argmax.ArgMax(scores.Row(i))
		}
	})
}

// ScoresAll sets row i of dst to the scores of row i, those of Scores. Rows, workers and
// ctx are those of PredictAll. It panics unless dst has a row for each of rows and a
// column for each class.
func (m *Linear) ScoresAll(ctx context.Context, dst kernels.Matrix, rows Rows, workers int) error {
	return m.scoresInto(ctx, "ScoresAll", dst, rows, workers, func(int, kernels.Matrix) {})
}

// ProbabilitiesAll sets row i of dst to the probabilities of row i, those of
// Probabilities; if the model has no link it returns [ErrNoProbabilities]. Otherwise it is
// like ScoresAll.
func (m *Linear) ProbabilitiesAll(ctx context.Context, dst kernels.Matrix, rows Rows, workers int) error {
	if m.info.Link == loss.NoLink {
		return ErrNoProbabilities
	}
	return m.scoresInto(ctx, "ProbabilitiesAll", dst, rows, workers, func(_ int, scores kernels.Matrix) {
		for i := range scores.Rows {
			m.info.probabilities(scores.Row(i))
		}
	})
}

// TopKAll sets the k elements of dst from i·k on to those that TopK gives for row i, with
// class −1 where there are fewer than k. Rows, workers and ctx are those of PredictAll. It
// panics if k is negative or dst does not have k elements for each row.
func (m *Linear) TopKAll(ctx context.Context, dst []Ranked, rows Rows, k, workers int) error {
	if err := checkRows(rows, m.Features()); err != nil {
		return err
	}
	if k < 0 || len(dst) != k*rows.Len() {
		panic(fmt.Sprintf("classifier: TopKAll: %d elements for %d of each of %d rows", len(dst), k, rows.Len()))
	}
	return m.scoreAll(ctx, rows, workers, nil, func(lo int, scores kernels.Matrix) {
		b := newBuffer(0)
		defer b.free()
		for i := range scores.Rows {
			m.info.rank(dst[(lo+i)*k:][:k], scores.Row(i), b)
		}
	})
}

// DecideAll sets dst[i] to what Decide gives for row i. Rows, workers and ctx are those of
// PredictAll. It panics if dst does not have an element for each row.
func (m *Linear) DecideAll(ctx context.Context, dst []int, rows Rows, c Confidence, workers int) error {
	if err := m.canDecide(c); err != nil {
		return err
	}
	if err := checkRows(rows, m.Features()); err != nil {
		return err
	}
	if len(dst) != rows.Len() {
		panic(fmt.Sprintf("classifier: DecideAll: %d decisions for %d rows", len(dst), rows.Len()))
	}
	return m.scoreAll(ctx, rows, workers, nil, func(lo int, scores kernels.Matrix) {
		for i := range scores.Rows {
			dst[lo+i] = m.info.decide(scores.Row(i), c)
		}
	})
}

// scoresInto stores the scores of rows in dst and calls use for each block of them.
func (m *Linear) scoresInto(ctx context.Context, function string, dst kernels.Matrix, rows Rows, workers int, use blockUser) error {
	if err := checkRows(rows, m.Features()); err != nil {
		return err
	}
	if err := dst.Check(); err != nil {
		panic(fmt.Sprintf("classifier: %s: dst: %v", function, err))
	}
	if dst.Rows != rows.Len() || dst.Cols != m.weights.Classes() {
		panic(fmt.Sprintf("classifier: %s: dst is %d×%d, want %d×%d", function, dst.Rows, dst.Cols, rows.Len(), m.weights.Classes()))
	}
	return m.scoreAll(ctx, rows, workers, &dst, use)
}

// blockUser is called with the scores of a block of rows, from row lo on, which it may
// overwrite.
type blockUser func(lo int, scores kernels.Matrix)

// scoreAll scores rows block by block, by several goroutines, and calls use with each
// block: in its place in dst, or in memory that the next block takes if dst is nil.
func (m *Linear) scoreAll(ctx context.Context, rows Rows, workers int, dst *kernels.Matrix, use blockUser) error {
	pool, w := kernels.NewPool(workers), m.weights
	block := max(gatherBlock, scoresBlock/w.Classes()/gatherBlock*gatherBlock)
	if m.inputs != nil {
		scoreBlocks(ctx, rows.Len(), func() func(lo, hi int) kernels.Matrix { return m.inputs.reader(rows) }, w, gatherBlock, pool, dst, use)
		return ctx.Err()
	}
	switch r := rows.(type) {
	case InPlace[uint8]:
		scoreBlocks(ctx, rows.Len(), func() func(lo, hi int) kernels.Dense[uint8] { return r.Dense().Slice }, w, block, pool, dst, use)
	case InPlace[float32]:
		scoreBlocks(ctx, rows.Len(), func() func(lo, hi int) kernels.Matrix { return r.Dense().Slice }, w, block, pool, dst, use)
	case listed[uint8]:
		scoreBlocks(ctx, rows.Len(), r.view().blocks, w, gatherBlock, pool, dst, use)
	default:
		scoreBlocks(ctx, rows.Len(), func() func(lo, hi int) kernels.Matrix { return reader(rows) }, w, gatherBlock, pool, dst, use)
	}
	return ctx.Err()
}

const (
	// gatherBlock is how many rows are gathered before they are scored: enough for
	// whole tiles, few enough for the second-level cache.
	gatherBlock = 60
	// scoresBlock is how many scores are computed before they are used. Rows in place are
	// scored as many at a time as that allows: kernels.Scores prefetches where there are
	// many.
	scoresBlock = 1 << 17
)

// scoreBlocks scores block of n rows at a time. It calls newReader for each piece of the
// work.
func scoreBlocks[E kernels.Element](ctx context.Context, n int, newReader func() func(lo, hi int) kernels.Dense[E], w *kernels.Weights, block int, pool *kernels.Pool, dst *kernels.Matrix, use blockUser) {
	pool.Split(n, gatherBlock, func(lo, hi int) {
		read := newReader()
		for ; lo < hi && ctx.Err() == nil; lo += block {
			end := min(lo+block, hi)
			scoreBlock(lo, read(lo, end), w, dst, use)
		}
	})
}

func scoreBlock[E kernels.Element](lo int, x kernels.Dense[E], w *kernels.Weights, dst *kernels.Matrix, use blockUser) {
	if dst != nil {
		scores := dst.Slice(lo, lo+x.Rows)
		kernels.Scores(scores, x, w, nil)
		use(lo, scores)
		return
	}
	b := newBuffer(x.Rows * w.Classes())
	defer b.free()
	scores := kernels.Matrix{Rows: x.Rows, Cols: w.Classes(), Stride: w.Classes(), Data: b.data}
	kernels.Scores(scores, x, w, nil)
	use(lo, scores)
}
