package loss

import (
	"math"
	"sync"

	"github.com/seed842bec00/argmax/kernels"
)

// Logistic is the one-vs-rest logistic loss Σ log(1 + exp(∓sⱼ)): minus for the label,
// plus for the other classes. Two classes share one score; the loss is then that of
// logistic regression.
type Logistic struct{}

// Hinge is the one-vs-rest hinge loss Σ max(0, Margin ∓ sⱼ): minus for the label, plus
// for the other classes. Two classes share one score.
type Hinge struct {
	Margin float32 // 0 means 1
}

// SquaredHinge is [Hinge] with squared terms.
type SquaredHinge struct {
	Margin float32 // 0 means 1
}

func (Logistic) String() string     { return "logistic" }
func (Hinge) String() string        { return "hinge" }
func (SquaredHinge) String() string { return "squared hinge" }

func (Logistic) Outputs(classes int) int     { return oneForTwo(classes) }
func (Hinge) Outputs(classes int) int        { return oneForTwo(classes) }
func (SquaredHinge) Outputs(classes int) int { return oneForTwo(classes) }

func (Logistic) Link() Link     { return SigmoidLink }
func (Hinge) Link() Link        { return NoLink }
func (SquaredHinge) Link() Link { return NoLink }

func (Logistic) At(scores []float64, label int) float64 {
	return sumOverClasses(scores, label, func(m float64) float64 {
		return max(0, -m) + math.Log1p(math.Exp(-math.Abs(m)))
	})
}

func (l Hinge) At(scores []float64, label int) float64 {
	return sumOverClasses(scores, label, func(m float64) float64 {
		return max(0, float64(margin(l.Margin))-m)
	})
}

func (l SquaredHinge) At(scores []float64, label int) float64 {
	return sumOverClasses(scores, label, func(m float64) float64 {
		t := max(0, float64(margin(l.Margin))-m)
		return t * t
	})
}

func (Logistic) Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) float64 {
	return inPairs(grad, scores, labels, weights)
}

func (l Hinge) Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) float64 {
	return inMargins(grad, scores, labels, weights, margin(l.Margin), func(t, w float32) (loss float64, gradient float32) {
		return float64(t), w
	})
}

func (l SquaredHinge) Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) float64 {
	return inMargins(grad, scores, labels, weights, margin(l.Margin), func(t, w float32) (loss float64, gradient float32) {
		return float64(t) * float64(t), 2 * w * t // the square is exact
	})
}

// Curvature is p·(1 − p) of the probability p: the gradient is p, or p − 1 for the
// label.
func (Logistic) Curvature(gradients kernels.Matrix, labels []int) {
	for i, y := range labels {
		row := gradients.Row(i)
		for j, p := range row {
			if isTarget(row, j, y) {
				p++
			}
			row[j] = max(0, p*(1-p))
		}
	}
}

// Curvature is 2 where a term is positive.
func (SquaredHinge) Curvature(gradients kernels.Matrix, labels []int) {
	for i := range labels {
		row := gradients.Row(i)
		for j, g := range row {
			row[j] = 0
			if g != 0 {
				row[j] = 2
			}
		}
	}
}

// Bound is the largest p·(1 − p), ¼.
func (Logistic) Bound(int) float64 { return 0.25 }

// Bound is 2, the curvature of t².
func (SquaredHinge) Bound(int) float64 { return 2 }

func oneForTwo(classes int) int {
	if classes == 2 {
		return 1
	}
	return classes
}

// isTarget reports whether score j of the row is that of the label: the only score is
// that of class 1.
func isTarget[F float32 | float64](row []F, j, label int) bool {
	return j == label && len(row) > 1 || len(row) == 1 && label == 1
}

// sumOverClasses adds up a loss of margins, the scores with the sign of their targets.
func sumOverClasses(scores []float64, label int, of func(margin float64) float64) (sum float64) {
	for j, s := range scores {
		if !isTarget(scores, j, label) {
			s = -s
		}
		sum += of(s)
	}
	return sum
}

// inMargins computes a one-vs-rest loss of the terms t = margin ∓ s that are positive.
// of returns the loss of one and its derivative, times w.
func inMargins(grad, scores kernels.Matrix, labels []int, weights []float32, margin float32, of func(t, w float32) (float64, float32)) (sum float64) {
	for i, label := range labels {
		row, dst, w, total := scores.Row(i), grad.Row(i), weights[i], 0.0
		for j, s := range row {
			sign := float32(1)
			if isTarget(row, j, label) {
				sign = -1
			}
			t, g := margin+sign*s, float32(0) // a sign is exact: fused or not, the same bits
			if !(t <= 0) {                    // NaN, too
				var loss float64
				loss, g = of(t, w)
				total += loss
			}
			dst[j] = sign * g
		}
		sum += float64(float64(w) * total)
	}
	return sum
}

// pairs are scores beside zeros: rows of two classes.
type pairs struct {
	scores  [2 * pairRows]float32
	labels  [pairRows]int
	weights [pairRows]float32
}

const pairRows = 512

var pairPool = sync.Pool{New: func() any { return new(pairs) }}

// inPairs computes the logistic loss by the cross-entropy of two classes, whose first
// score is 0: that of 0 and s is log(1 + exp(−s)).
func inPairs(grad, scores kernels.Matrix, labels []int, weights []float32) (sum float64) {
	p := pairPool.Get().(*pairs)
	defer pairPool.Put(p)
	// Rows in pieces that fit, or single rows in pieces.
	width := min(scores.Cols, pairRows)
	height := pairRows / max(1, width)
	for lo := 0; lo < scores.Rows; lo += height {
		hi := min(lo+height, scores.Rows)
		for c := 0; c < scores.Cols; c += width {
			end := min(c+width, scores.Cols)
			n := 0
			for i := lo; i < hi; i++ {
				row := scores.Row(i)
				for j := c; j < end; j++ {
					p.scores[2*n], p.scores[2*n+1], p.labels[n], p.weights[n] = 0, row[j], 0, weights[i]
					if isTarget(row, j, labels[i]) {
						p.labels[n] = 1
					}
					n++
				}
			}
			rows := kernels.Matrix{Rows: n, Cols: 2, Stride: 2, Data: p.scores[:]}
			targets := kernels.Targets{Labels: p.labels[:n], Weights: p.weights[:n], Scale: 1}
			sum += kernels.LossGradient(rows, rows, targets, kernels.CrossEntropy{}, nil)
			n = 0
			for i := lo; i < hi; i++ {
				for j, row := c, grad.Row(i); j < end; j++ {
					row[j] = p.scores[2*n+1]
					n++
				}
			}
		}
	}
	return sum
}
