package classifier

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// Solver minimizes objectives.
type Solver interface {
	// Fit returns the model that minimizes the objective over the examples. A
	// combination that the solver does not offer is an error that names one that does,
	// a label out of range or a feature that is NaN or infinite one that names the row.
	// Not converging is not an error, the report says so. When ctx is done Fit returns
	// the best model so far together with the context's error.
	Fit(ctx context.Context, ex Examples, o Objective, options Options) (*Linear, Report, error)
}

var (
	_ Solver = Auto{}
	_ Solver = LBFGS{}
	_ Solver = DualCD{}
	_ Solver = ProxNewton{}
	_ Solver = SGD{}
	_ Solver = Trimmed{}
)

// minimizer is the mathematics of a solver.
type minimizer interface {
	// minimize moves at, a point of p, to its minimum. When ctx is done it leaves the best
	// so far and returns the context's error.
	minimize(ctx context.Context, p *problem, at []float64) (Report, error)
}

func fit(ctx context.Context, ex Examples, o Objective, options Options, by minimizer) (*Linear, Report, error) {
	p, err := newProblem(ex, o, options)
	if err != nil {
		return nil, Report{}, err
	}
	return p.fit(ctx, ex, options.Start, by)
}

// fit minimizes the problem from a model, which may be nil.
func (p *problem) fit(ctx context.Context, ex Examples, start *Linear, by minimizer) (*Linear, Report, error) {
	at, err := p.start(start)
	if err != nil {
		return nil, Report{}, err
	}
	return p.fitFrom(ctx, ex, at, by)
}

// fitFrom minimizes the problem from a point, which it moves.
func (p *problem) fitFrom(ctx context.Context, ex Examples, at []float64, by minimizer) (*Linear, Report, error) {
	p.watch.begin(p, at)
	if err := p.identify(by); err != nil {
		return nil, Report{}, err
	}
	pool := p.pool
	report, err := by.minimize(ctx, p, at)
	p.pool = pool // a solver's ends with the context
	if err != nil && (ctx.Err() == nil || !errors.Is(err, ctx.Err())) {
		return nil, report, err
	}
	p.keepBest(&report, at)
	m, err := p.model(at, ex)
	if err != nil {
		return nil, report, err
	}
	return m, report, ctx.Err()
}

// model returns the model of a point, of features as they come if float32 has weights
// that take them, or else with inputs: where weights overflow, or where the means are so
// large beside the deviations that scores are lost in rounding, such as those of
// 16,000,000 and 16,000,001.
func (p *problem) model(at []float64, ex Examples) (*Linear, error) {
	info := Info{Classes: p.names, Link: p.loss.Link(), Shape: shapeOf(ex)}
	if w, b := p.parameters(at, nil); finite(w.Data) && finite(b) {
		m, err := NewLinear(w, b, info)
		if err != nil || p.agrees(m, at) {
			return m, err
		}
	}
	in := p.inputs()
	w, b := p.parameters(at, in)
	if !finite(w.Data) || !finite(b) {
		return nil, fmt.Errorf("classifier: the weights overflow")
	}
	m, err := NewLinear(w, b, info)
	if err != nil {
		return nil, err
	}
	return m.withInputs(in.pivot, in.scale)
}

// agrees reports whether a model of features as they come has the losses of its point, up
// to a thousandth of those of weights of zero.
func (p *problem) agrees(m *Linear, at []float64) bool {
	if p.folded {
		return true
	}
	const most = 256 // rows, evenly spaced
	n := min(most, p.rows())
	x, scores := kernels.NewMatrix(n, p.features), kernels.NewMatrix(n, p.outputs)
	labels, weights := make([]int, n), make([]float32, n)
	mean := func(source rowSource, w *kernels.Weights) (loss float64) {
		r, total := source.reader(), 0.0
		for i := range n {
			row := int(int64(i) * int64(p.rows()) / int64(n))
			r.row(x.Row(i), row)
			labels[i], weights[i] = p.labels[row], p.weights[row]
			total += float64(weights[i])
		}
		kernels.Scores(scores, x, w, nil)
		if total == 0 {
			return 0
		}
		return p.loss.Gradient(scores, scores, labels, weights) / total
	}
	want := mean(p.x, p.fold(at))
	got := mean(sourceOf(p.data), p.ofModel(m))
	return math.Abs(got-want) <= p.zeroLoss()/1000
}

// zeroLoss is the loss of weights of zero.
func (p *problem) zeroLoss() float64 { return p.loss.At(make([]float64, p.outputs), 0) }

// ofModel returns the weights of a model: of two classes that share a score, those of
// the second.
func (p *problem) ofModel(m *Linear) *kernels.Weights {
	if p.outputs == p.classes {
		return m.weights
	}
	return kernels.NewWeights(m.weights.Matrix().Slice(1, 2), m.weights.Bias()[1:])
}

