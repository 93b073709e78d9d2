package metrics

import (
	"fmt"
	"slices"
	"sort"

	"github.com/seed842bec00/argmax/kernels"
)

// RankMicro returns the ranking of all pairs of an example and a class by the score, or the
// probability, that the example has for the class: the pair of an example and its label is
// positive, the others are not. Its curves and areas are the micro averages of those of the
// classes. Scores that are NaN and labels that are no column are errors that name the row.
// It panics unless there is a label for each row.
func RankMicro(scores kernels.Matrix, labels []int) (Ranking, error) {
	if scores.Rows != len(labels) {
		panic(fmt.Sprintf("metrics: RankMicro: %d labels for %d rows", len(labels), scores.Rows))
	}
	all, positive := make([]float32, 0, scores.Rows*scores.Cols), make([]bool, scores.Rows*scores.Cols)
	for i, label := range labels {
		if label < 0 || label >= scores.Cols {
			return Ranking{}, fmt.Errorf("metrics: row %d: the label %d is none of %d classes", i, label, scores.Cols)
		}
		for class, s := range scores.Row(i) {
			if s != s {
				return Ranking{}, fmt.Errorf("metrics: row %d: the score of class %d is NaN", i, class)
			}
		}
		positive[i*scores.Cols+label] = true
		all = append(all, scores.Row(i)...)
	}
	return Rank(all, positive)
}

// MacroROC returns the mean of the ROC curves of rankings, such as those of the classes: at
// each false positive rate of any of them the mean of their true positive rates, each
// curve being straight between its points. The area under it is the mean of the areas. Where
// a curve rises at one rate the mean has two points there. Rankings without positive or
// without negative examples do not count; there are no points if no others are left. The
// thresholds of the points are 0.
func MacroROC(rankings []Ranking) []CurvePoint {
	var curves [][]CurvePoint
	var rates []float64
	for _, r := range rankings {
		if r.positives == 0 || r.positives == r.examples {
			continue
		}
		curve := r.ROC()
		curves = append(curves, curve)
		for _, p := range curve {
			rates = append(rates, p.X)
		}
	}
	slices.Sort(rates)
	var mean []CurvePoint
	next := make([]int, len(curves)) // the first point at the rate or above it
	for _, x := range slices.Compact(rates) {
		var low, high float64
		for c, curve := range curves {
			for next[c] < len(curve) && curve[next[c]].X < x {
				next[c]++
			}
			first, last := rise(curve, next[c], x)
			low, high = low+first, high+last
		}
		n := float64(len(curves))
		mean = append(mean, CurvePoint{X: x, Y: low / n})
		if high > low {
			mean = append(mean, CurvePoint{X: x, Y: high / n})
		}
	}
	return mean
}

// rise returns the lowest and the highest true positive rate of a curve at the false
// positive rate x, of which point i is the first at x or above it. Every curve begins at 0
// and ends at 1.
func rise(curve []CurvePoint, i int, x float64) (low, high float64) {
	if curve[i].X > x {
		a, b := curve[i-1], curve[i]
		y := a.Y + float64((b.Y-a.Y)*((x-a.X)/(b.X-a.X)))
		return y, y
	}
	n := sort.Search(len(curve)-i, func(n int) bool { return curve[i+n].X > x })
	return curve[i].Y, curve[i+n-1].Y
}
