package loss

import (
	"math"
	"sync"

	"github.com/seed842bec00/argmax"
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

func (Logistic) Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) (sum float64) {
	b := logisticPool.Get().(*logisticBlock)
	defer logisticPool.Put(b)
	for lo := 0; lo < scores.Rows; lo += len(b.losses) {
		hi := min(lo+len(b.losses), scores.Rows)
		sum += b.gradient(grad.Slice(lo, hi), scores.Slice(lo, hi), labels[lo:hi], weights[lo:hi])
	}
	return sum
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

// Hessian is diagonal, p·(1 − p).
func (Logistic) Hessian(dst []float32, gradients kernels.Matrix, labels []int, j, k int) {
	for i := range labels {
		dst[i] = 0
		if g := gradients.Row(i)[j]; j == k { // p, or p − 1 for the label
			size := max(g, -g)
			dst[i] = max(0, size*(1-size))
		}
	}
}

// Hessian is diagonal, 2 where a term is positive.
func (SquaredHinge) Hessian(dst []float32, gradients kernels.Matrix, labels []int, j, k int) {
	for i := range labels {
		dst[i] = 0
		if j == k && gradients.Row(i)[j] != 0 {
			dst[i] = 2
		}
	}
}

// Dual is the sum of the entropies of t·|g| and 1 − t·|g|.
func (Logistic) Dual(gradients kernels.Matrix, labels []int, weights []float32, t float64) float64 {
	n := gradients.Cols
	return entropies(2*n, weights, func(q []float32, i int) {
		for j, g := range gradients.Row(i) {
			u := float64(t * math.Abs(float64(g)))
			q[j], q[n+j] = float32(u), float32(max(0, 1-u))
		}
	})
}

// Dual is Σ Margin·u − u²/4 of u = t·|g|.
func (l SquaredHinge) Dual(gradients kernels.Matrix, labels []int, weights []float32, t float64) (sum float64) {
	for i := range labels {
		var row float64
		for _, g := range gradients.Row(i) {
			row += ofSquare(float64(t*math.Abs(float64(g))), margin(l.Margin))
		}
		sum += float64(float64(weights[i]) * row)
	}
	return sum
}

// ofSquare returns margin·u − u²/4, the least value of max(0, margin + z)² − u·z for a
// slope u ≥ 0.
func ofSquare(u float64, margin float32) float64 {
	return float64(float64(margin)*u) - float64(u*u)/4
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

// logisticBlock is what some rows of logistic losses need.
type logisticBlock struct {
	losses [256]float32
	zeros  [256]int
}

var logisticPool = sync.Pool{New: func() any { return new(logisticBlock) }}

func (b *logisticBlock) gradient(grad, scores kernels.Matrix, labels []int, weights []float32) (sum float64) {
	losses := b.losses[:scores.Rows]
	rows := func(scores kernels.Matrix, labels []int) {
		argmax.LogisticRows(losses, argmax.Strided[float32]{Data: grad.Data, Stride: grad.Stride},
			argmax.Strided[float32]{Data: scores.Data, Stride: scores.Stride}, scores.Cols, labels, weights)
	}
	if scores.Cols == 1 { // of class 1: the score of class 0 is its negative
		negate := func(to, from kernels.Matrix) {
			for i, y := range labels {
				if to.Row(i)[0] = from.Row(i)[0]; y == 0 {
					to.Row(i)[0] = -to.Row(i)[0]
				}
			}
		}
		negate(grad, scores)
		rows(grad, b.zeros[:scores.Rows])
		negate(grad, grad)
	} else {
		rows(scores, labels)
	}
	for i, l := range losses {
		sum += float64(weights[i]) * float64(l) // an exact product
	}
	return sum
}
