package metrics

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Ranking is examples in the order of their scores for one class, the highest first:
// some of the class, the positive ones, others not. Examples with the same score have the
// same rank: curves pass them in one step.
type Ranking struct {
	steps               []step
	positives, examples int
}

// step is what there is down to a score.
type step struct {
	score            float32
	positives, total int
}

// Rank returns the ranking of examples by their scores; positive says which are of the
// class. Infinite scores are the first and the last. A score that is NaN is an error that
// names the row. It panics if the lengths differ.
func Rank(scores []float32, positive []bool) (Ranking, error) {
	if len(scores) != len(positive) {
		panic(fmt.Sprintf("metrics: Rank: %d scores for %d examples", len(scores), len(positive)))
	}
	order := make([]int, len(scores))
	for i, s := range scores {
		if s != s {
			return Ranking{}, fmt.Errorf("metrics: row %d: the score is NaN", i)
		}
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	r := Ranking{examples: len(order)}
	for n, i := range order {
		if positive[i] {
			r.positives++
		}
		if n+1 == len(order) || scores[order[n+1]] != scores[i] {
			r.steps = append(r.steps, step{scores[i], r.positives, n + 1})
		}
	}
	return r, nil
}

// CurvePoint is a point of a curve: what holds if the examples that score at least
// Threshold are said to be of the class.
type CurvePoint struct {
	Threshold float32
	X, Y      float64
}

// ROC returns the receiver operating characteristic: X is the false positive rate, the
// part of the negative examples that score at least the threshold, Y the true positive
// rate, that of the positive ones. The first point, (0, 0), has a threshold of +Inf.
// Rates of no examples are NaN.
func (r Ranking) ROC() []CurvePoint {
	positives, negatives := float64(r.positives), float64(r.examples-r.positives)
	points := []CurvePoint{{float32(math.Inf(1)), 0 / negatives, 0 / positives}}
	for _, s := range r.steps {
		points = append(points, CurvePoint{s.score, float64(s.total-s.positives) / negatives, float64(s.positives) / positives})
	}
	return points
}

// PrecisionRecall returns the precision–recall curve: X is the recall, the part of the
// positive examples that score at least the threshold, Y the precision, the part of the
// examples with at least that score that is positive. The first point, with a recall of 0,
// has a threshold of +Inf and a precision of 1. Recalls are NaN without positive examples.
func (r Ranking) PrecisionRecall() []CurvePoint {
	points := []CurvePoint{{float32(math.Inf(1)), 0 / float64(r.positives), 1}}
	for _, s := range r.steps {
		points = append(points, CurvePoint{s.score, float64(s.positives) / float64(r.positives), float64(s.positives) / float64(s.total)})
	}
	return points
}

// ROCArea returns the area under the ROC curve: the probability that a positive example
// scores higher than a negative one, where a tie counts half. It is NaN if there are no
// positive or no negative examples.
func (r Ranking) ROCArea() float64 {
	var twice float64 // an exact sum of integers
	var last step
	for _, s := range r.steps {
		negatives := float64((s.total - s.positives) - (last.total - last.positives))
		twice += float64(negatives * float64(s.positives+last.positives))
		last = s
	}
	return twice / 2 / (float64(r.positives) * float64(r.examples-r.positives))
}

// AveragePrecision returns the area under the precision–recall curve in steps,
// Σ (recallₙ − recallₙ₋₁)·precisionₙ over the distinct scores, as scikit-learn's
// average_precision_score does. It does not interpolate, which would be too optimistic
// (J. Davis and M. Goadrich, "The relationship between precision-recall and ROC curves",
// ICML 2006). It is NaN if there are no positive examples.
func (r Ranking) AveragePrecision() float64 {
	var sum float64
	var last step
	for _, s := range r.steps {
		sum += float64(float64(s.positives-last.positives) * (float64(s.positives) / float64(s.total)))
		last = s
	}
	return sum / float64(r.positives)
}
