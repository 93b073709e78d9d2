package index_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// Embeddings that were stored as bfloat16.
func ExampleNew_halves() {
	base := kernels.NewDense[argmax.BFloat16](3, 2)
	for i, v := range []float32{1, 0, 0.5, 0.5, 0, 1} {
		base.Data[i] = argmax.ToBFloat16(v)
	}
	x := index.New(base, index.Cosine, index.Options{})

	neighbours, count := make([]index.Neighbour, 2), make([]int, 1)
	x.Search(neighbours, count, base.Slice(2, 3), 2, nil)
	fmt.Println(neighbours[0].Row, neighbours[1].Row)
	// Output: 2 1
}

// Codes of 16 bits, compared bit by bit.
func ExampleNew_bits() {
	codes := kernels.Dense[uint8]{Rows: 3, Cols: 2, Stride: 2, Data: []uint8{0b1111_0000, 0, 0b0000_1111, 0, 0b1111_0001, 1}}
	x := index.New(codes, index.Hamming, index.Options{})

	query := kernels.Dense[uint8]{Rows: 1, Cols: 2, Stride: 2, Data: []uint8{0b1111_0000, 1}}
	neighbours, count := make([]index.Neighbour, 3), make([]int, 1)
	x.Search(neighbours, count, query, 3, nil)
	fmt.Println(neighbours)
	// Output: [{0 1} {2 1} {1 9}]
}
