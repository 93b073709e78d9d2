package argmax_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

// Rounding to nearest; ¹/₃ has no end in either format.
func ExampleToFloat16() {
	fmt.Println(argmax.ToFloat16(1.0/3).Float32(), argmax.ToFloat16(70000).Float32())
	// Output: 0.33325195 +Inf
}

func ExampleToBFloat16() {
	fmt.Println(argmax.ToBFloat16(1.0/3).Float32(), argmax.ToBFloat16(70000).Float32())
	// Output: 0.33398438 70144
}

func ExampleDotHalf() {
	stored := []argmax.Float16{argmax.ToFloat16(0.5), argmax.ToFloat16(2)}
	fmt.Println(argmax.DotHalf([]float32{1, 3}, stored))
	// Output: 6.5
}

// An embedding against three stored ones, at half the memory.
func ExampleScoreHalfRows() {
	var stored []argmax.BFloat16
	for _, v := range []float32{1, 0, 0.5, 0.5, -1, 2} {
		stored = append(stored, argmax.ToBFloat16(v))
	}
	scores := make([]float32, 3)
	argmax.ScoreHalfRows(scores, []float32{2, 4}, argmax.Strided[argmax.BFloat16]{Data: stored, Stride: 2})
	fmt.Println(scores)
	// Output: [2 3 6]
}
