package selection

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/classifier"
)

// KNNSearch chooses the number of neighbours and the metric of a [classifier.KNN] by
// stratified cross-validation. There is one pass over the examples for each metric,
// whatever the number of folds and of Ks.
type KNNSearch struct {
	Ks      []int
	Metrics []classifier.Metric // none means L2
	// Vote and Temperature are those of every candidate.
	Vote        classifier.Vote
	Temperature float64
	Folds       int    // 0 means 5; as many as examples is leave-one-out
	Seed        uint64 // of the folds, see [KFold]
	// Recall, if it is not 0, is that of neighbours among Lists clusters of all examples:
	// see [classifier.NewClusteredKNN].
	Recall  float64
	Lists   int
	Workers int
	// Progress, if not nil, is called with the number of examples predicted, of
	// those of all metrics.
	Progress func(done, of int)
}

// KNNTrial is the accuracy of one candidate.
type KNNTrial struct {
	Config classifier.KNNConfig
	// Accuracies are those on each fold, with a model of the others: the points of the
	// figure of k and accuracy. Mean is their mean, and StandardError that of the mean:
	// the error bar. It is NaN if there is one fold.
	Accuracies          []float64
	Mean, StandardError float64
	Recall              float64 // of the search for the most neighbours: 1 without clusters
}

// KNNResult is the trials of all candidates, those of the first metric first, in the order
// of Ks.
type KNNResult struct{ Trials []KNNTrial }

// Run predicts every example from those of other folds, with every candidate. A K below 1,
// and more folds than examples, are errors. If ctx ends, Run returns the trials of the
// metrics that were done, and its error.
func (s KNNSearch) Run(ctx context.Context, ex classifier.Examples) (KNNResult, error) {
	var result KNNResult
	if len(s.Ks) == 0 {
		return result, fmt.Errorf("selection: no number of neighbours")
	}
	if s.Folds == 0 {
		s.Folds = 5
	}
	if len(s.Metrics) == 0 {
		s.Metrics = []classifier.Metric{classifier.L2}
	}
	one := s.Folds == ex.Len()
	fold := make([]int, ex.Len())
	if one {
		for row := range fold {
			fold[row] = row
		}
	} else {
		splits, err := KFold(ex, s.Folds, s.Seed)
		if err != nil {
			return result, err
		}
		for i, split := range splits {
			for _, row := range split.Validate {
				fold[row] = i
			}
		}
	}
	predicted := make([][]int, len(s.Ks))
	for i := range predicted {
		predicted[i] = make([]int, ex.Len())
	}
	for done, metric := range s.Metrics {
		config := classifier.KNNConfig{Metric: metric, Vote: s.Vote, Temperature: s.Temperature}
		model, recall, err := s.model(ctx, ex, config)
		if err != nil {
			return result, err
		}
		var progress func(int)
		if s.Progress != nil {
			progress = func(n int) { s.Progress(done*ex.Len()+n, len(s.Metrics)*ex.Len()) }
		}
		if one {
			err = model.LeaveOneOut(ctx, predicted, s.Ks, s.Workers, progress)
		} else {
			err = model.CrossPredict(ctx, predicted, fold, s.Ks, s.Workers, progress)
		}
		if err != nil {
			return result, err
		}
		for i, k := range s.Ks {
			t := KNNTrial{Config: model.Config(), Accuracies: make([]float64, s.Folds), Recall: recall}
			t.Config.K = k
			size := make([]float64, s.Folds)
			for row, p := range predicted[i] {
				size[fold[row]]++
				if p == ex.Labels()[row] {
					t.Accuracies[fold[row]]++
				}
			}
			for f := range size {
				t.Accuracies[f] /= size[f]
			}
			t.Mean, t.StandardError = summary(t.Accuracies)
			result.Trials = append(result.Trials, t)
		}
	}
	return result, nil
}

// model returns the neighbours of a candidate, and the recall of searches for them.
func (s KNNSearch) model(ctx context.Context, ex classifier.Examples, c classifier.KNNConfig) (*classifier.KNN, float64, error) {
	if s.Recall == 0 {
		m, err := classifier.NewKNN(ex, c)
		return m, 1, err
	}
	c.K = max(1, slices.Max(s.Ks))
	m, err := classifier.NewClusteredKNN(ctx, ex, c, classifier.ClusterConfig{Recall: s.Recall, Lists: s.Lists, Seed: s.Seed, Workers: s.Workers})
	if err != nil {
		return nil, 0, err
	}
	return m, m.Clusters().Recall, nil
}

// Best returns the trial with the largest mean, of several the first. It panics if there
// is none.
func (r KNNResult) Best() KNNTrial {
	best := r.Trials[0]
	for _, t := range r.Trials {
		if t.Mean > best.Mean {
			best = t
		}
	}
	return best
}

// String returns a table of the trials.
func (r KNNResult) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s %5s  accuracy\n", "metric", "k")
	for _, t := range r.Trials {
		fmt.Fprintf(&b, "%-12v %5d  %.4f ± %.4f\n", t.Config.Metric, t.Config.K, t.Mean, t.StandardError)
	}
	return b.String()
}
