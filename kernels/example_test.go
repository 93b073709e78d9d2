package kernels_test

import (
	"fmt"

	"github.com/seed842bec00/argmax/kernels"
)

// The scores of a cat, a car and a frog.
func scores() kernels.Matrix {
	return kernels.Matrix{Rows: 3, Cols: 3, Stride: 3, Data: []float32{
		3.2, 5.1, -1.7,
		1.3, 4.9, 2.0,
		2.2, 2.5, -3.1,
	}}
}

func ExampleSoftmax() {
	p := scores()
	kernels.Softmax(p, p, nil)
	fmt.Printf("%.2f\n", p.Row(0))
	// Output: [0.13 0.87 0.00]
}

func ExampleLogSoftmax() {
	logs := scores()
	kernels.LogSoftmax(logs, logs, nil)
	fmt.Printf("%.2f\n", logs.Row(0))
	// Output: [-2.04 -0.14 -6.94]
}

func ExampleLogSumExp() {
	dst := make([]float32, 3)
	kernels.LogSumExp(dst, scores(), nil)
	fmt.Printf("%.2f\n", dst)
	// Output: [5.24 4.98 3.06]
}

// The mean over a batch: divide the sum, and scale the gradients.
func ExampleLossGradient() {
	s := scores()
	t := kernels.Targets{Labels: []int{0, 1, 2}, Scale: 1. / 3}
	sum := kernels.LossGradient(s, s, t, kernels.CrossEntropy{}, nil)
	fmt.Printf("%.2f %.2f\n", sum/3, s.Row(0))
	// Output: 2.76 [-0.29 0.29 0.00]
}

// The lecture's mean of 2.9, 0 and 12.9.
func ExampleWestonWatkins() {
	s := scores()
	t := kernels.Targets{Labels: []int{0, 1, 2}, Scale: 1}
	sum := kernels.LossGradient(s, s, t, kernels.WestonWatkins{Margin: 1}, nil)
	fmt.Printf("%.2f %v\n", sum/3, s.Row(2))
	// Output: 5.27 [1 1 -2]
}

// The frog counts twice.
func ExampleSquaredWestonWatkins() {
	s := scores()
	t := kernels.Targets{Labels: []int{0, 1, 2}, Weights: []float32{1, 1, 2}, Scale: 1}
	fmt.Printf("%.2f\n", kernels.LossGradient(s, s, t, kernels.SquaredWestonWatkins{Margin: 1}, nil))
	// Output: 174.91
}

func ExampleCrammerSinger() {
	s := scores()
	t := kernels.Targets{Labels: []int{0, 1, 2}, Scale: 1}
	sum := kernels.LossGradient(s, s, t, kernels.CrammerSinger{Margin: 1}, nil)
	fmt.Printf("%.1f %v\n", sum, s.Row(2))
	// Output: 9.5 [0 1 -1]
}

func ExampleSquaredNorm() {
	fmt.Println(kernels.SquaredNorm(kernels.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{3, -4, 0}}))
	// Output: 25
}

func ExampleL1Norm() {
	fmt.Println(kernels.L1Norm(kernels.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{3, -4, 0}}))
	// Output: 7
}

var points = kernels.Matrix{Rows: 3, Cols: 2, Stride: 2, Data: []float32{
	0, 0,
	3, 4,
	1, 1,
}}

func ExampleNearest() {
	best := make([]kernels.Neighbour, 2)
	n := kernels.Nearest(best, []float32{1, 2}, points, kernels.L2)
	fmt.Println(best[:n])
	// Output: [{2 1} {0 5}]
}

func ExampleNearest_bytes() {
	base := kernels.Dense[uint8]{Rows: 3, Cols: 2, Stride: 2, Data: []uint8{0, 0, 200, 10, 255, 0}}
	neighbours := make([]kernels.Neighbour, 2)
	n := kernels.Nearest(neighbours, []uint8{250, 0}, base, kernels.L2)
	fmt.Println(neighbours[:n])
	// Output: [{2 25} {1 2600}]
}

func ExampleNearestRows() {
	queries := kernels.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{
		1, 2,
		3, 3,
	}}
	best, count := make([]kernels.Neighbour, 2), make([]int, 2)
	kernels.NearestRows(best, count, queries, points, 1, kernels.L1, nil)
	fmt.Println(best, count)
	// Output: [{2 1} {1 1}] [1 1]
}

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
