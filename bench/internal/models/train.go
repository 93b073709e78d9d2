package models

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// trainEpochs is the number of passes over the examples, and accuracyTolerance how far
// the accuracies of two implementations may be apart.
const (
	trainEpochs       = 20
	accuracyTolerance = 0.05
)

// trainings are contests of 20 epochs of SGD on one-vs-rest losses. What each does with
// its passes is its own: steps of single examples, or of batches. The accuracy is that on
// the test set.
func (t *table) trainings() (contests []Contest) {
	rows := t.data.train.Len()
	for _, task := range []struct {
		name string
		loss loss.Loss
	}{{"hinge", loss.Hinge{}}, {"logistic", loss.Logistic{}}} {
		keys := fmt.Sprintf("task=%s/epochs=%d/rows=%d/features=%d/classes=%d", task.name, trainEpochs, rows, t.data.train.Features(), len(t.data.train.Classes()))
		contests = append(contests, Contest{"Train", keys, 4, func(ctx context.Context) (*measure.Contest, error) {
			c := &measure.Contest{
				Op: "Train", Keys: keys, Threads: t.options.Threads,
				Tolerance: fmt.Sprintf("accuracies on the test set within %g of each other", accuracyTolerance),
			}
			for _, from := range []struct {
				name string
				ex   classifier.Examples
			}{{"argmax", t.data.trainFloats}, {"argmax-bytes", t.data.train}} {
				c.Entrants = append(c.Entrants, measure.Entrant{Name: from.name, ISA: cpu.Active.String(), Run: t.training(from.ex, task.loss)})
			}
			if p := t.rivals.scikit(ctx); p != nil {
				r := request{Do: "train", Task: task.name, Rows: rows, Limit: trainEpochs}
				c.Entrants = append(c.Entrants, measure.Entrant{Name: "scikit-learn", Slow: true, Run: asked(p, r, func(a answer) []results.Value {
					return []results.Value{{Number: a.Sum, Unit: "accuracy"}}
				})})
			}
			c.Check = func() error { return sameAccuracies(ctx, c) }
			return c, nil
		}})
	}
	return contests
}

func (t *table) training(ex classifier.Examples, l loss.Loss) func(context.Context, int) (measure.Sample, error) {
	return func(ctx context.Context, passes int) (s measure.Sample, err error) {
		for range passes {
			begin := time.Now()
			m, _, err := classifier.SGD{Epochs: trainEpochs}.Fit(ctx, ex, classifier.Objective{Loss: l, L2: 5e-5, Scaling: classifier.OneScale}, classifier.Options{Workers: t.options.Threads})
			if err != nil {
				return s, err
			}
			s.Calls, s.Elapsed = s.Calls+1, s.Elapsed+time.Since(begin)
			predicted := make([]int, t.data.test.Len())
			if err := m.PredictAll(ctx, predicted, t.data.test, 0); err != nil {
				return s, err
			}
			right := 0
			for i, y := range t.data.test.Labels() {
				if predicted[i] == y {
					right++
				}
			}
			s.Values = []results.Value{{Number: float64(right) / float64(len(predicted)), Unit: "accuracy"}}
		}
		return s, nil
	}
}

// sameAccuracies runs each entrant once, and compares the accuracies with the first.
func sameAccuracies(ctx context.Context, c *measure.Contest) error {
	var first float64
	for i, e := range c.Entrants {
		s, err := e.Run(ctx, 1)
		if err != nil {
			return named(e.Name, err)
		}
		accuracy, _ := results.Line{Values: s.Values}.Of("accuracy")
		if i == 0 {
			first = accuracy
		}
		if !(math.Abs(accuracy-first) <= accuracyTolerance) {
			return fmt.Errorf("%s: an accuracy of %v, that of %s is %v", e.Name, accuracy, c.Entrants[0].Name, first)
		}
	}
	return nil
}
