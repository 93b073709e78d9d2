package argmax_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

func ExampleSqDist() {
	fmt.Println(argmax.SqDist([]float32{1, 2, 3}, []float32{4, 6, 3}))
	// Output: 25
}

// The nearest of three points.
func ExampleSqDistRows() {
	base := []float32{
		0, 0,
		3, 4,
		1, 1,
	}
	distances := make([]float32, 3)
	argmax.SqDistRows(distances, []float32{1, 2}, argmax.Strided[float32]{Data: base, Stride: 2})
	fmt.Println(distances)
	// Output: [5 8 1]
}

// The distances of two queries from three points, a row for each query.
func ExampleSqDistMatrix() {
	queries := argmax.Strided[float32]{Data: []float32{0, 0, 6, 8}, Stride: 2}
	dst := argmax.Strided[float32]{Data: make([]float32, 2*3), Stride: 3}
	argmax.SqDistMatrix(dst, queries, argmax.Strided[float32]{Data: points, Stride: 2}, 2, 3, 2)
	fmt.Println(dst.Data)
	// Output: [0 25 100 100 25 0]
}

func ExampleL1DistMatrix() {
	queries := argmax.Strided[float32]{Data: []float32{0, 0, 6, 8}, Stride: 2}
	dst := argmax.Strided[float32]{Data: make([]float32, 2*3), Stride: 3}
	argmax.L1DistMatrix(dst, queries, argmax.Strided[float32]{Data: points, Stride: 2}, 2, 3, 2)
	fmt.Println(dst.Data)
	// Output: [0 7 14 14 7 0]
}

func ExampleLInfDistMatrix() {
	queries := argmax.Strided[float32]{Data: []float32{0, 0, 6, 8}, Stride: 2}
	dst := argmax.Strided[float32]{Data: make([]float32, 2*3), Stride: 3}
	argmax.LInfDistMatrix(dst, queries, argmax.Strided[float32]{Data: points, Stride: 2}, 2, 3, 2)
	fmt.Println(dst.Data)
	// Output: [0 4 8 8 4 0]
}

func ExampleL1Dist() {
	fmt.Println(argmax.L1Dist([]float32{1, 2, 3}, []float32{4, 6, 3}))
	// Output: 7
}

func ExampleL1DistRows() {
	base := []float32{
		0, 0,
		3, 4,
		1, 1,
	}
	distances := make([]float32, 3)
	argmax.L1DistRows(distances, []float32{1, 2}, argmax.Strided[float32]{Data: base, Stride: 2})
	fmt.Println(distances)
	// Output: [3 4 1]
}

var (
	points = []float32{
		0, 0,
		3, 4,
		6, 8,
	}
	origin = []float32{0, 0}
)

// The exact distances of candidates that a faster search has found.
func ExampleSqDistRowsAt() {
	candidates := []int{2, 1}
	dst := make([]float32, len(candidates))
	argmax.SqDistRowsAt(dst, origin, argmax.Strided[float32]{Data: points, Stride: 2}, candidates)
	fmt.Println(dst)
	// Output: [100 25]
}

func ExampleL1DistRowsAt() {
	dst := make([]float32, 2)
	argmax.L1DistRowsAt(dst, origin, argmax.Strided[float32]{Data: points, Stride: 2}, []int{2, 1})
	fmt.Println(dst)
	// Output: [14 7]
}

func ExampleLInfDist() {
	fmt.Println(argmax.LInfDist([]float32{1, 2, 3}, []float32{4, 0, 3}))
	// Output: 3
}

func ExampleLInfDistRows() {
	base := []float32{
		1, 2,
		4, 8,
	}
	dst := make([]float32, 2)
	argmax.LInfDistRows(dst, []float32{1, 1}, argmax.Strided[float32]{Data: base, Stride: 2})
	fmt.Println(dst)
	// Output: [1 7]
}

func ExampleLInfDistRowsAt() {
	dst := make([]float32, 2)
	argmax.LInfDistRowsAt(dst, origin, argmax.Strided[float32]{Data: points, Stride: 2}, []int{2, 1})
	fmt.Println(dst)
	// Output: [8 4]
}

func ExampleCosineDist() {
	fmt.Println(argmax.CosineDist([]float32{1, 0}, []float32{3, 4}))
	// Output: 0.4
}

// The distances of an embedding from three others. Only directions matter.
func ExampleCosineRows() {
	base := []float32{
		10, 0,
		0, 0.1,
		-7, 0,
	}
	dst := make([]float32, 3)
	argmax.CosineRows(dst, []float32{1, 0}, argmax.Strided[float32]{Data: base, Stride: 2})
	fmt.Println(dst)
	// Output: [0 1 2]
}

func ExampleCosineRowsAt() {
	dst := make([]float32, 2)
	argmax.CosineRowsAt(dst, []float32{1, 0}, argmax.Strided[float32]{Data: points, Stride: 2}, []int{1, 0})
	fmt.Println(dst)
	// Output: [0.4 1]
}
