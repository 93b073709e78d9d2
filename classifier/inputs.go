package classifier

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// inputs is what a model does to features before it scores them: x becomes
// (x − pivot)·scale, in float32. Only models whose weights cannot take the features as
// they come have it.
type inputs struct{ pivot, scale []float32 }

// Inputs returns what the model does to the features first: x becomes (x − pivot)·scale,
// feature by feature, in float32. Both are nil if it does nothing, as most models do: a
// fit folds means and scales into weights and bias unless float32 would lose what was
// learned, as with the features 16,000,000 and 16,000,001 or 1e-39. The slices must not
// be changed.
func (m *Linear) Inputs() (pivot, scale []float32) {
	if m.inputs == nil {
		return nil, nil
	}
	return m.inputs.pivot, m.inputs.scale
}

// withInputs returns the same model with inputs. What does not fit is an error.
func (m *Linear) withInputs(pivot, scale []float32) (*Linear, error) {
	switch {
	case len(pivot) != m.Features():
		return nil, fmt.Errorf("classifier: pivot of length %d for %d features", len(pivot), m.Features())
	case len(scale) != m.Features():
		return nil, fmt.Errorf("classifier: scale of length %d for %d features", len(scale), m.Features())
	case !finite(pivot):
		return nil, fmt.Errorf("classifier: the pivot is not finite")
	case !finite(scale):
		return nil, fmt.Errorf("classifier: the scale is not finite")
	}
	with := *m
	with.inputs = &inputs{slices.Clone(pivot), slices.Clone(scale)}
	return &with, nil
}

// apply prepares a row in place.
func (in *inputs) apply(x []float32) {
	argmax.Axpy(x, in.pivot, -1)
	for f, s := range in.scale {
		x[f] *= s
	}
}

// score is kernels.Score of the prepared x.
func (in *inputs) score(dst, x []float32, w *kernels.Weights) {
	if len(x) != w.Features() {
		kernels.Score(dst, x, w) // panics
	}
	b := newBuffer(len(x))
	defer b.free()
	copy(b.data, x)
	in.apply(b.data)
	kernels.Score(dst, b.data, w)
}

// reader returns a function that returns rows lo to hi prepared, at most gatherBlock, in
// memory that the next call uses again.
func (in *inputs) reader(rows Rows) func(lo, hi int) kernels.Matrix {
	r, buffer := sourceOf(rows).reader(), kernels.NewMatrix(gatherBlock, rows.Features())
	return func(lo, hi int) kernels.Matrix {
		for i := lo; i < hi; i++ {
			r.row(buffer.Row(i-lo), i)
			in.apply(buffer.Row(i - lo))
		}
		return buffer.Slice(0, hi-lo)
	}
}

// inputs returns those that take the features to about the range of ±1: the scales are
// powers of two, and round nothing.
func (p *problem) inputs() *inputs {
	in := &inputs{make([]float32, p.features), make([]float32, p.features)}
	for f, d := range p.moments.deviation {
		in.pivot[f], in.scale[f] = float32(p.standard.mean[f]), 1
		if d > 0 {
			_, exponent := math.Frexp(d)
			in.scale[f] = float32(math.Ldexp(1, min(max(-exponent, -126), 126)))
		}
	}
	return in
}
