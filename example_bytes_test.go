package argmax_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

// Three images of four pixels and one to compare with them.
func ExampleSqDistBytesRows() {
	images := []uint8{
		255, 0, 0, 255,
		250, 10, 5, 240,
		0, 255, 255, 0,
	}
	distances := make([]int64, 3)
	argmax.SqDistBytesRows(distances, []uint8{255, 10, 0, 245}, argmax.Strided[uint8]{Data: images, Stride: 4})
	fmt.Println(distances)
	// Output: [200 75 250100]
}

func ExampleDotBytes() {
	fmt.Println(argmax.DotBytes([]uint8{255, 255}, []uint8{255, 1}))
	// Output: 65280
}

func ExampleL1DistBytesRowsAt() {
	images := []uint8{
		1, 2,
		3, 4,
		5, 6,
	}
	distances := make([]int64, 2)
	argmax.L1DistBytesRowsAt(distances, []uint8{5, 5}, argmax.Strided[uint8]{Data: images, Stride: 2}, []int{2, 0})
	fmt.Println(distances)
	// Output: [1 7]
}

func ExampleSqDistBytes() {
	fmt.Println(argmax.SqDistBytes([]uint8{255, 3}, []uint8{0, 1}))
	// Output: 65029
}

func ExampleL1DistBytes() {
	fmt.Println(argmax.L1DistBytes([]uint8{255, 3}, []uint8{0, 1}))
	// Output: 257
}

func ExampleDotBytesRows() {
	images := []uint8{
		1, 2,
		3, 4,
	}
	products := make([]int64, 2)
	argmax.DotBytesRows(products, []uint8{10, 1}, argmax.Strided[uint8]{Data: images, Stride: 2})
	fmt.Println(products)
	// Output: [12 34]
}

func ExampleL1DistBytesRows() {
	images := []uint8{
		1, 2,
		3, 4,
	}
	distances := make([]int64, 2)
	argmax.L1DistBytesRows(distances, []uint8{2, 2}, argmax.Strided[uint8]{Data: images, Stride: 2})
	fmt.Println(distances)
	// Output: [1 3]
}

func ExampleDotBytesRowsAt() {
	images := []uint8{
		1, 2,
		3, 4,
	}
	products := make([]int64, 3)
	argmax.DotBytesRowsAt(products, []uint8{10, 1}, argmax.Strided[uint8]{Data: images, Stride: 2}, []int{1, 0, 1})
	fmt.Println(products)
	// Output: [34 12 34]
}

func ExampleSqDistBytesRowsAt() {
	images := []uint8{
		1, 2,
		3, 4,
	}
	distances := make([]int64, 1)
	argmax.SqDistBytesRowsAt(distances, []uint8{2, 2}, argmax.Strided[uint8]{Data: images, Stride: 2}, []int{1})
	fmt.Println(distances)
	// Output: [5]
}

// Two queries and three images of four pixels.
func ExampleByteTile() {
	queries := argmax.Strided[uint8]{Data: []uint8{1, 2, 3, 4, 0, 0, 0, 255}, Stride: 4}
	images := argmax.Strided[uint8]{Data: []uint8{
		1, 0, 0, 0,
		0, 0, 0, 2,
		9, 9, 9, 9,
	}, Stride: 4}
	tile := argmax.DotTile
	packed := make([]uint8, tile.PackedSize(2, 4))
	tile.Pack(packed, queries, 2, 4)
	products, stride := make([]int32, 3*tile.Padded(2)), tile.Padded(2)
	tile.Sums(products, stride, images, []int32{1, 2, 36}, packed, 3, 2, 4)
	for i := range 3 {
		fmt.Println(products[i*stride:][:2])
	}
	// Output:
	// [1 0]
	// [8 510]
	// [90 2295]
}

// Which inner products are at least 100? The excess is 100 − c.
func ExampleFindNear() {
	products := make([]int32, 16)
	copy(products, []int32{99, 100, -5, 1000})
	queries := make([]float32, 5*16)
	for j := range 16 {
		queries[j], queries[4*16+j] = 1, 100
	}
	positions := make([]int32, 16)
	n := argmax.FindNear(positions, products, 1, 16, []float32{-1, 0, 0, 0}, queries)
	fmt.Println(positions[:n])
	// Output: [1 3]
}
