package kernels_test

import (
	"fmt"

	"github.com/seed842bec00/argmax/kernels"
)

// The two nearest of a base that comes in shards.
func ExampleTopK() {
	nearest := kernels.NewTopK[float32](2, kernels.Smallest)
	nearest.Push(0, []float32{4.5, 2, 0.75})
	nearest.Push(3, []float32{2, 0.5})

	rows, distances := make([]int, 2), make([]float32, 2)
	n := nearest.Best(rows, distances)
	fmt.Println(rows[:n], distances[:n])
	// Output: [4 2] [0.5 0.75]
}

// The three best classes.
func ExampleArgTopK() {
	classes := make([]int, 3)
	n := kernels.ArgTopK(classes, []float32{0.1, 0.3, 0.05, 0.3, 0.25})
	fmt.Println(classes[:n])
	// Output: [1 3 4]
}
