package models

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// epochTolerance is how far the mean losses of two implementations may be apart, as a
// part of them: they see the examples in different orders.
const epochTolerance = 0.05

// epochs are contests of one epoch of training on all rows in random order: batches of 256,
// momentum, a learning rate that decays from 0.003 to 0. The rows are float32 or bytes.
func (t *table) epochs() (contests []Contest) {
	for _, elements := range []string{"float32", "uint8"} {
		keys := fmt.Sprintf("elements=%s/rows=%d/features=%d/classes=%d/batch=%d", elements, t.data.train.Len(), t.data.train.Features(), len(t.data.train.Classes()), batchSize)
		contests = append(contests, Contest{"Epoch", keys, 5, func(ctx context.Context) (*measure.Contest, error) {
			flops := 4 * t.data.train.Len() * t.data.train.Features() * len(t.data.train.Classes())
			c := &measure.Contest{
				Op: "Epoch", Keys: keys, Threads: t.options.Threads, Work: fmt.Sprintf("flops=%d", flops),
				Tolerance: fmt.Sprintf("mean losses of the second of two epochs within %g %% of each other", 100*epochTolerance),
			}
			objective := func(a answer) []results.Value { return []results.Value{{Number: a.Objective, Unit: "objective"}} }
			if elements == "uint8" {
				c.Entrants = ours("argmax", t.epoch(t.data.train))
				if p := t.rivals.compiled(ctx); p != nil {
					c.Entrants = append(c.Entrants, measure.Entrant{Name: "onednn-c++", Run: asked(p, request{Do: "bytes"}, objective)})
				}
				c.Check = sameLosses(ctx, c)
				return c, nil
			}
			c.Entrants = ours("argmax", t.epoch(t.data.trainFloats))
			x := centred(t.data.trainFloats)
			for _, e := range []struct {
				name string
				step stepper
			}{{"gonum", gonumStep}, {"vek", vekStep}} {
				c.Entrants = append(c.Entrants, measure.Entrant{Name: e.name, Slow: true, Run: epochOf(e.step, x, t.data.train.Labels(), len(t.data.train.Classes()))})
			}
			if p := t.rivals.compiled(ctx); p != nil {
				c.Entrants = append(c.Entrants, measure.Entrant{Name: "onednn-c++", Run: asked(p, request{Do: "epochs"}, objective)})
			}
			if p := t.rivals.scikit(ctx); p != nil {
				c.Entrants = append(c.Entrants, measure.Entrant{Name: "numpy", Slow: true, Run: asked(p, request{Do: "epochs"}, objective)})
			}
			c.Check = sameLosses(ctx, c)
			return c, nil
		}})
	}
	return contests
}

// sameLosses returns a check that compares the mean losses of the second of two epochs.
// argmax makes one more than it is asked for. What is measured afterwards has no losses: it
// is of more epochs where those are quick.
func sameLosses(ctx context.Context, c *measure.Contest) func() error {
	entrants := slices.Clone(c.Entrants)
	for i, e := range entrants {
		c.Entrants[i].Run = func(ctx context.Context, passes int) (measure.Sample, error) {
			s, err := e.Run(ctx, passes)
			s.Values = nil
			return s, err
		}
	}
	return func() error {
		var first float64
		for i, e := range entrants {
			passes := 2
			if e.ISA != "" {
				passes = 1
			}
			s, err := e.Run(ctx, passes)
			if err != nil {
				return named(e.Name, err)
			}
			loss, ok := results.Line{Values: s.Values}.Of("objective")
			if i == 0 {
				first = loss
			}
			if !ok || !(math.Abs(loss/first-1) <= epochTolerance) {
				return fmt.Errorf("%s: a mean loss of %v, that of %s is %v", e.Name, loss, entrants[0].Name, first)
			}
		}
		return nil
	}
}

// epoch runs argmax's SGD. What precedes the first epoch, the measuring of the features,
// is not part of the time, as it is not of the rivals'.
func (t *table) epoch(ex classifier.Examples) func(context.Context, int) (measure.Sample, error) {
	return func(ctx context.Context, passes int) (measure.Sample, error) {
		var first, last time.Time
		var loss float64
		_, _, err := classifier.SGD{Epochs: passes + 1, Batch: batchSize, LearningRate: rate}.Fit(ctx, ex,
			classifier.Objective{L2: decay / 2, Scaling: classifier.OneScale},
			classifier.Options{Workers: t.options.Threads, Progress: func(r classifier.Report) {
				last, loss = time.Now(), r.Loss
				if r.Iterations == 1 {
					first = last
				}
			}})
		return measure.Sample{Calls: passes, Elapsed: last.Sub(first), Values: []results.Value{{Number: loss, Unit: "objective"}}}, err
	}
}

// epochOf runs a stepper over rows in random order. The last column of x is 1, whose
// weights are the biases.
func epochOf(step stepper, x kernels.Matrix, labels []int, classes int) func(context.Context, int) (measure.Sample, error) {
	batch, batchLabels := kernels.NewMatrix(batchSize, x.Cols), make([]int, batchSize)
	random := rand.New(rand.NewPCG(1, 2))
	return func(ctx context.Context, passes int) (measure.Sample, error) {
		s := newState(x.Cols, classes)
		clear(s.w.Data)
		steps, done, loss := passes*((x.Rows+batchSize-1)/batchSize), 0, 0.
		begin := time.Now()
		for range passes {
			if err := ctx.Err(); err != nil {
				return measure.Sample{}, err
			}
			loss = 0
			for rows := range slices.Chunk(random.Perm(x.Rows), batchSize) {
				for i, r := range rows {
					copy(batch.Row(i), x.Row(r))
					batchLabels[i] = labels[r]
				}
				s.rate = rate * float32(steps-done) / float32(steps)
				step(s, batch.Slice(0, len(rows)), batchLabels[:len(rows)])
				loss += s.loss
				done++
			}
		}
		return measure.Sample{Calls: passes, Elapsed: time.Since(begin), Values: []results.Value{{Number: loss / float64(x.Rows), Unit: "objective"}}}, nil
	}
}

// centred returns features less their means, divided by one number, and a column of ones.
func centred(t *classifier.Table) kernels.Matrix {
	mean := make([]float64, t.Features())
	for i := range t.Len() {
		for f, v := range t.X.Row(i) {
			mean[f] += float64(v) / float64(t.Len())
		}
	}
	var squares float64
	for i := range t.Len() {
		for f, v := range t.X.Row(i) {
			squares += (float64(v) - mean[f]) * (float64(v) - mean[f])
		}
	}
	scale := 1 / math.Sqrt(squares/float64(len(mean)*t.Len()))
	x := kernels.NewMatrix(t.Len(), len(mean)+1)
	for i := range t.Len() {
		row := x.Row(i)
		for f, v := range t.X.Row(i) {
			row[f] = float32((float64(v) - mean[f]) * scale)
		}
		row[len(mean)] = 1
	}
	return x
}
