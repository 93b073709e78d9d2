package argmax_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

func ExampleArgMax() {
	fmt.Println(argmax.ArgMax([]float32{3.2, 5.1, -1.7})) // cat, car, frog
	// Output: 1
}

// Rows at a distance of at most 2.
func ExampleFindAtMost() {
	distances := []float32{4.5, 2, 0.7, 3.1}
	positions := make([]int32, len(distances))
	n := argmax.FindAtMost(positions, distances, 2)
	fmt.Println(positions[:n])
	// Output: [1 2]
}

// Labels whose probability is one half or more.
func ExampleFindAtLeast() {
	probabilities := []float32{0.5, 0.1, 0.9}
	positions := make([]int32, len(probabilities))
	n := argmax.FindAtLeast(positions, probabilities, 0.5)
	fmt.Println(positions[:n])
	// Output: [0 2]
}
