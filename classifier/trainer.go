package classifier

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// trainer is the state of one training by SGD.
type trainer struct {
	SGD
	ex     Examples
	pool   *kernels.Pool
	scaler scaler
	batch  minibatch

	weights, velocity, gradient      kernels.Matrix
	bias, velocityBias, gradientBias []float32
	scores                           kernels.Matrix
	rows, labels                     []int // of the batch
	step, steps                      int
	zeroLoss                         float64 // the mean loss of the first batch, with weights of zero
}

func newTrainer(c SGD, ex Examples, s scaler, pool *kernels.Pool) *trainer {
	classes, features, n := len(ex.Classes()), ex.Features(), ex.Len()
	c.Batch = min(c.Batch, n)
	vector := func() []float32 { return make([]float32, classes) }
	matrix := func() kernels.Matrix { return kernels.NewMatrix(classes, features) }
	return &trainer{
		SGD: c, ex: ex, pool: pool, scaler: s, batch: newMinibatch(ex, c.Batch, s, pool),
		weights: matrix(), velocity: matrix(), gradient: matrix(),
		bias: vector(), velocityBias: vector(), gradientBias: vector(),
		scores: kernels.NewMatrix(c.Batch, classes),
		labels: make([]int, 0, c.Batch),
		steps:  c.Epochs * ((n + c.Batch - 1) / c.Batch),
	}
}

// run makes all steps, or those until ctx is done. It returns an error if the
// training diverges.
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
			if ctx.Err() != nil {
				return t.checkEnd(epoch)
			}
			loss += t.learn(order[lo:min(lo+t.Batch, len(order))])
		}
		loss /= float64(len(order))
		if loss-loss != 0 {
			return t.diverged(epoch, loss)
		}
		if t.Progress != nil {
			penalty := float64(t.L2) * kernels.SquaredNorm(t.weights)
			t.Progress(Progress{epoch, t.Epochs, loss, penalty})
		}
	}
	return t.checkEnd(t.Epochs)
}

// learn makes one step on a batch and returns the sum of its losses before it.
func (t *trainer) learn(rows []int) float64 {
	labels := t.ex.Labels()
	t.rows, t.labels = append(t.rows[:0], rows...), t.labels[:0] // rows is shuffled later
	for _, r := range rows {
		t.labels = append(t.labels, labels[r])
	}
	t.batch.load(rows)
	scores, loss := t.losses()
	if t.step == 0 {
		t.zeroLoss = loss / float64(len(rows))
	}
	t.batch.gradient(t.gradient, t.gradientBias, scores)
	// η decays linearly. Every operation is rounded: the compiler cannot fuse them.
	rate := float32(float64(t.LearningRate) * (float64(t.steps-t.step) / float64(t.steps)))
	t.step++
	argmax.Momentum(t.weights.Data, t.velocity.Data, t.gradient.Data, rate, t.Momentum, 2*t.L2)
	argmax.Momentum(t.bias, t.velocityBias, t.gradientBias, rate, t.Momentum, 0)
	return loss
}

// losses returns the sum of the losses of the batch, and the gradient of their mean
// with respect to the scores.
func (t *trainer) losses() (gradient kernels.Matrix, sum float64) {
	scores := t.scores.Slice(0, len(t.labels))
	t.batch.scores(scores, t.weights, t.bias)
	return scores, t.lossesOf(scores)
}

func (t *trainer) lossesOf(scores kernels.Matrix) float64 {
	targets := kernels.Targets{Labels: t.labels, Scale: 1 / float32(len(t.labels))}
	return kernels.LossGradient(scores, scores, targets, t.Loss, t.pool)
}

// divergedAbove is how many times the loss of weights of zero a loss at the end may
// be: far more than an unlucky last batch makes it.
const divergedAbove = 100

// checkEnd returns an error if the training has diverged, at the latest in its last
// step: after that the losses of the last batch are computed once more.
func (t *trainer) checkEnd(epoch int) error {
	if t.step == 0 {
		return nil
	}
	_, loss := t.losses()
	loss /= float64(len(t.labels))
	if !(loss <= divergedAbove*t.zeroLoss) || !finite(t.weights.Data) || !finite(t.bias) {
		return t.diverged(epoch, loss)
	}
	return nil
}

func (t *trainer) diverged(epoch int, loss float64) error {
	return fmt.Errorf("classifier: epoch %d: training diverged to a loss of %.4g from %.4g: "+
		"lower the learning rate, %v, or the L2 penalty, %v", epoch, loss, t.zeroLoss, t.LearningRate, t.L2)
}

func finite(x []float32) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}

// model returns the model of features as they come.
func (t *trainer) model() (*Linear, error) {
	w, b, err := t.scaler.fold(t.weights, t.bias)
	if err != nil {
		return nil, err
	}
	if err := t.checkFolded(w, b); err != nil {
		return nil, err
	}
	info := Info{Classes: t.ex.Classes(), Link: linkOf(t.Loss)}
	if images, ok := t.ex.(Images); ok {
		info.Shape.Height, info.Shape.Width, info.Shape.Channels = images.ImageShape()
	}
	return NewLinear(w, b, info)
}

// checkFolded returns an error if the folded weights do not have the losses of the
// last batch, up to a hundredth of those of weights of zero. That can be where the
// means are large beside the deviations: the scores of 16,000,000 and 16,000,001 are
// the same in float32, their differences from the mean are not.
func (t *trainer) checkFolded(w kernels.Matrix, b []float32) error {
	if t.scaler.spread <= maxSpread || t.step == 0 {
		return nil
	}
	_, want := t.losses()
	x, scores := kernels.NewMatrix(len(t.rows), w.Cols), t.scores.Slice(0, len(t.rows))
	t.ex.Gather(x, t.rows)
	kernels.Scores(scores, x, kernels.NewWeights(w, b), t.pool)
	n := float64(len(t.rows))
	if got := t.lossesOf(scores); !(got-want <= n*t.zeroLoss/100) {
		return fmt.Errorf("classifier: the means of the features are too large beside their standard deviation, %.3g, for float32: "+
			"the loss is %.4g without them and %.4g with them: subtract them first", 1/t.scaler.scale, want/n, got/n)
	}
	return nil
}
