package classifier

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// SGD minimizes objectives by stochastic gradient descent: a step for each batch of
// examples in a random order, with momentum (B. T. Polyak, "Some methods of speeding up
// the convergence of iteration methods", USSR Computational Mathematics and Mathematical
// Physics 4, 1964) and a learning rate that decays linearly to zero. It takes every
// loss and penalty; an L1 penalty by a proximal step after each, which sets weights to zero,
// though fewer than at the minimum, as the steps of small batches are noisy.
//
// The steps are those of features that are centred, if the bias is free, and divided by
// one number, if the objective does not scale each by itself: learning rates mean the
// same for pixels and embeddings. The penalty is the objective's all the same. Images
// stay the bytes they are, unless each feature has a scale of its own.
//
// It ends after so many epochs, near the minimum; the report says how near. An LBFGS
// gets as near as one likes.
//
// A fit that diverged is an error that names the epoch, also when the context ended it:
// a loss or a weight is not finite, or the objective at the end is more than 100 times
// that of weights of zero.
type SGD struct {
	Epochs int // passes over the examples; 0 means 20
	Batch  int // the batch size; 0 means 128, more than there are examples: all
	// LearningRate is η at the first step; 0 means [DefaultLearningRate].
	LearningRate float32
	Momentum     float32 // μ in v = μv + g, W = W − ηv; 0 is none
	Seed         uint64  // of the order of the examples
}

// NewSGD returns an SGD with a momentum of 0.9, and the defaults of the other fields.
func NewSGD() SGD { return SGD{Momentum: 0.9} }

// withDefaults returns s with the defaults that zeros stand for.
func (s SGD) withDefaults(l loss.Loss) SGD {
	if s.Epochs == 0 {
		s.Epochs = 20
	}
	if s.Batch == 0 {
		s.Batch = 128
	}
	if s.LearningRate == 0 {
		s.LearningRate = DefaultLearningRate(l)
	}
	return s
}

// DefaultLearningRate returns the learning rate that SGD starts with unless it is given
// one: 0.003 for the softmax, also for nil, and logistic losses, and 0.0005 for others,
// whose gradients are larger.
func DefaultLearningRate(l loss.Loss) float32 {
	switch l.(type) {
	case nil, loss.Softmax, loss.Logistic:
		return 0.003
	}
	return 0.0005
}

func (s SGD) check() error {
	switch {
	case !(s.LearningRate > 0) || s.LearningRate-s.LearningRate != 0:
		return fmt.Errorf("classifier: learning rate %v", s.LearningRate)
	case !(s.Momentum >= 0 && s.Momentum < 1):
		return fmt.Errorf("classifier: momentum %v", s.Momentum)
	case s.Epochs < 1 || s.Batch < 1:
		return fmt.Errorf("classifier: %d epochs with a batch size of %d", s.Epochs, s.Batch)
	}
	return nil
}

// Fit fits a model as [Solver] says. Progress has the mean loss and the accuracy over the
// examples of the epoch, each before its step, and the penalty at its end; the gap and the
// gradient are computed at the end of the fit alone, in one more pass.
func (s SGD) Fit(ctx context.Context, ex Examples, o Objective, options Options) (*Linear, Report, error) {
	s = s.withDefaults(o.Loss)
	if err := o.check(); err != nil {
		return nil, Report{}, err
	}
	if err := s.check(); err != nil {
		return nil, Report{}, err
	}
	p, err := newProblem(ex, o, options)
	if err != nil {
		return nil, Report{}, err
	}
	by := p.standard
	if p.scaling == Unscaled {
		by = standardize(OneScale, p.moments, p.bias == FreeBias)
	}
	scaler := newScaler(by, p.moments)
	// The point of the problem is that of the steps, but for a factor.
	if p.scaling == Unscaled {
		p.standardizeBy(standardization{scaler.exact.mean, p.standard.scale})
	} else {
		p.standardizeBy(scaler.exact)
	}
	return p.fit(ctx, ex, options.Start, descent{s, scaler})
}

// descent is SGD on scaled features.
type descent struct {
	SGD
	scaler scaler
}

// minimize moves at to where the last epoch ends.
func (d descent) minimize(ctx context.Context, p *problem, at []float64) (Report, error) {
	began := time.Now()
	t := newTrainer(d, p, at)
	r, err := t.run(ctx, began)
	if err != nil || t.step == 0 {
		return r, err
	}
	end := newPoint(len(at))
	t.store(end.at)
	if size := norm(end.at); size > math.MaxFloat32 && size/t.unit <= math.MaxFloat32 {
		copy(at, end.at)
		return r, ctx.Err() // the steps are fine, but no model has such weights, which is another error
	}
	p.measure(end)
	if !(end.value <= divergedAbove*p.zeroLoss()) || !finite(t.weights.Data) || !finite(t.bias) {
		return r, t.diverged(min(r.Iterations+1, t.Epochs), end.value)
	}
	copy(at, end.at)
	r.Gap, r.Gradient = p.gap(end.value, end.gradient, end.at), norm(end.gradient)
	return r.of(p, end, began), ctx.Err()
}
