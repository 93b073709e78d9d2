package argmax_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

func ExampleExp() {
	x := []float32{0, 1, -1}
	argmax.Exp(x, x)
	fmt.Printf("%.3f\n", x)
	// Output: [1.000 2.718 0.368]
}

func ExampleLog() {
	x := []float32{1, 10, 0}
	argmax.Log(x, x)
	fmt.Printf("%.3f\n", x)
	// Output: [0.000 2.303 -Inf]
}

func ExampleSoftmax() {
	scores := []float32{3.2, 5.1, -1.7} // cat, car, frog
	argmax.Softmax(scores, scores)
	fmt.Printf("%.2f\n", scores)
	// Output: [0.13 0.87 0.00]
}

func ExampleSoftmaxRows() {
	scores := []float32{
		3.2, 5.1, -1.7,
		1.3, 4.9, 2.0,
	}
	matrix := argmax.Strided[float32]{Data: scores, Stride: 3}
	argmax.SoftmaxRows(matrix, matrix, 2, 3)
	fmt.Printf("%.2f\n", scores)
	// Output: [0.13 0.87 0.00 0.03 0.92 0.05]
}

// Probabilities that round to 0 still have a finite logarithm.
func ExampleLogSoftmax() {
	scores := []float32{200, 0}
	argmax.LogSoftmax(scores, scores)
	fmt.Println(scores)
	// Output: [0 -200]
}

func ExampleLogSoftmaxRows() {
	scores := []float32{
		1000, 0,
		-3, -3,
	}
	matrix := argmax.Strided[float32]{Data: scores, Stride: 2}
	argmax.LogSoftmaxRows(matrix, matrix, 2, 2)
	fmt.Printf("%.3f\n", scores)
	// Output: [0.000 -1000.000 -0.693 -0.693]
}

func ExampleLogSumExp() {
	fmt.Printf("%.3f\n", argmax.LogSumExp([]float32{1000, 1000}))
	// Output: 1000.693
}

func ExampleLogSumExpRows() {
	scores := []float32{
		0, 0,
		1000, 1000,
	}
	dst := make([]float32, 2)
	argmax.LogSumExpRows(dst, argmax.Strided[float32]{Data: scores, Stride: 2}, 2)
	fmt.Printf("%.3f\n", dst)
	// Output: [0.693 1000.693]
}
