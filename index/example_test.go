package index_test

import (
	"fmt"

	"github.com/seed842bec00/argmax/kernels"

	"github.com/seed842bec00/argmax/index"
)

func Example() {
	base := kernels.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{
		0, 0,
		3, 4,
		1, 1,
		0, 2,
	}}
	x := index.New(base, index.L2, index.Options{})

	queries := kernels.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{0, 1, 3, 3}}
	const k = 2
	neighbours, count := make([]index.Neighbour, k*queries.Rows), make([]int, queries.Rows)
	x.Search(neighbours, count, queries, k, nil)
	for i := range queries.Rows {
		fmt.Println(queries.Row(i), neighbours[i*k:][:count[i]])
	}

	// Output:
	// [0 1] [{0 1} {2 1}]
	// [3 3] [{1 1} {2 8}]
}

func ExampleSelection_Within() {
	base := kernels.Dense[uint8]{Rows: 4, Cols: 1, Stride: 1, Data: []uint8{10, 200, 12, 13}}
	x := index.New(base, index.L1, index.Options{})

	allowed := make(index.Bitmap, 1)
	allowed.Set(1)
	allowed.Set(2)
	allowed.Set(3)
	query := kernels.Dense[uint8]{Rows: 1, Cols: 1, Stride: 1, Data: []uint8{13}}
	count := make([]int, 1)
	neighbours, _ := x.Among(allowed).Within(nil, count, query, 3, nil)
	fmt.Println(neighbours, count)
	// Output: [{3 0} {2 1}] [2]
}
