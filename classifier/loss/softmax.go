package loss

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// Softmax is the cross-entropy −Σ qⱼ·log pⱼ of the probabilities p = softmax(scores)
// and the target q, which is 1 for the label. With label smoothing it is
// 1 − Smoothing + Smoothing/K for the label and Smoothing/K for each of the other
// K − 1 classes (C. Szegedy and others, "Rethinking the Inception Architecture for
// Computer Vision", CVPR 2016), as in PyTorch.
type Softmax struct {
	Smoothing float32 // from 0 to less than 1
}

func (Softmax) String() string          { return "softmax" }
func (Softmax) Outputs(classes int) int { return classes }
func (Softmax) Link() Link              { return SoftmaxLink }

func (l Softmax) At(scores []float64, label int) float64 {
	highest, sum, mean := math.Inf(-1), 0.0, 0.0
	for _, s := range scores {
		highest = max(highest, s)
		mean += s / float64(len(scores))
	}
	for _, s := range scores {
		sum += math.Exp(s - highest)
	}
	a := float64(l.Smoothing)
	return highest + math.Log(sum) - (1-a)*scores[label] - a*mean
}

// Gradient adds what smoothing changes to the kernel of the cross-entropy: the loss
// grows by Smoothing·(s_label − mean s).
func (l Softmax) Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) float64 {
	targets := kernels.Targets{Labels: labels, Weights: weights, Scale: 1}
	if l.Smoothing == 0 {
		return kernels.LossGradient(grad, scores, targets, kernels.CrossEntropy{}, nil)
	}
	share, extra := 1/float64(scores.Cols), 0.0
	for i, y := range labels {
		row, mean := scores.Row(i), 0.0
		for _, s := range row {
			mean += float64(s)
		}
		difference := float64(row[y]) - float64(mean*share)
		extra += float64(float64(weights[i]) * difference)
	}
	sum := kernels.LossGradient(grad, scores, targets, kernels.CrossEntropy{}, nil)
	for i, y := range labels {
		part := float64(weights[i]) * float64(l.Smoothing)
		row, each := grad.Row(i), float32(part*share)
		for j := range row {
			row[j] -= each
		}
		row[y] += float32(part)
	}
	return sum + float64(float64(l.Smoothing)*extra)
}

// Curvature is p·(1 − p): the gradient is p less the target.
func (l Softmax) Curvature(gradients kernels.Matrix, labels []int) {
	each := l.Smoothing / float32(gradients.Cols)
	for i, y := range labels {
		row := gradients.Row(i)
		row[y] += 1 - l.Smoothing
		for j, g := range row {
			p := g + each
			row[j] = max(0, p*(1-p))
		}
	}
}

// Hessian is diag(p) − p·pᵀ.
func (l Softmax) Hessian(dst []float32, gradients kernels.Matrix, labels []int, j, k int) {
	each := l.Smoothing / float32(gradients.Cols)
	for i, y := range labels {
		row := gradients.Row(i)
		p, q := row[j]+each, row[k]+each
		if j == y {
			p += 1 - l.Smoothing
		}
		if k == y {
			q += 1 - l.Smoothing
		}
		if j == k {
			dst[i] = max(0, p*(1-p))
		} else {
			dst[i] = -max(0, p) * max(0, q)
		}
	}
}

// Dual is the entropy of the target plus t times the gradient, which is a distribution
// between the target and p.
func (l Softmax) Dual(gradients kernels.Matrix, labels []int, weights []float32, t float64) float64 {
	each := float64(l.Smoothing) / float64(gradients.Cols)
	return entropies(gradients.Cols, weights, func(q []float32, i int) {
		for j, g := range gradients.Row(i) {
			target := each
			if j == labels[i] {
				target += 1 - float64(l.Smoothing)
			}
			q[j] = float32(max(0, target+float64(t*float64(g))))
		}
	})
}

// entropies returns the weighted sum of −Σ qⱼ·log qⱼ over rows whose n elements set stores.
func entropies(n int, weights []float32, set func(q []float32, i int)) (sum float64) {
	rows := max(1, min(len(weights), 4096/n))
	q, logs := make([]float32, rows*n), make([]float32, rows*n)
	for lo := 0; lo < len(weights); lo += rows {
		some := weights[lo:min(lo+rows, len(weights))]
		for i := range some {
			set(q[i*n:][:n], lo+i)
		}
		argmax.Log(logs[:len(some)*n], q[:len(some)*n])
		for i, w := range some {
			var entropy float64
			for j, q := range q[i*n:][:n] {
				if q > 0 {
					entropy -= float64(q) * float64(logs[i*n+j]) // an exact product
				}
			}
			sum += float64(float64(w) * entropy)
		}
	}
	return sum
}

// Bound is ½: the Hessian is at most ½(I − 11ᵀ/K) (D. Böhning, "Multinomial logistic
// regression algorithm", Annals of the Institute of Statistical Mathematics 44, 1992).
func (Softmax) Bound(int) float64 { return 0.5 }
