package classifier

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed842bec00/argmax/kernels"
)

// SGD trains a Linear by minibatch stochastic gradient descent with momentum. Its
// objective is
//
//	(1/N) Σ loss(f(xᵢ), yᵢ) + λ ΣW²
//
// without a factor ½, the bias not penalised. W and the learning rate are those of
// the scaled features; the model that comes out takes features as they come. Every
// field means what it holds, zero included: [NewSGD] gives the defaults.
type SGD struct {
	Loss    kernels.Loss // of a row of scores
	L2      float32      // λ
	Scaling Scaling      // of the features

	Epochs       int     // passes over the examples
	Batch        int     // the batch size; more than there are examples: all
	LearningRate float32 // η at the first step; it decays linearly to zero
	Momentum     float32 // μ in v = μv + g, W = W − ηv; 0 is none

	Seed    uint64 // of the order of the examples
	Workers int    // goroutines; 0 means one for each processor. It does not change the model
	// Progress, if not nil, is called after each epoch, in order.
	Progress func(Progress)
}

// NewSGD returns the default training for a loss: 20 epochs with a batch size of 128
// and momentum 0.9, [OneScale], no penalty. The learning rate is 0.003 for the
// cross-entropy and 0.0005 for the hinge losses, whose gradients are larger.
func NewSGD(loss kernels.Loss) SGD {
	c := SGD{Loss: loss, Scaling: OneScale, Epochs: 20, Batch: 128, LearningRate: 0.0005, Momentum: 0.9}
	if _, ok := loss.(kernels.CrossEntropy); ok {
		c.LearningRate = 0.003
	}
	return c
}

// Progress is what an epoch has reached.
type Progress struct {
	Epoch, Epochs int     // the epoch that ended, from 1, of how many
	Loss          float64 // the mean loss over its examples, each before its step
	Penalty       float64 // λ ΣW² at its end
}

func (c SGD) check() error {
	positive := func(v float32) bool { return v > 0 && v-v == 0 }
	switch {
	case !positive(c.LearningRate):
		return fmt.Errorf("classifier: learning rate %v", c.LearningRate)
	case !positive(c.L2) && c.L2 != 0:
		return fmt.Errorf("classifier: L2 penalty %v", c.L2)
	case !(c.Momentum >= 0 && c.Momentum < 1):
		return fmt.Errorf("classifier: momentum %v", c.Momentum)
	case c.Epochs < 1 || c.Batch < 1:
		return fmt.Errorf("classifier: %d epochs with a batch size of %d", c.Epochs, c.Batch)
	case c.Scaling > OneScale:
		return fmt.Errorf("classifier: unknown scaling %v", c.Scaling)
	}
	return checkLoss(c.Loss)
}

// checkLoss returns an error unless a loss can be minimized.
func checkLoss(loss kernels.Loss) error {
	margin := float32(1)
	switch l := loss.(type) {
	case nil:
		return errors.New("classifier: no loss, such as kernels.CrossEntropy{}")
	case kernels.WestonWatkins:
		margin = l.Margin
	case kernels.SquaredWestonWatkins:
		margin = l.Margin
	case kernels.CrammerSinger:
		margin = l.Margin
	}
	if !(margin > 0) || margin-margin != 0 {
		return fmt.Errorf("classifier: margin %v", margin)
	}
	return nil
}

// Train fits a model to the examples. It knows their classes, the link of its scores
// and, if they are [Images], their shape. When ctx is done, Train returns the model
// of the steps so far together with the context's error.
//
// A label out of range, or a feature that is NaN or infinite, is an error that names
// the row. A training that diverged is an error that names the epoch, also when ctx
// ended it: its loss or its weights are not finite, or the loss at the end is more
// than 100 times that of weights of zero.
func (c SGD) Train(ctx context.Context, ex Examples) (*Linear, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := checkExamples(ex); err != nil {
		return nil, err
	}
	pool := kernels.NewPool(c.Workers)
	s, err := newScaler(ex, c.Scaling, pool)
	if err != nil {
		return nil, err
	}
	t := newTrainer(c, ex, s, pool)
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	m, err := t.model()
	if err != nil {
		return nil, err
	}
	return m, ctx.Err()
}
