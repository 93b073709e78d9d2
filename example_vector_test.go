package argmax_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

func ExampleDot() {
	fmt.Println(argmax.Dot([]float32{1, 2, 3}, []float32{4, 5, 6}))
	// Output: 32
}

func ExampleSum() {
	fmt.Println(argmax.Sum([]float32{1, 2, 3}))
	// Output: 6
}

func ExampleSumSquares() {
	fmt.Println(argmax.SumSquares([]float32{3, -4}))
	// Output: 25
}

func ExampleSumAbs() {
	fmt.Println(argmax.SumAbs([]float32{3, -4}))
	// Output: 7
}

func ExampleMax() {
	fmt.Println(argmax.Max([]float32{1, 3, 2}))
	// Output: 3
}

func ExampleAxpy() {
	y := []float32{1, 2, 3}
	argmax.Axpy(y, []float32{1, 1, 0}, 10)
	fmt.Println(y)
	// Output: [11 12 3]
}

func ExampleScale() {
	x := []float32{1, 2, 3}
	argmax.Scale(x, 0.5)
	fmt.Println(x)
	// Output: [0.5 1 1.5]
}

func ExampleFromBytes() {
	pixels, x := []uint8{0, 128, 255}, make([]float32, 3)
	argmax.FromBytes(x, pixels)
	fmt.Println(x)
	// Output: [0 128 255]
}
