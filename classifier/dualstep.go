package classifier

import (
	"math"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// dualStep maximizes the dual of a hinge loss over the variables of one row. variables
// holds one for each score, from 0 to upper, which it replaces; scores are those of the
// row, each of which a unit of change of its force moves by stiffness. It stores in
// change how much the force on each score has changed: forces are what rows pull scores
// by, minus the gradients of their losses, and weights their sum.
type dualStep func(variables []float32, change []float64, scores []float32, label int, upper, stiffness float64)

// dualStepOf returns the step of a loss and its margin, nil if it has none.
func dualStepOf(l loss.Loss) (step dualStep, margin float64) {
	or1 := func(m float32) float64 {
		if m == 0 {
			return 1
		}
		return float64(m)
	}
	switch l := l.(type) {
	case loss.Hinge:
		margin = or1(l.Margin)
		return oneVsRestStep(margin), margin
	case loss.WestonWatkins:
		margin = or1(l.Margin)
		return multiclassStep(margin, false), margin
	case loss.CrammerSinger:
		margin = or1(l.Margin)
		return multiclassStep(margin, true), margin
	}
	return nil, 0
}

// oneVsRestStep is that of the hinge loss of each score by itself, as in C.-J. Hsieh and
// others, "A dual coordinate descent method for large-scale linear SVM", ICML 2008.
func oneVsRestStep(margin float64) dualStep {
	return func(variables []float32, change []float64, scores []float32, label int, upper, stiffness float64) {
		for k, s := range scores {
			sign := -1.0
			if k == label && len(scores) > 1 || len(scores) == 1 && label == 1 {
				sign = 1
			}
			old := float64(variables[k])
			variables[k] = float32(min(max(old+(margin-sign*float64(s))/stiffness, 0), upper))
			change[k] = sign * (float64(variables[k]) - old)
		}
	}
}

// multiclassStep is that of the multiclass hinge losses. The variable of class j pulls
// the label's score up and that of j down. With b_j = α_j + g_j/a, where g are the
// terms of the loss before they are cut at zero and a is the stiffness, the maximum is
//
//	α_j = clip(b_j − t, 0, upper), Σα_j − Σ(old α_j) = t
//
// for Weston and Watkins; for Crammer and Singer α_j = max(0, b_j − t) with the same t,
// unless Σα_j > upper, when it is the projection to Σα_j = upper. (Y. Wang and C.
// Scott, "An exact solver for the Weston–Watkins SVM subproblem", ICML 2021.)
func multiclassStep(margin float64, oneBound bool) dualStep {
	var b []float64
	return func(variables []float32, change []float64, scores []float32, label int, upper, stiffness float64) {
		b = b[:0]
		var old, highest float64
		for k, s := range scores {
			v := math.Inf(-1)
			if k != label {
				v = float64(variables[k]) + (margin-float64(scores[label])+float64(s))/stiffness
				old += float64(variables[k])
				highest = max(highest, v)
			}
			b = append(b, v)
		}
		cut := upper
		if oneBound {
			cut = math.Inf(1)
		}
		t := root(b, cut, -old, highest, old, 1)
		if oneBound {
			if sum, _ := clippedSum(b, t, cut); sum > upper {
				t = root(b, cut, highest-upper, highest, upper, 0)
			}
		}
		var total float64
		for k, v := range b {
			if k == label {
				continue
			}
			from := float64(variables[k])
			variables[k] = float32(min(max(v-t, 0), cut))
			change[k] = from - float64(variables[k])
			total -= change[k]
		}
		change[label] = total
	}
}

// clippedSum returns Σ clip(b_j − t, 0, upper) and how many terms are not clipped.
func clippedSum(b []float64, t, upper float64) (sum, free float64) {
	for _, v := range b {
		switch v -= t; {
		case v >= upper:
			sum += upper
		case v > 0:
			sum += v
			free++
		}
	}
	return sum, free
}

// root returns the t between low and high with Σ clip(b_j − t, 0, upper) = target + slope·t,
// where slope is 0 or 1: by Newton's method, which is exact once it is in the right piece,
// and by halves where that leaves the interval that the root is known to be in.
func root(b []float64, upper, low, high, target, slope float64) float64 {
	t := high
	for range 100 {
		sum, free := clippedSum(b, t, upper)
		excess := sum - target - float64(slope*t)
		if excess == 0 {
			break
		}
		if excess > 0 {
			low = t
		} else {
			high = t
		}
		next := t + excess/(free+slope)
		if math.Abs(next-t) <= 1e-12*math.Abs(t) {
			break
		}
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		t = next
	}
	return t
}
