package loss

import "github.com/seed842bec00/argmax/kernels"

// WestonWatkins is the multiclass hinge loss Σ max(0, sⱼ − s_label + Margin) over the
// other classes j (J. Weston and C. Watkins, "Support vector machines for multi-class
// pattern recognition", ESANN 1999), the lecture's multiclass SVM.
type WestonWatkins struct {
	Margin float32 // 0 means 1
}

func (WestonWatkins) String() string          { return "Weston–Watkins hinge" }
func (WestonWatkins) Outputs(classes int) int { return classes }
func (WestonWatkins) Link() Link              { return NoLink }

func (l WestonWatkins) At(scores []float64, label int) float64 {
	var sum float64
	for j, s := range scores {
		if j != label {
			sum += max(0, s-scores[label]+float64(margin(l.Margin)))
		}
	}
	return sum
}

func (l WestonWatkins) Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) float64 {
	targets := kernels.Targets{Labels: labels, Weights: weights, Scale: 1}
	return kernels.LossGradient(grad, scores, targets, kernels.WestonWatkins{Margin: margin(l.Margin)}, nil)
}

// SquaredWestonWatkins is [WestonWatkins] with squared terms.
type SquaredWestonWatkins struct {
	Margin float32 // 0 means 1
}

func (SquaredWestonWatkins) String() string          { return "squared Weston–Watkins hinge" }
func (SquaredWestonWatkins) Outputs(classes int) int { return classes }
func (SquaredWestonWatkins) Link() Link              { return NoLink }

func (l SquaredWestonWatkins) At(scores []float64, label int) float64 {
	var sum float64
	for j, s := range scores {
		if t := s - scores[label] + float64(margin(l.Margin)); j != label && t > 0 {
			sum += t * t
		}
	}
	return sum
}

func (l SquaredWestonWatkins) Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) float64 {
	targets := kernels.Targets{Labels: labels, Weights: weights, Scale: 1}
	return kernels.LossGradient(grad, scores, targets, kernels.SquaredWestonWatkins{Margin: margin(l.Margin)}, nil)
}

// Curvature is 2 for each class with a positive term, and their sum for the label.
func (SquaredWestonWatkins) Curvature(gradients kernels.Matrix, labels []int) {
	for i, y := range labels {
		row, sum := gradients.Row(i), float32(0)
		for j, g := range row {
			row[j] = 0
			if j != y && g > 0 {
				row[j] = 2
				sum += 2
			}
		}
		row[y] = sum
	}
}

// Hessian is 2·Σ (eⱼ − e_label)(eⱼ − e_label)ᵀ over the classes with a positive term.
func (SquaredWestonWatkins) Hessian(dst []float32, gradients kernels.Matrix, labels []int, j, k int) {
	for i, y := range labels {
		row := gradients.Row(i)
		dst[i] = 0
		switch {
		case j == k && j == y:
			for c, g := range row {
				if c != y && g > 0 {
					dst[i] += 2
				}
			}
		case j == k && row[j] > 0:
			dst[i] = 2
		case j != k && (j == y && row[k] > 0 || k == y && row[j] > 0):
			dst[i] = -2
		}
	}
}

// Dual is Σ Margin·u − u²/4 of u = t·gⱼ over the classes but the label.
func (l SquaredWestonWatkins) Dual(gradients kernels.Matrix, labels []int, weights []float32, t float64) (sum float64) {
	for i, y := range labels {
		var row float64
		for j, g := range gradients.Row(i) {
			if j != y {
				row += ofSquare(float64(t*float64(g)), margin(l.Margin))
			}
		}
		sum += float64(float64(weights[i]) * row)
	}
	return sum
}

// Bound is 2K: the Hessian is 2·Σ (eⱼ − e_label)(eⱼ − e_label)ᵀ over at most K − 1
// classes, whose largest eigenvalue is 2K.
func (SquaredWestonWatkins) Bound(classes int) float64 { return 2 * float64(classes) }

// CrammerSinger is the multiclass hinge loss of the best of the other classes alone,
// max(0, max sⱼ − s_label + Margin) (K. Crammer and Y. Singer, "On the algorithmic
// implementation of multiclass kernel-based vector machines", JMLR 2, 2001).
type CrammerSinger struct {
	Margin float32 // 0 means 1
}

func (CrammerSinger) String() string          { return "Crammer–Singer hinge" }
func (CrammerSinger) Outputs(classes int) int { return classes }
func (CrammerSinger) Link() Link              { return NoLink }

func (l CrammerSinger) At(scores []float64, label int) float64 {
	var loss float64
	for j, s := range scores {
		if j != label {
			loss = max(loss, s-scores[label]+float64(margin(l.Margin)))
		}
	}
	return loss
}

func (l CrammerSinger) Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) float64 {
	targets := kernels.Targets{Labels: labels, Weights: weights, Scale: 1}
	return kernels.LossGradient(grad, scores, targets, kernels.CrammerSinger{Margin: margin(l.Margin)}, nil)
}
