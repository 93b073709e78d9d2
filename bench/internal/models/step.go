package models

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/fastmath"
	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// The parameters of stochastic gradient descent.
const (
	batchSize = 256
	rate      = 0.003
	momentum  = 0.9
	decay     = 2e-4
)

// state is a linear model in training, and memory for a batch.
type state struct {
	w, v, g, scores kernels.Matrix
	bias            []float32 // zeros
	losses, one     []float32
	rate            float32
	loss            float64 // of the batch: a sum
}

func newState(features, classes int) *state {
	s := &state{
		w: kernels.NewMatrix(classes, features), v: kernels.NewMatrix(classes, features), g: kernels.NewMatrix(classes, features),
		scores: kernels.NewMatrix(batchSize, classes), bias: make([]float32, classes), losses: make([]float32, batchSize), one: make([]float32, features),
		rate: rate,
	}
	for i := range s.w.Data {
		s.w.Data[i] = float32(math.Sin(float64(i))) / 32
	}
	return s
}

// stepper takes a step of the softmax loss with momentum on a batch.
type stepper func(s *state, x kernels.Matrix, labels []int)

// steppers are the rivals that run in this process.
func steppers() map[string]stepper {
	all := map[string]stepper{"gonum": gonumStep, "vek": vekStep}
	if fastmath.CrossEntropy == nil {
		return all
	}
	update := fastmath.Momentum(rate, momentum, decay)
	for _, l := range crival.Libraries() {
		if l.Name == "onednn" { // which prepares its weights: they change here
			continue
		}
		all[l.Name] = func(s *state, x kernels.Matrix, labels []int) {
			scores := s.scores.Slice(0, x.Rows)
			product, _ := l.Prepare(crival.Operands{M: x.Rows, N: s.w.Rows, K: x.Cols, TransB: true, A: x.Data, LDA: x.Stride, B: s.w.Data, LDB: s.w.Stride})
			product(scores.Data, 1)
			fastmath.CrossEntropy(s.losses, scores.Data, scores.Data, labels, 1, x.Rows, s.w.Rows)
			product, _ = l.Prepare(crival.Operands{M: s.w.Rows, N: x.Cols, K: x.Rows, TransA: true, A: scores.Data, LDA: scores.Stride, B: x.Data, LDB: x.Stride})
			product(s.g.Data, 1)
			update(s.w.Data, s.v.Data, nil, s.g.Data, 1)
		}
	}
	return all
}

// ourStep calls what package classifier calls.
func ourStep(pool *kernels.Pool) stepper {
	return func(s *state, x kernels.Matrix, labels []int) {
		scores := s.scores.Slice(0, x.Rows)
		kernels.Scores(scores, x, kernels.NewWeights(s.w, s.bias), pool)
		s.loss = kernels.LossGradient(scores, scores, kernels.Targets{Labels: labels, Scale: 1 / float32(x.Rows)}, kernels.CrossEntropy{}, pool)
		kernels.Gradient(s.g, scores, x, pool)
		argmax.Momentum(s.w.Data, s.v.Data, s.g.Data, s.rate, momentum, decay)
	}
}

func gonumStep(s *state, x kernels.Matrix, labels []int) {
	scores := s.scores.Slice(0, x.Rows)
	blas32.Gemm(blas.NoTrans, blas.Trans, 1, blas32.General(x), blas32.General(s.w), 0, blas32.General(scores))
	s.loss = lossGradient(scores, labels)
	blas32.Gemm(blas.Trans, blas.NoTrans, 1, blas32.General(scores), blas32.General(x), 0, blas32.General(s.g))
	vector := func(x []float32) blas32.Vector { return blas32.Vector{N: len(x), Inc: 1, Data: x} }
	blas32.Axpy(decay, vector(s.w.Data), vector(s.g.Data))
	blas32.Scal(momentum, vector(s.v.Data))
	blas32.Axpy(1, vector(s.g.Data), vector(s.v.Data))
	blas32.Axpy(-s.rate, vector(s.v.Data), vector(s.w.Data))
}

