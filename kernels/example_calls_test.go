package kernels_test

import (
	"errors"
	"fmt"

	"github.com/seed842bec00/argmax/kernels"
)

func ExampleGemv() {
	a := kernels.Matrix{Rows: 2, Cols: 3, Stride: 3, Data: []float32{
		1, 2, 3,
		4, 5, 6,
	}}
	y := []float32{10, 20}
	kernels.Gemv(y, a, []float32{1, 0, 1}, 1, 1, nil)
	fmt.Println(y)
	// Output: [14 30]
}

func ExampleGemvTransposed() {
	a := kernels.Matrix{Rows: 2, Cols: 3, Stride: 3, Data: []float32{
		1, 2, 3,
		4, 5, 6,
	}}
	y := make([]float32, 3)
	kernels.GemvTransposed(y, a, []float32{1, 1}, 2, 0, nil)
	fmt.Println(y)
	// Output: [10 14 18]
}

// The candidates are rows of a larger base, with indices of their own.
func ExampleTopK_PushAt() {
	nearest := kernels.NewTopK[float32](2, kernels.Smallest)
	nearest.PushAt([]int{7, 40, 1000}, []float32{0.5, 2, 0.25})

	rows := make([]int, 2)
	n := nearest.Best(rows, nil)
	fmt.Println(rows[:n])
	// Output: [1000 7]
}

// A panic on another goroutine reaches the caller, who may recover it.
func ExamplePanicError() {
	defer func() {
		var panicked *kernels.PanicError
		if err, ok := recover().(error); ok && errors.As(err, &panicked) {
			fmt.Println("recovered:", panicked.Value)
		}
	}()
	pool := kernels.NewPool(2)
	pool.Split(100, 1, func(lo, hi int) { panic("no such row") })
	// Output: recovered: no such row
}
