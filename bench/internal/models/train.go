package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// behind is how far below the highest accuracy on the test set, of those that entrants reach
// in some number of epochs, is as good as that.
const behind = 0.005

// trainRows is the number of rows that SGD trains on, at most.
const trainRows = 10_000

// epochsTried are the numbers of epochs that entrants may train for.
var epochsTried = []int{1, 2, 5, 10}

// trainings are contests of SGD on one-vs-rest losses, until a test accuracy that all of
// them reach: each makes the fewest epochs, of some numbers, that take it there. What it
// does with them is its own: steps of single examples, or of batches. Without a rival there
// is nothing to be reached, and no contest.
func (t *table) trainings() (contests []Contest) {
	rows := min(trainRows, t.data.train.Len())
	for _, task := range []struct {
		name string
		loss loss.Loss
	}{{"hinge", loss.Hinge{}}, {"logistic", loss.Logistic{}}} {
		keys := fmt.Sprintf("task=%s/rows=%d/features=%d/classes=%d", task.name, rows, t.data.train.Features(), len(t.data.train.Classes()))
		contests = append(contests, Contest{"Train", keys, 4, func(ctx context.Context) (*measure.Contest, error) {
			examples := t.data.train.Subset(upTo(rows))
			trainers := []trainer{
				{"argmax", cpu.Active.String(), t.training(floats(examples, 1), task.loss)},
				{"argmax-bytes", cpu.Active.String(), t.training(examples, task.loss)},
			}
			if p := t.rivals.scikit(ctx); p != nil {
				trainers = append(trainers, trainer{"scikit-learn", "", func(ctx context.Context, epochs int) (float64, time.Duration, error) {
					var a answer
					err := errors.Join(ctx.Err(), p.Ask(request{Do: "train", Task: task.name, Rows: rows, Limit: float64(epochs)}, &a))
					return a.Sum, time.Duration(a.Seconds * 1e9), err
				}})
			}
			entrants, target, err := toAccuracy(ctx, trainers)
			if err != nil {
				return nil, err
			}
			return &measure.Contest{
				Op: "Train", Keys: keys, Threads: t.options.Threads, Entrants: entrants,
				Tolerance: fmt.Sprintf("an accuracy on the test set of at least %.4g, which all reach, each with the fewest epochs of %v", target, epochsTried),
			}, nil
		}})
	}
	return contests
}

// trainer trains for a number of epochs, and returns the accuracy on the test set and the
// time of the training.
type trainer struct {
	name, isa string
	train     func(ctx context.Context, epochs int) (accuracy float64, took time.Duration, err error)
}

// toAccuracy returns entrants that each train for the fewest epochs that reach an accuracy:
// just below the lowest of the highest that each reaches.
func toAccuracy(ctx context.Context, trainers []trainer) (entrants []measure.Entrant, target float64, err error) {
	reached := make([][]float64, len(trainers))
	target = 1
	for i, t := range trainers {
		highest := 0.
		for _, epochs := range epochsTried {
			accuracy, _, err := t.train(ctx, epochs)
			if err != nil {
				return nil, 0, named(t.name, err)
			}
			reached[i], highest = append(reached[i], accuracy), max(highest, accuracy)
		}
		target = min(target, highest-behind)
	}
	for i, t := range trainers {
		at := 0
		for reached[i][at] < target {
			at++
		}
		entrants = append(entrants, measure.Entrant{Name: t.name, ISA: t.isa, Slow: t.isa == "", Run: func(ctx context.Context, passes int) (s measure.Sample, err error) {
			for range passes {
				accuracy, took, err := t.train(ctx, epochsTried[at])
				if err != nil {
					return s, err
				}
				s.Calls, s.Elapsed = s.Calls+1, s.Elapsed+took
				s.Values = []results.Value{{Number: accuracy, Unit: "accuracy"}, {Number: float64(epochsTried[at]), Unit: "epochs"}}
			}
			return s, nil
		}})
	}
	return entrants, target, nil
}

func (t *table) training(ex classifier.Examples, l loss.Loss) func(context.Context, int) (float64, time.Duration, error) {
	return func(ctx context.Context, epochs int) (float64, time.Duration, error) {
		begin := time.Now()
		m, _, err := classifier.SGD{Epochs: epochs}.Fit(ctx, ex, classifier.Objective{Loss: l, L2: 5e-5, Scaling: classifier.OneScale}, classifier.Options{Workers: t.options.Threads})
		if err != nil {
			return 0, 0, err
		}
		took := time.Since(begin)
		predicted := make([]int, t.data.test.Len())
		if err := m.PredictAll(ctx, predicted, t.data.test, 0); err != nil {
			return 0, 0, err
		}
		right := 0
		for i, y := range t.data.test.Labels() {
			if predicted[i] == y {
				right++
			}
		}
		return float64(right) / float64(len(predicted)), took, nil
	}
}
