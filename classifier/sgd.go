package classifier

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// Loss is what training makes small.
type Loss uint8

const (
	Softmax Loss = iota // cross-entropy, −log p(label)
	Hinge               // multiclass SVM, Σ max(0, s_j − s_label + margin) over j ≠ label
)

// String is "softmax" or "hinge".
func (l Loss) String() string {
	switch l {
	case Softmax:
		return "softmax"
	case Hinge:
		return "hinge"
	}
	return fmt.Sprintf("Loss(%d)", uint8(l))
}

// SGD trains a Linear by minibatch stochastic gradient descent with momentum. Its
// objective is
//
//	(1/N) Σ loss(f(xᵢ), yᵢ) + λ ΣW²
//
// without a factor ½, the bias not penalised. x are the features less their means
// over the examples, times one scale for all, which makes learning rates and λ
// mean the same for pixels and embeddings; the model that comes out has both
// folded into W and b and takes features as they come. The zero value is a
// sensible softmax classifier.
type SGD struct {
	Loss   Loss
	Margin float32 // of the hinge; 0 means 1
	L2     float32 // λ

	Epochs       int     // passes over the examples; 0 means 20
	Batch        int     // examples a step; 0 means 128
	LearningRate float32 // at the start; falls to zero in a line. 0 means 0.003 for softmax, 0.0005 for the hinge
	Momentum     float32 // v = μv + g, W = W − ηv; 0 means 0.9, negative none

	Raw     bool   // learn from the features as they are: no means, no scale
	Seed    uint64 // of the order of the examples
	Workers int    // goroutines; 0 means one for each processor. Does not change the model
	// Progress, if not nil, is called after each epoch, in order.
	Progress func(Progress)
}

// Progress is what an epoch has reached.
type Progress struct {
	Epoch, Epochs int     // the epoch that ended, from 1
	Loss          float64 // the mean loss over its examples, each before its step
	Penalty       float64 // λ ΣW² at its end
}

func (c SGD) withDefaults() SGD {
	def := func(v *float32, d float32) {
		if *v == 0 {
			*v = d
		}
	}
	def(&c.Margin, 1)
	def(&c.Momentum, 0.9)
	c.Momentum = max(c.Momentum, 0)
	if c.Loss == Hinge {
		def(&c.LearningRate, 0.0005)
	} else {
		def(&c.LearningRate, 0.003)
	}
	if c.Epochs == 0 {
		c.Epochs = 20
	}
	if c.Batch == 0 {
		c.Batch = 128
	}
	return c
}

func (c SGD) check() error {
	positive := func(v float32) bool { return v > 0 && v-v == 0 }
	switch {
	case c.Loss > Hinge:
		return fmt.Errorf("classifier: unknown loss %v", c.Loss)
	case !positive(c.Margin):
		return fmt.Errorf("classifier: margin %v", c.Margin)
	case !positive(c.LearningRate):
		return fmt.Errorf("classifier: learning rate %v", c.LearningRate)
	case !positive(c.L2) && c.L2 != 0:
		return fmt.Errorf("classifier: L2 penalty %v", c.L2)
	case !(c.Momentum < 1):
		return fmt.Errorf("classifier: momentum %v", c.Momentum)
	case c.Epochs < 0 || c.Batch < 0:
		return fmt.Errorf("classifier: %d epochs with batches of %d", c.Epochs, c.Batch)
	}
	return nil
}

// Train returns the model that the examples teach. When ctx is cancelled it
// returns the model as far as it is, and the context's error. A label out of
// range, or a feature that is NaN or infinite, is an error that names the row; a
// training that diverges is an error that names the epoch.
func (c SGD) Train(ctx context.Context, ex Examples) (*Linear, error) {
	c = c.withDefaults()
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := check(ex); err != nil {
		return nil, err
	}
	mean, scale, err := moments(ex)
	if err != nil {
		return nil, err
	}
	if c.Raw {
		clear(mean)
		scale = 1
	}
	t := newTrainer(c, ex, mean, scale)
	err = t.run(ctx)
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	m, buildErr := t.model()
	if buildErr != nil {
		return nil, buildErr
	}
	return m, err
}

// trainer is the state of one training.
type trainer struct {
	SGD
	ex    Examples
	pool  *kernels.Pool
	mean  []float32
	scale float32

	weights, velocity, gradient      kernels.Matrix
	bias, velocityBias, gradientBias []float32
	batch, scores                    kernels.Matrix
	labels                           []int
	step, steps                      int
}

