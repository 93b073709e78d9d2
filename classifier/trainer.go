package classifier

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// trainer is the state of one fit by SGD.
type trainer struct {
	descent
	p     *problem
	unit  float64 // how many times weights those of a point of p are
	batch minibatch

	weights, gradient        kernels.Matrix
	bias, biasGradient       []float32
	states, biasStates       [][]float32 // of the optimizer
	scores                   kernels.Matrix
	labels                   []int     // of the batch
	exactWeights, rowWeights []float32 // of the batch; the latter's sum is about 1
	step, steps              int
	high                     bool    // the loss of the last epoch was
	correct                  float64 // the weights of the rows of the epoch that were predicted
}

func newTrainer(d descent, p *problem, at []float64) *trainer {
	n := p.rows()
	d.Batch = min(d.Batch, n)
	t := &trainer{
		descent: d, p: p, unit: 1, batch: newMinibatch(p.data, d.Batch, d.scaler, p.pool),
		weights: kernels.NewMatrix(p.outputs, p.features), gradient: kernels.NewMatrix(p.outputs, p.features),
		bias: make([]float32, p.outputs), biasGradient: make([]float32, p.outputs),
		scores: kernels.NewMatrix(d.Batch, p.outputs),
		labels: make([]int, d.Batch), exactWeights: make([]float32, d.Batch), rowWeights: make([]float32, d.Batch),
		steps: d.Epochs * ((n + d.Batch - 1) / d.Batch),
	}
	for range d.Optimizer.states() {
		t.states = append(t.states, make([]float32, len(t.weights.Data)))
		t.biasStates = append(t.biasStates, make([]float32, p.outputs))
	}
	if p.scaling == Unscaled {
		for _, s := range d.scaler.exact.scale {
			if s != 0 {
				t.unit = s
			}
		}
	}
	for k := range p.outputs {
		v, c := p.row(at, k)
		for f, v := range v {
			t.weights.Row(k)[f] = float32(v / t.unit)
		}
		t.bias[k] = float32(*c)
	}
	return t
}

// store stores the point that the steps have reached in at.
func (t *trainer) store(at []float64) {
	for k := range t.p.outputs {
		v, c := t.p.row(at, k)
		for f, w := range t.weights.Row(k) {
			v[f] = 0
			if t.p.standard.scale[f] != 0 {
				v[f] = float64(w) * t.unit
			}
		}
		*c = float64(t.bias[k])
	}
}

// run makes all steps, or those until ctx is done or the tolerance is reached. It returns
// an error if the fit diverges on the way.
func (t *trainer) run(ctx context.Context, began time.Time) (Report, error) {
	r := Report{Solver: "SGD", Gap: math.Inf(1), Gradient: math.NaN()}
	order, here := make([]int, t.p.rows()), newPoint(t.p.size())
	for i := range order {
		order[i] = i
	}
	random := rand.New(rand.NewPCG(t.Seed, 0))
	var first float64 // the gradient that the tolerance is relative to
	if t.p.resume != nil {
		var err error
		if first, err = t.restore(&r); err != nil {
			return r, err
		}
		for range r.Iterations { // as far as the random numbers had come
			random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
	} else if t.Tolerance > 0 {
		t.store(here.at)
		t.p.measure(here)
		t.p.certify(&r, here)
		first = r.Gradient
	}
	for r.Iterations < t.Epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		loss, done := t.epoch(ctx, order)
		if !done {
			r.Why = "cancelled"
			if t.step == 0 {
				return r, ctx.Err()
			}
			return r, nil
		}
		r.Iterations++
		high := loss > divergedAbove*t.p.zeroLoss()
		if loss-loss != 0 || high && t.high {
			return r, t.diverged(r.Iterations, loss)
		}
		t.high = high
		if t.Tolerance == 0 && t.p.watch == nil && t.p.saving == nil {
			continue
		}
		t.store(here.at)
		if t.Tolerance > 0 {
			t.p.measure(here)
			t.p.certify(&r, here)
		} else {
			here.value, here.accuracy = loss+t.p.penalty(here.at), t.correct/t.p.total
		}
		r = r.of(t.p, here, began)
		stop := t.p.observe(&r, here.at)
		if r.reached(t.Tolerance, first) || stop {
			return r, nil
		}
		t.p.save(r, func() [][]float64 { return t.state(first) })
	}
	r.Why = "the last epoch"
	return r, nil
}

// state is what the next epochs depend on, but the number of the epoch.
func (t *trainer) state(first float64) [][]float64 {
	high := 0.0
	if t.high {
		high = 1
	}
	state := [][]float64{{first, high}, widened(t.weights.Data), widened(t.bias)}
	for i := range t.states {
		state = append(state, widened(t.states[i]), widened(t.biasStates[i]))
	}
	return state
}