// newProblem returns the objective over the examples.
func newProblem(ex Examples, o Objective, options Options) (*problem, error) {
	if err := checkExamples(ex); err != nil {
		return nil, err
	}
	if o.Loss == nil {
		o.Loss = loss.Softmax{}
	}
	o.Scaling = o.Scaling.of(ex)
	names := ex.Classes()
	if options.Start != nil {
		names = options.Start.Classes()
	}
	learned, held, err := options.samples(ex, names)
	if err != nil {
		return nil, err
	}
	classes, features := len(names), ex.Features()
	weights, total, factors, err := weightsOf(learned.labels, names, o, learned.weights)
	if err != nil {
		return nil, err
	}
	pool := kernels.NewPool(options.Workers)
	m, err := measure(sourceOf(learned.rows), weights, pool)
	if err != nil {
		return nil, err
	}
	p := &problem{
		data: learned.rows, features: features, names: names, classes: classes, outputs: o.Loss.Outputs(classes),
		labels: learned.labels, weights: weights, total: total,
		loss: o.Loss, l2: o.L2, l1: o.L1, bias: o.Bias, pool: pool, watch: newWatch(options, held, factors),
		saving: options.Checkpoint, resume: options.Resume,
		scaling: o.Scaling, moments: m,
	}
	p.standardizeBy(standardize(o.Scaling, m, o.Bias == FreeBias))
	return p, nil
}

// weightsOf returns the weights of the examples with those of their classes, and their
// sum, and the latter, the factors. The error says what is wrong with them, or that all
// examples are of one class.
func weightsOf(labels []int, names []string, o Objective, of []float32) (weights []float32, total float64, factors []float64, err error) {
	classes := len(names)
	if o.ClassWeights != nil && len(o.ClassWeights) != classes {
		return nil, 0, nil, fmt.Errorf("classifier: %d class weights for %d classes", len(o.ClassWeights), classes)
	}
	weights = make([]float32, len(labels))
	each := make([]float64, classes) // the sum of the weights of each class
	for i, y := range labels {
		w := float32(1)
		if of != nil {
			w = of[i]
		}
		if !(w >= 0) || math.IsInf(float64(w), 1) {
			return nil, 0, nil, fmt.Errorf("classifier: row %d: weight %v", i, w)
		}
		weights[i] = w
		each[y] += float64(w)
		total += float64(w)
	}
	var present []string
	for k, w := range each {
		if w > 0 {
			present = append(present, names[k])
		}
	}
	switch len(present) {
	case 0:
		return nil, 0, nil, errors.New("classifier: there are no examples, or none with a weight above 0")
	case 1:
		return nil, 0, nil, fmt.Errorf("classifier: all examples are of one class, %s: want 2 or more", present[0])
	}
	factors = make([]float64, classes)
	for y := range factors {
		factors[y] = 1
		if o.ClassWeights != nil {
			factors[y] = float64(o.ClassWeights[y])
		}
		if o.Balanced && each[y] > 0 {
			factors[y] *= total / (float64(len(present)) * each[y])
		}
	}
	if !o.Balanced && o.ClassWeights == nil {
		return weights, total, factors, nil
	}
	total = 0
	for i, y := range labels {
		weights[i] = float32(float64(weights[i]) * factors[y])
		total += float64(weights[i])
	}
	return weights, total, factors, nil
}

// start returns the point of a model of features as they come: zero without one.
func (p *problem) start(m *Linear) ([]float64, error) {
	at := make([]float64, p.size())
	if m == nil {
		return at, nil
	}
	if m.Features() != p.features || m.weights.Classes() != p.classes {
		return nil, fmt.Errorf("classifier: a start of %d classes and %d features for examples of %d and %d",
			m.weights.Classes(), m.Features(), p.classes, p.features)
	}
	weights := p.ofModel(m)
	for k := range p.outputs {
		v, c := p.row(at, k)
		*c = float64(weights.Bias()[k])
		for f, w := range weights.Matrix().Row(k) {
			w, mean := float64(w), p.standard.mean[f]
			if m.inputs != nil {
				w *= float64(m.inputs.scale[f])
				mean -= float64(m.inputs.pivot[f])
			}
			*c += float64(w * mean)
			if s := p.standard.scale[f]; s != 0 {
				v[f] = w / s
			}
		}
		if p.bias == NoBias {
			*c = 0
		}
	}
	return at, nil
}

// parameters returns the weights and the bias of the model of a point with inputs, nil
// for features as they come. The score that two classes share is that of the second, and
// with the sign changed that of the first.
func (p *problem) parameters(at []float64, in *inputs) (kernels.Matrix, []float32) {
	w, b := kernels.NewMatrix(p.classes, p.features), make([]float32, p.classes)
	for k := range p.classes {
		output, sign := k, 1.0
		if p.outputs < p.classes {
			if output = 0; k == 0 {
				sign = -1
			}
		}
		v, c := p.row(at, output)
		shift, row := *c, w.Row(k)
		for f, v := range v {
			scale, mean := p.standard.scale[f], p.standard.mean[f]
			if in != nil {
				scale /= float64(in.scale[f])
				mean = float64(in.scale[f]) * (mean - float64(in.pivot[f]))
			}
			row[f] = float32(v * scale)
			shift -= float64(float64(row[f]) * mean)
			row[f] *= float32(sign)
		}
		b[k] = float32(sign * shift)
	}
	return w, b
}