func newTrainer(c SGD, ex Examples, mean []float32, scale float32) *trainer {
	classes, features, n := len(ex.Classes()), ex.Features(), ex.Len()
	c.Batch = min(c.Batch, n)
	vector := func() []float32 { return make([]float32, classes) }
	matrix := func() kernels.Matrix { return kernels.NewMatrix(classes, features) }
	return &trainer{
		SGD: c, ex: ex, pool: kernels.NewPool(c.Workers), mean: mean, scale: scale,
		weights: matrix(), velocity: matrix(), gradient: matrix(),
		bias: vector(), velocityBias: vector(), gradientBias: vector(),
		batch:  kernels.NewMatrix(c.Batch, features),
		scores: kernels.NewMatrix(c.Batch, classes),
		labels: make([]int, c.Batch),
		steps:  c.Epochs * ((n + c.Batch - 1) / c.Batch),
	}
}

func (t *trainer) run(ctx context.Context) error {
	order := make([]int, t.ex.Len())
	for i := range order {
		order[i] = i
	}
	random := rand.New(rand.NewPCG(t.Seed, 0))
	for epoch := 1; epoch <= t.Epochs; epoch++ {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		var loss float64
		for lo := 0; lo < len(order); lo += t.Batch {
			if err := ctx.Err(); err != nil {
				return err
			}
			loss += t.learn(order[lo:min(lo+t.Batch, len(order))])
		}
		loss /= float64(len(order))
		if loss-loss != 0 {
			return fmt.Errorf("classifier: epoch %d: the loss is %v: the learning rate %v is too high", epoch, loss, t.LearningRate)
		}
		if t.Progress != nil {
			penalty := float64(t.L2) * kernels.SquaredNorm(t.weights)
			t.Progress(Progress{epoch, t.Epochs, loss, penalty})
		}
	}
	return nil
}

// learn makes one step on a batch and returns the sum of its losses before it.
func (t *trainer) learn(rows []int) float64 {
	x, scores := t.batch.Slice(0, len(rows)), t.scores.Slice(0, len(rows))
	t.load(x, rows)
	kernels.Scores(scores, x, kernels.NewWeights(t.weights, t.bias), t.pool)
	targets, loss := kernels.Targets{Labels: t.labels[:len(rows)], Scale: 1 / float32(len(rows))}, 0.0
	if t.Loss == Hinge {
		loss = kernels.LossGradient(scores, scores, targets, kernels.WestonWatkins{Margin: t.Margin}, t.pool)
	} else {
		loss = kernels.LossGradient(scores, scores, targets, kernels.CrossEntropy{}, t.pool)
	}
	kernels.Gradient(t.gradient, scores, x, t.pool)
	kernels.ColumnSums(t.gradientBias, scores)
	// η falls in a line. Each operation is rounded by itself, nothing to fuse.
	rate := float32(float64(t.LearningRate) * (float64(t.steps-t.step) / float64(t.steps)))
	t.step++
	argmax.Momentum(t.weights.Data, t.velocity.Data, t.gradient.Data, rate, t.Momentum, 2*t.L2)
	argmax.Momentum(t.bias, t.velocityBias, t.gradientBias, rate, t.Momentum, 0)
	return loss
}

// load fills the batch with standardized examples.
func (t *trainer) load(x kernels.Matrix, rows []int) {
	t.pool.Split(len(rows), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := x.Row(i)
			t.ex.Row(row, rows[i])
			t.labels[i] = t.ex.Label(rows[i])
			if !t.Raw {
				argmax.Axpy(-1, t.mean, row)
				argmax.Scale(t.scale, row)
			}
		}
	})
}

// model folds mean and scale into the weights: s·W(x − mean) + b is (sW)x + (b −
// sW·mean). The bias is computed in float64.
func (t *trainer) model() (*Linear, error) {
	w, b := kernels.NewMatrix(t.weights.Rows, t.weights.Cols), make([]float32, len(t.bias))
	for j := range w.Rows {
		copy(w.Row(j), t.weights.Row(j))
		argmax.Scale(t.scale, w.Row(j))
		shift := float64(t.bias[j])
		for f, v := range w.Row(j) {
			shift -= float64(v) * float64(t.mean[f]) // an exact product
		}
		b[j] = float32(shift)
	}
	return NewLinear(w, b, Info{Classes: t.ex.Classes()})
}
