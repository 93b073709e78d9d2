package loss

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/kernels"
)

// CheckGradient compares the loss and the gradient that l.Gradient computes for one
// row of scores with the definition, l.At, and returns an error that names what
// differs.
//
// As the loss is convex, each element of a subgradient lies between the difference
// quotients to the left and to the right, at kinks too; away from them the two are
// nearly the same. What remains is the rounding of float32.
func CheckGradient(l Loss, scores []float32, label int) error {
	row := kernels.Matrix{Rows: 1, Cols: len(scores), Stride: len(scores), Data: scores}
	grad := kernels.NewMatrix(1, len(scores))
	got := l.Gradient(grad, row, []int{label}, []float32{1})
	at, size := make([]float64, len(scores)), 1.0
	for j, s := range scores {
		at[j] = float64(s)
		size = max(size, math.Abs(at[j]))
	}
	want := l.At(at, label)
	tolerance := 0x1p-20 * size * float64(len(scores)) // of scores and sums in float32
	if !(math.Abs(got-want) <= tolerance*max(1, math.Sqrt(want))) {
		return fmt.Errorf("loss: %v of %v with label %d is %v, want %v", l, scores, label, got, want)
	}
	step := 0x1p-18 * size
	for j, s := range at {
		at[j] = s - step
		left := (want - l.At(at, label)) / step
		at[j] = s + step
		right := (l.At(at, label) - want) / step
		at[j] = s
		if g := float64(grad.Data[j]); !(g >= left-tolerance && g <= right+tolerance) {
			return fmt.Errorf("loss: element %d of the gradient of %v at %v with label %d is %v, want %v to %v",
				j, l, scores, label, g, left, right)
		}
	}
	return nil
}
