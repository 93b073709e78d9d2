package classifier

import (
	"fmt"
	"math"
	"slices"
)

// watch follows a fit from iteration to iteration: it reports, validates, and keeps the
// best point. nil is no watch.
type watch struct {
	progress func(Report)
	held     samples   // to validate with
	weights  []float64 // of the classes, in the validation loss
	patience int

	validation *problem   // of the held samples; nil: none
	last       []float64  // the point before the last step
	best       []float64  // the point with the lowest validation loss
	at         Validation // the best point's
	stale      int        // iterations since
}

// newWatch returns what the options and the samples to validate with ask for.
func newWatch(options Options, held samples, weights []float64) *watch {
	if options.Progress == nil && held.rows == nil {
		return nil
	}
	return &watch{progress: options.Progress, held: held, weights: weights, patience: options.Patience}
}

// begin prepares to watch p, which is standardized and starts at a point.
func (w *watch) begin(p *problem, at []float64) {
	if w == nil {
		return
	}
	w.last, w.best, w.at, w.stale = slices.Clone(at), nil, Validation{Loss: math.Inf(1)}, 0
	if w.held.rows == nil {
		return
	}
	v := *p
	v.data, v.labels, v.parts, v.watch, v.together = w.held.rows, w.held.labels, nil, nil, nil
	v.weights, v.total = make([]float32, len(v.labels)), 0
	for i, y := range v.labels {
		weight := w.weights[y]
		if w.held.weights != nil {
			weight *= float64(w.held.weights[i])
		}
		v.weights[i] = float32(weight)
		v.total += float64(v.weights[i])
	}
	v.standardizeBy(p.standard)
	w.validation = &v
}

// observe completes a report on the iteration that has led to a point, passes it on, and
// reports whether the fit is to stop there; the report then says why.
func (p *problem) observe(r *Report, at []float64) (stop bool) {
	w := p.watch
	if w == nil {
		return false
	}
	r.Update = relativeStep(at, w.last)
	copy(w.last, at)
	if w.validation != nil {
		stop = w.validate(r, at)
	}
	if w.progress != nil {
		w.progress(*r)
	}
	return stop
}

// validate adds to the report how the point does, and reports whether patience has run
// out.
func (w *watch) validate(r *Report, at []float64) bool {
	r.Validation.Loss, r.Validation.Accuracy = w.validation.meanLoss(at)
	r.Validation.Best = w.at.Best
	w.stale++
	if r.Validation.Loss < w.at.Loss {
		r.Validation.Best = r.Iterations
		w.at, w.stale = r.Validation, 0
		if w.patience > 0 {
			w.best = append(w.best[:0], at...)
		}
	}
	if w.patience == 0 || w.stale < w.patience {
		return false
	}
	r.Why = fmt.Sprintf("%d iterations did not lower the validation loss", w.stale)
	return true
}

// keepBest moves at, where a fit has ended, to the best point, if there is to be one, and
// corrects the report.
func (p *problem) keepBest(r *Report, at []float64) {
	w := p.watch
	if w == nil || w.best == nil || slices.Equal(w.best, at) {
		return
	}
	x := newPoint(len(at))
	copy(x.at, w.best)
	p.measure(x)
	copy(at, x.at)
	r.describe(p, x)
	p.certify(r, x)
	r.Validation, r.Converged = w.at, false
	r.Why = fmt.Sprintf("%s; the model is that of iteration %d, which has the lowest validation loss", r.Why, w.at.Best)
}

// relativeStep is the length of the step to a point relative to that of the point, 0 for
// none.
func relativeStep(at, from []float64) float64 {
	var step, size float64
	for i, v := range at {
		d := v - from[i]
		step += float64(d * d)
		size += float64(v * v)
	}
	if step == 0 {
		return 0
	}
	return math.Sqrt(step / size)
}
