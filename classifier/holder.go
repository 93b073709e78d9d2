package classifier

import (
	"context"
	"fmt"
	"sync/atomic"
)

// Holder holds the model that a server answers with, and is a [Predictor] itself: each
// call uses the model of that moment. Swap replaces it while calls are under way; those
// end with the model that they began with. A request that needs more than one answer, such
// as a class and its name, takes them from the model that Load returns.
type Holder[M Predictor] struct{ current atomic.Pointer[M] }

// NewHolder returns a holder of a model.
func NewHolder[M Predictor](m M) *Holder[M] {
	h := new(Holder[M])
	h.current.Store(&m)
	return h
}

// Load returns the current model.
func (h *Holder[M]) Load() M { return *h.current.Load() }

// Swap makes m the current model and returns the one before. A model of another number of
// features is an error and changes nothing: rows that are on their way would not fit it.
// The classes may differ.
func (h *Holder[M]) Swap(m M) (old M, err error) {
	// All models have the same number of features: it does not matter which is asked.
	if have := h.Load().Features(); m.Features() != have {
		return old, fmt.Errorf("classifier: a model of %d features cannot replace one of %d", m.Features(), have)
	}
	return *h.current.Swap(&m), nil
}

// Classes returns the names of the classes of the current model. The slice must not be
// changed.
func (h *Holder[M]) Classes() []string { return h.Load().Classes() }

// Features is the number of features, that of every model.
func (h *Holder[M]) Features() int { return h.Load().Features() }

// Predict is that of the current model.
func (h *Holder[M]) Predict(x []float32) int { return h.Load().Predict(x) }

// PredictAll is that of the current model, for all rows.
func (h *Holder[M]) PredictAll(ctx context.Context, dst []int, rows Rows, workers int) error {
	return h.Load().PredictAll(ctx, dst, rows, workers)
}
