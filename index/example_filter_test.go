package index_test

import (
	"fmt"

	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// The nearest row with an even number.
func ExamplePredicate() {
	base := kernels.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{0, 1, 2, 3}}
	x := index.New(base, index.L2, index.Options{})

	neighbours, count := make([]index.Neighbour, 1), make([]int, 1)
	query := kernels.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{3}}
	even := index.Predicate(func(row int) bool { return row%2 == 0 })
	x.Among(even).Search(neighbours, count, query, 1, nil)
	fmt.Println(neighbours)
	// Output: [{2 1}]
}

// The nearest of rows 0 and 1.
func ExampleList() {
	base := kernels.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{0, 1, 2, 3}}
	x := index.New(base, index.L2, index.Options{})

	neighbours, count := make([]index.Neighbour, 1), make([]int, 1)
	query := kernels.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{3}}
	x.Among(index.List{0, 1}).Search(neighbours, count, query, 1, nil)
	fmt.Println(neighbours)
	// Output: [{1 4}]
}
