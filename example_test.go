package argmax_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

func ExampleDot() {
	fmt.Println(argmax.Dot([]float32{1, 2, 3}, []float32{4, 5, 6}))
	// Output: 32
}

// An image of four pixels and a linear classifier of three classes.
func ExampleScoreRows() {
	image := []float32{56, 231, 24, 2}
	weights := []float32{
		0.2, -0.5, 0.1, 2.0, // cat
		1.5, 1.3, 2.1, 0.0, // dog
		0.0, 0.25, 0.2, -0.3, // ship
	}
	bias := []float32{1.1, 3.2, -1.2}

	scores := make([]float32, 3)
	argmax.ScoreRows(scores, image, weights, 4)
	argmax.Axpy(1, bias, scores)
	fmt.Printf("%.2f, class %d\n", scores, argmax.ArgMax(scores))
	// Output: [-96.80 437.90 60.75], class 1
}

func ExampleSoftmax() {
	scores := []float32{3.2, 5.1, -1.7} // cat, car, frog
	argmax.Softmax(scores, scores)
	fmt.Printf("%.2f\n", scores)
	// Output: [0.13 0.87 0.00]
}
