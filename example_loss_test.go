package argmax_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

func ExampleCrossEntropy() {
	scores, grad := []float32{3.2, 5.1, -1.7}, make([]float32, 3)
	loss := argmax.CrossEntropy(grad, scores, 0, 1) // it is a cat
	fmt.Printf("%.2f %.2f\n", loss, grad)
	// Output: 2.04 [-0.87 0.87 0.00]
}

// The gradient of the mean loss of a batch of two: each has the weight ½.
func ExampleCrossEntropyRows() {
	scores := []float32{
		3.2, 5.1, -1.7,
		1.3, 4.9, 2.0,
	}
	losses, weights := make([]float32, 2), []float32{0.5, 0.5}
	matrix := argmax.Strided[float32]{Data: scores, Stride: 3}
	argmax.CrossEntropyRows(losses, matrix, matrix, 3, []int{0, 1}, weights)
	fmt.Printf("%.2f %.2f\n", losses, scores)
	// Output: [2.04 0.08] [-0.44 0.43 0.00 0.01 -0.04 0.03]
}

func ExampleHinge() {
	scores, grad := []float32{2.2, 2.5, -3.1}, make([]float32, 3)
	loss := argmax.Hinge(grad, scores, 2, 1, 1) // it is a frog
	fmt.Printf("%.1f %v\n", loss, grad)
	// Output: 12.9 [1 1 -2]
}

func ExampleHingeRows() {
	scores := []float32{
		3.2, 5.1, -1.7,
		2.2, 2.5, -3.1,
	}
	losses := make([]float32, 2)
	matrix := argmax.Strided[float32]{Data: scores, Stride: 3}
	argmax.HingeRows(losses, matrix, matrix, 3, []int{0, 2}, []float32{1, 1}, 1)
	fmt.Printf("%.1f %v\n", losses, scores)
	// Output: [2.9 12.9] [-1 1 0 1 1 -2]
}

func ExampleSquaredHinge() {
	scores, grad := []float32{1, 2, -4}, make([]float32, 3)
	loss := argmax.SquaredHinge(grad, scores, 0, 1, 1)
	fmt.Println(loss, grad)
	// Output: 4 [-4 4 0]
}

func ExampleSquaredHingeRows() {
	scores := []float32{
		1, 2, -4,
		1, 2, -4,
	}
	losses := make([]float32, 2)
	matrix := argmax.Strided[float32]{Data: scores, Stride: 3}
	argmax.SquaredHingeRows(losses, matrix, matrix, 3, []int{0, 1}, []float32{1, 1}, 1)
	fmt.Println(losses, scores)
	// Output: [4 0] [-4 4 0 0 0 0]
}

// Only the best of the other classes matters.
func ExampleCrammerSinger() {
	scores, grad := []float32{2.2, 2.5, -3.1}, make([]float32, 3)
	loss := argmax.CrammerSinger(grad, scores, 2, 1, 1)
	fmt.Printf("%.1f %v\n", loss, grad)
	// Output: 6.6 [0 1 -1]
}

func ExampleCrammerSingerRows() {
	scores := []float32{
		3.2, 5.1, -1.7,
		2.2, 2.5, -3.1,
	}
	losses := make([]float32, 2)
	matrix := argmax.Strided[float32]{Data: scores, Stride: 3}
	argmax.CrammerSingerRows(losses, matrix, matrix, 3, []int{0, 2}, []float32{1, 1}, 1)
	fmt.Printf("%.1f %v\n", losses, scores)
	// Output: [2.9 6.6] [-1 1 0 0 1 -1]
}

// Each class is a question of its own: is it a cat, is it a dog, is it a frog?
func ExampleLogisticRows() {
	scores := []float32{
		2.5, -1.0, -3.0,
		0.5, 1.5, -4.0,
	}
	losses, weights := make([]float32, 2), []float32{0.5, 0.5}
	matrix := argmax.Strided[float32]{Data: scores, Stride: 3}
	argmax.LogisticRows(losses, matrix, matrix, 3, []int{0, 1}, weights)
	fmt.Printf("%.2f %.2f\n", losses, scores)
	// Output: [0.44 1.19] [-0.04 0.13 0.02 0.31 -0.09 0.01]
}
