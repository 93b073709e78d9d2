package kernels

import "github.com/seed842bec00/argmax"

// SquaredNorm is ΣW², the L2 penalty: the rows in order, in float64. Its gradient
// is 2W.
func SquaredNorm(w Matrix) float64 { return sumRows(w, argmax.SumSquares) }

// L1Norm is Σ|W| over all elements, the L1 penalty: the rows in order, in float64.
// argmax.SoftThreshold is the step that makes it small.
func L1Norm(w Matrix) float64 { return sumRows(w, argmax.SumAbs) }

func sumRows(w Matrix, sum func(x []float32) float32) float64 {
	must(w.Check())
	if w.Cols == 0 {
		return 0
	}
	var total float64
	for i := range w.Rows {
		total += float64(sum(w.Row(i)))
	}
	return total
}
