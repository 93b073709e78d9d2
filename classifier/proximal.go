package classifier

import (
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// proximal makes a hinge loss smooth, in such a way that its minimum is reached all the
// same. A hinge loss is
//
//	ℓ(t) = max Σ aⱼtⱼ over the a of a set A
//
// of its terms t before they are cut at zero, Δ ∓ sⱼ or Δ + sⱼ − s_label: A is 0 ≤ aⱼ ≤ 1
// for sums of terms, and Σaⱼ ≤ 1, too, for the largest of them. With multipliers α of
// each row,
//
//	ℓ̃(t) = max Σ aⱼtⱼ − γ/2·Σ(aⱼ − αⱼ)² over the a of A
//
// is smooth: its gradient is the best a, the projection of α + t/γ to A. Minimizing the
// objective with ℓ̃ and then moving α to a, again and again, is the proximal point
// algorithm on the dual, and the method of multipliers on the objective (R. T.
// Rockafellar, "Augmented Lagrangians and applications of the proximal point algorithm in
// convex programming", Mathematics of Operations Research 1, 1976). It converges whatever
// γ, and faster the smaller.
//
// Every a is a feasible dual point: ℓ is above Σ aⱼtⱼ everywhere.
type proximal struct {
	margin      float32
	multiclass  bool           // terms are Δ + sⱼ − s_label
	one         bool           // Σaⱼ ≤ 1
	multipliers kernels.Matrix // α of each row
	width       float32        // γ
	next        float32        // if not 0, a sweep moves α to a, and makes this γ
}

// newProximal returns the smooth form of the loss of a problem, one of the hinge losses.
func newProximal(p *problem) *proximal {
	_, margin := dualStepOf(p.loss)
	x := &proximal{margin: float32(margin), width: firstWidth * float32(margin), multipliers: kernels.NewMatrix(p.rows(), p.outputs)}
	switch p.loss.(type) {
	case loss.WestonWatkins:
		x.multiclass = true
	case loss.CrammerSinger:
		x.multiclass, x.one = true, true
	}
	return x
}

// terms sets t to the terms of a row of scores. In multiclass losses the label has none;
// what is stored there does not count.
func (x *proximal) terms(t, scores []float32, label int) {
	if x.multiclass {
		least := x.margin - scores[label]
		for j, s := range scores {
			t[j] = least + s
		}
		return
	}
	for j, s := range scores {
		if isTarget(j, label, len(scores)) {
			s = -s
		}
		t[j] = x.margin + s
	}
}

// project sets a to the projection of α + t/γ to A.
func (x *proximal) project(a, alpha, t []float32, label int, width float32) {
	each, sum := 1/width, float32(0)
	if !x.one {
		for j, v := range t {
			a[j] = min(max(alpha[j]+float32(v*each), 0), 1)
		}
		if x.multiclass {
			a[label] = 0
		}
		return
	}
	for j, v := range t {
		a[j] = alpha[j] + float32(v*each)
		if j != label && a[j] > 0 {
			sum += a[j]
		}
	}
	var shift float32
	if sum > 1 {
		shift = x.threshold(a, label)
	}
	for j, v := range a {
		a[j] = max(v-shift, 0)
	}
	a[label] = 0
}

// threshold returns the τ with Σ max(0, uⱼ − τ) = 1 over all j but the label: from the
// mean of all downwards, those below it leave (C. Michelot, "A finite algorithm for finding
// the projection of a point onto the canonical simplex of Rⁿ", Journal of Optimization
// Theory and Applications 50, 1986).
func (x *proximal) threshold(u []float32, label int) float32 {
	shift := float32(0)
	for last := len(u) + 1; ; { // the count falls, or this ends, whatever the rounding
		sum, count := float32(0), 0
		for j, v := range u {
			if j != label && v > shift {
				sum += v
				count++
			}
		}
		if count >= last || count == 0 {
			return shift
		}
		shift, last = (sum-1)/float32(count), count
	}
}

// isTarget reports whether score j of a row of n belongs to the label: the only score is
// that of class 1.
func isTarget(j, label, n int) bool { return j == label && n > 1 || n == 1 && label == 1 }

// gradient replaces scores of rows from lo on by the gradient of ℓ̃, weighted, and adds the
// losses to those of the part.
func (x *proximal) gradient(t *part, scores kernels.Matrix, labels []int, weights []float32, lo int) {
	n := scores.Cols
	terms, a := make([]float32, n), make([]float32, n)
	for i, y := range labels {
		row, alpha, w := scores.Row(i), x.multipliers.Row(lo+i), weights[i]
		x.terms(terms, row, y)
		width := x.width
		if x.next != 0 {
			x.project(a, alpha, terms, y, width)
			copy(alpha, a)
			width = x.next
		}
		x.project(a, alpha, terms, y, width)
		var linear, distance, exact, pull float32
		for j, v := range terms {
			d := a[j] - alpha[j]
			linear += float32(a[j] * v)
			distance += float32(d * d)
			if x.multiclass && j == y {
				continue
			}
			if x.one {
				exact = max(exact, v)
			} else {
				exact += max(v, 0)
			}
			row[j] = float32(a[j] * w)
			if !x.multiclass && isTarget(j, y, n) {
				row[j] = -row[j]
			}
			pull += row[j]
		}
		if x.multiclass {
			row[y] = -pull
		}
		t.loss += float64(float64(w) * (float64(linear) - float64(float64(width)/2*float64(distance))))
		t.exact += float64(float64(w) * float64(exact))
		t.slack += float64(float64(w) * float64(exact-linear))
	}
}

// curvature replaces scores of some rows by the diagonals of the Hessians of ℓ̃ with
// respect to the scores.
func (x *proximal) curvature(scores kernels.Matrix, labels, rows []int) {
	n := scores.Cols
	terms, a := make([]float32, n), make([]float32, n)
	for i, y := range labels {
		row := scores.Row(i)
		x.terms(terms, row, y)
		x.project(a, x.multipliers.Row(rows[i]), terms, y, x.width)
		var sum float32
		free := 0
		for j, v := range a {
			row[j] = 0
			sum += v
			if v > 0 && (v < 1 || x.one) {
				row[j] = 1 / x.width
				free++
			}
		}
		switch {
		case !x.multiclass:
		case x.one && sum > 0.9999: // on a face, where Σa is constant
			for j := range row {
				row[j] *= 1 - 1/float32(free)
			}
		default:
			row[y] = float32(free) / x.width
		}
	}
}