// restore makes the state of the checkpoint that of t, and returns first.
func (t *trainer) restore(r *Report) (first float64, err error) {
	lengths := []int{2}
	for range 1 + len(t.states) {
		lengths = append(lengths, len(t.weights.Data), len(t.bias))
	}
	state, err := t.p.restore(r, lengths...)
	if err != nil {
		return 0, err
	}
	if r.Iterations > t.Epochs {
		return 0, fmt.Errorf("classifier: a checkpoint after %d of %d epochs", r.Iterations, t.Epochs)
	}
	narrowed(t.weights.Data, state[1])
	narrowed(t.bias, state[2])
	for i := range t.states {
		narrowed(t.states[i], state[3+2*i])
		narrowed(t.biasStates[i], state[4+2*i])
	}
	t.step = t.steps / t.Epochs * r.Iterations
	t.high = state[0][1] != 0
	return state[0][0], nil
}

// epoch makes a step for each batch and returns the mean loss; false if ctx is done before
// it has.
func (t *trainer) epoch(ctx context.Context, order []int) (loss float64, done bool) {
	t.correct = 0
	for lo := 0; lo < len(order); lo += t.Batch {
		if ctx.Err() != nil {
			return loss, false
		}
		rows := order[lo:min(lo+t.Batch, len(order))]
		if t.p.watch != nil && lo+len(rows) == len(order) {
			t.store(t.p.watch.last)
		}
		rest := order[lo+len(rows):]
		loss += float64(t.learn(rows, rest[:min(t.Batch, len(rest))]) * float64(len(rows)))
		t.p.passes += float64(len(rows)) / float64(len(order))
	}
	return loss / float64(len(order)), true
}

// learn makes one step on a batch, which is followed by next, and returns its mean loss
// before it.
func (t *trainer) learn(rows, next []int) float64 {
	p := t.p
	labels, exact, weights := t.labels[:len(rows)], t.exactWeights[:len(rows)], t.rowWeights[:len(rows)]
	each, mean := 1/float32(len(rows)), p.total/float64(p.rows())
	for i, r := range rows {
		labels[i], exact[i] = p.labels[r], p.weights[r]
		weights[i] = float32(float64(exact[i])/mean) * each
	}
	t.batch.load(rows, next)
	scores := t.scores.Slice(0, len(rows))
	t.batch.scores(scores, t.weights, t.bias)
	if p.watch != nil {
		t.correct += correct(scores, labels, exact)
	}
	loss := t.losses(scores, labels, weights)
	t.batch.gradient(t.gradient, t.biasGradient, scores)

	// Every operation is rounded: the compiler cannot fuse them.
	rate := float32(float64(t.LearningRate) * t.Schedule.Factor(t.step, t.steps, t.Epochs))
	t.step++
	t.Optimizer.step(t.weights.Data, t.states, t.gradient.Data, t.step, rate, float32(2*p.l2*t.unit*t.unit))
	if p.l1 > 0 {
		// The steps add up to 1/(1 − μ) gradients, and so does the threshold.
		argmax.SoftThreshold(t.weights.Data, float32(float64(rate)*p.l1*t.unit/t.Optimizer.rest()))
	}
	switch p.bias {
	case FreeBias:
		t.Optimizer.step(t.bias, t.biasStates, t.biasGradient, t.step, rate, 0)
	case PenalizedBias:
		t.Optimizer.step(t.bias, t.biasStates, t.biasGradient, t.step, rate, float32(2*p.l2))
	}
	return loss
}

// lossElements is how many scores one goroutine computes the losses of.
const lossElements = 1 << 16

// losses returns the weighted sum of the losses of rows of scores, which it replaces by
// its gradient.
func (t *trainer) losses(scores kernels.Matrix, labels []int, weights []float32) (sum float64) {
	loss, block := t.p.loss, max(256, lossElements/scores.Cols)
	if scores.Rows <= block {
		return loss.Gradient(scores, scores, labels, weights)
	}
	sums := make([]float64, (scores.Rows+block-1)/block)
	t.p.pool.Split(len(sums), 1, func(first, last int) {
		for i := first; i < last; i++ {
			lo, hi := i*block, min((i+1)*block, scores.Rows)
			s := scores.Slice(lo, hi)
			sums[i] = loss.Gradient(s, s, labels[lo:hi], weights[lo:hi])
		}
	})
	for _, s := range sums {
		sum += s
	}
	return sum
}

// divergedAbove is how many times the objective of weights of zero that at the end, or the
// loss of two epochs in a row, may be.
const divergedAbove = 100

func (t *trainer) diverged(epoch int, value float64) error {
	return fmt.Errorf("classifier: epoch %d: training diverged to an objective of %.4g from %.4g of weights of zero: "+
		"lower the learning rate, %v, or the L2 penalty, %v", epoch, value, t.p.zeroLoss(), t.LearningRate, t.p.l2)
}

func finite(x []float32) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}