func vekStep(s *state, x kernels.Matrix, labels []int) {
	scores := s.scores.Slice(0, x.Rows)
	for i := range x.Rows {
		for k := range s.w.Rows {
			scores.Row(i)[k] = vek32.Dot(x.Row(i), s.w.Row(k))
		}
	}
	s.loss = lossGradient(scores, labels)
	clear(s.g.Data)
	for i := range x.Rows {
		for k, d := range scores.Row(i) {
			vek32.MulNumber_Into(s.one, x.Row(i), d)
			vek32.Add_Inplace(s.g.Row(k), s.one)
		}
	}
	for k := range s.w.Rows {
		w, v, g := s.w.Row(k), s.v.Row(k), s.g.Row(k)
		vek32.Add_Inplace(g, vek32.MulNumber_Into(s.one, w, decay))
		vek32.MulNumber_Inplace(v, momentum)
		vek32.Add_Inplace(v, g)
		vek32.Sub_Inplace(w, vek32.MulNumber_Into(s.one, v, s.rate))
	}
}

// lossGradient replaces scores by the gradient of their mean softmax loss, in plain Go,
// and returns the sum of the losses.
func lossGradient(scores kernels.Matrix, labels []int) (loss float64) {
	for i := range scores.Rows {
		row := scores.Row(i)
		largest, sum, right := slices.Max(row), float32(0), row[labels[i]]
		for k, v := range row {
			row[k] = float32(math.Exp(float64(v - largest)))
			sum += row[k]
		}
		for k := range row {
			row[k] /= sum * float32(scores.Rows)
		}
		row[labels[i]] -= 1 / float32(scores.Rows)
		loss += math.Log(float64(sum)) + float64(largest-right)
	}
	return loss
}

// exactStep returns the weights after a step, in float64.
func exactStep(s *state, x kernels.Matrix, labels []int) []float64 {
	w := make([]float64, len(s.w.Data))
	g := make([]float64, len(w))
	p := make([]float64, s.w.Rows)
	for i := range x.Rows {
		row := x.Row(i)
		for k := range p {
			p[k] = 0
			for f, v := range row {
				p[k] += float64(v) * float64(s.w.Row(k)[f])
			}
		}
		largest, sum := slices.Max(p), 0.
		for k := range p {
			p[k] = math.Exp(p[k] - largest)
			sum += p[k]
		}
		for k := range p {
			d := p[k] / sum
			if k == labels[i] {
				d--
			}
			for f, v := range row {
				g[k*len(row)+f] += d * float64(v) / float64(x.Rows)
			}
		}
	}
	for i, v := range s.w.Data {
		w[i] = float64(v) - rate*(momentum*float64(s.v.Data[i])+g[i]+decay*float64(v))
	}
	return w
}

const stepTolerance = 1e-5

// agree compares the weights after a step with those in float64.
func agree(step stepper, x kernels.Matrix, labels []int, classes int) error {
	want := exactStep(newState(x.Cols, classes), x, labels)
	s := newState(x.Cols, classes)
	step(s, x, labels)
	for i, v := range s.w.Data {
		if !(math.Abs(float64(v)-want[i]) <= stepTolerance) {
			return fmt.Errorf("weight %d is %v after a step, want %v", i, v, want[i])
		}
	}
	return nil
}

// steps is a contest of one step of training, on a batch of rows in order.
func (t *table) steps() []Contest {
	classes, features := len(t.data.train.Classes()), t.data.train.Features()
	keys := fmt.Sprintf("batch=%d/features=%d/classes=%d", batchSize, features, classes)
	return []Contest{{"Step", keys, 6, func(context.Context) (*measure.Contest, error) {
		x, labels := floats(t.data.train.Subset(upTo(batchSize)), 255).X, t.data.train.Labels()[:batchSize]
		flops := 4 * batchSize * features * classes
		c := &measure.Contest{
			Op: "Step", Keys: keys, Threads: t.options.Threads, Work: fmt.Sprintf("flops=%d", flops),
			Tolerance: fmt.Sprintf("every weight after a step within %g of that in float64", stepTolerance),
		}
		var checks []func() error
		entrant := func(step stepper) func(context.Context, int) (measure.Sample, error) {
			s := newState(features, classes)
			return measure.Passes(1, func() error { step(s, x, labels); return nil },
				func(ns float64) []results.Value {
					return []results.Value{{Number: float64(flops) / ns, Unit: "GFLOP/s"}}
				})
		}
		step := ourStep(kernels.NewPool(t.options.Threads))
		c.Entrants = ours("argmax", entrant(step))
		for _, isa := range isas() {
			checks = append(checks, func() error {
				defer cpu.Use(isa)()
				return agree(step, x, labels, classes)
			})
		}
		rivals := steppers()
		for _, name := range sorted(rivals) {
			c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Run: entrant(rivals[name])})
			checks = append(checks, func() error { return named(name, agree(rivals[name], x, labels, classes)) })
		}
		c.Check = all(checks)
		return c, nil
	}}}
}
