package loss_test

import (
	"fmt"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// The test of a loss.
func ExampleCheckGradient() {
	fmt.Println(loss.CheckGradient(loss.Softmax{}, []float32{0.5, -1, 2}, 0))
	// Output: <nil>
}

// The tangent of a loss where its gradient was taken is a lower bound of the loss
// everywhere; so is that of a part of the gradient.
func ExampleSoftmax_Dual() {
	l, labels, weights := loss.Softmax{}, []int{0}, []float32{1}
	scores := kernels.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: []float32{1, -1}}
	gradient := kernels.NewMatrix(1, 2)
	value := l.Gradient(gradient, scores, labels, weights)
	product := float64(gradient.Data[0]*1 + gradient.Data[1]*-1)
	fmt.Printf("%.3f = %.3f\n", value, l.Dual(gradient, labels, weights, 1)+product)
	fmt.Printf("%.3f > %.3f\n", value, l.Dual(gradient, labels, weights, 0.5)+0.5*product)
	// Output:
	// 0.127 = 0.127
	// 0.127 > 0.107
}
