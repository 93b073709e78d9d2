package classifier

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// SGD minimizes objectives by stochastic gradient descent: a step for each batch of
// examples, in a random order that is drawn anew for each epoch. It takes every loss and
// penalty; an L1 penalty by a proximal step after each, which sets weights to zero, though
// fewer than at the minimum, as the steps of small batches are noisy.
//
// The steps are those of features that are centred, if the bias is free, and divided by
// one number, if the objective does not scale each by itself: learning rates mean the
// same for pixels and embeddings. The penalty is the objective's all the same. Images
// stay the bytes they are, unless each feature has a scale of its own; the same numbers in
// float32 give the same model.
//
// It ends after the last epoch, near the minimum, or at a tolerance; the report says
// which, and how near. [LBFGS] gets as near as its tolerance.
//
// The weights of examples multiply their gradients. In batches of all examples a weight of
// 2 is therefore the example twice, and one of 0 its absence; in smaller ones that holds
// on average, as an example has one place in one batch of an epoch, whatever its weight.
//
// A fit that diverged is an error that names the epoch, also when the context ended it:
// a loss or a weight is not finite, or the mean loss of two epochs in a row, or the objective
// at the end, is more than 100 times that of weights of zero.
//
// The zero value is fine.
type SGD struct {
	Epochs int // passes over the examples; 0 means 20
	Batch  int // the batch size; 0 means 128, more than there are examples: all
	// LearningRate is η, before the schedule; 0 means [DefaultLearningRate], for Adam and
	// AdamW 0.001.
	LearningRate float32
	Optimizer    Optimizer // nil means HeavyBall{Momentum: 0.9}
	Schedule     Schedule  // nil means LinearDecay{}
	// Tolerance, if not 0, ends the fit after an epoch that has brought the gap to that
	// part of the objective; without a penalty, which has no gap, the gradient to
	// that part of the first. To compute them takes one more pass for each epoch.
	Tolerance float64
	Seed      uint64 // of the order of the examples
}

// withDefaults returns s with the defaults that zeros stand for.
func (s SGD) withDefaults(l loss.Loss) SGD {
	if s.Epochs == 0 {
		s.Epochs = 20
	}
	if s.Batch == 0 {
		s.Batch = 128
	}
	if s.Optimizer == nil {
		s.Optimizer = HeavyBall{Momentum: 0.9}
	}
	if s.Schedule == nil {
		s.Schedule = LinearDecay{}
	}
	if s.LearningRate == 0 {
		switch s.Optimizer.(type) {
		case Adam, AdamW:
			s.LearningRate = 0.001
		default:
			s.LearningRate = DefaultLearningRate(l)
		}
	}
	return s
}

// DefaultLearningRate returns the learning rate of SGD with [HeavyBall] or [Nesterov] unless
// it is given one: 0.003 for the softmax, also for nil, and logistic losses, and 0.0005
// for others, whose gradients are larger.
func DefaultLearningRate(l loss.Loss) float32 {
	switch l.(type) {
	case nil, loss.Softmax, loss.Logistic:
		return 0.003
	}
	return 0.0005
}

// check returns an error if s, with its defaults, cannot minimize o.
func (s SGD) check(o Objective) error {
	switch {
	case !(s.LearningRate > 0) || s.LearningRate-s.LearningRate != 0:
		return fmt.Errorf("classifier: learning rate %v", s.LearningRate)
	case !(s.Tolerance >= 0):
		return fmt.Errorf("classifier: SGD with tolerance %v", s.Tolerance)
	case s.Epochs < 1 || s.Batch < 1:
		return fmt.Errorf("classifier: %d epochs with a batch size of %d", s.Epochs, s.Batch)
	}
	if err := errors.Join(s.Optimizer.check(), checkSchedule(s.Schedule)); err != nil {
		return err
	}
	if o.L1 > 0 && s.Optimizer.rest() == 0 {
		return fmt.Errorf("classifier: %T takes no L1 penalty: use HeavyBall or Nesterov", s.Optimizer)
	}
	return nil
}

// Fit fits a model as [Solver] says. Progress has the mean loss and the accuracy over the
// examples of the epoch, each before its step, and the penalty at its end; the gap and the
// gradient are computed at the end of the fit alone, in one more pass. With a Tolerance it
// has all of the model at the end of the epoch.
func (s SGD) Fit(ctx context.Context, ex Examples, o Objective, options Options) (*Linear, Report, error) {
	s = s.withDefaults(o.Loss)
	if err := o.check(); err != nil {
		return nil, Report{}, err
	}
	if err := s.check(o); err != nil {
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

// settings describes s.
func (s SGD) settings() string { return fmt.Sprintf("%#v", s) }

// descent is SGD on scaled features.
type descent struct {
	SGD
	scaler scaler
}

// minimize moves at to where the last epoch ends.
func (d descent) minimize(ctx context.Context, p *problem, at []float64) (Report, error) {
	began := p.began()
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
	p.certify(&r, end)
	return r.of(p, end, began), ctx.Err()
}
