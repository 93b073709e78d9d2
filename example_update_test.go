package argmax_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

func ExampleSoftThreshold() {
	w := []float32{3, -0.25, 0.5, -2}
	argmax.SoftThreshold(w, 0.5)
	fmt.Println(w)
	// Output: [2.5 0 0 -1.5]
}

func ExampleSGD() {
	w, gradient := []float32{1, -2}, []float32{0.5, 0.25}
	argmax.SGD(w, gradient, 0.5, 0)
	fmt.Println(w)
	// Output: [0.75 -2.125]
}

// The gradient of w²/2 is w: a ball that rolls into a valley, through it and back.
func ExampleMomentum() {
	w, v := []float32{1}, []float32{0}
	for range 4 {
		argmax.Momentum(w, v, []float32{w[0]}, 0.5, 0.5, 0)
		fmt.Println(w[0])
	}
	// Output:
	// 0.5
	// 0
	// -0.25
	// -0.25
}

func ExampleNesterov() {
	w, v := []float32{1}, []float32{0}
	for range 3 {
		argmax.Nesterov(w, v, []float32{w[0]}, 0.5, 0.5, 0)
		fmt.Println(w[0])
	}
	// Output:
	// 0.25
	// -0.0625
	// -0.109375
}

func ExampleAdam() {
	w, m, v := []float32{1, 1}, make([]float32, 2), make([]float32, 2)
	for t := 1; t <= 3; t++ {
		gradient := []float32{w[0], 1000 * w[1]} // scale does not matter
		argmax.Adam(w, m, v, gradient, argmax.NewAdamStep(t, 0.001, 0.9, 0.999, 1e-8, 0))
	}
	fmt.Printf("%.4f\n", w)
	// Output: [0.9970 0.9970]
}

// The first step has the length of the rate, whatever the gradient.
func ExampleNewAdamStep() {
	w, m, v := []float32{1, 1}, make([]float32, 2), make([]float32, 2)
	step := argmax.NewAdamStep(1, 0.125, 0.9, 0.999, 1e-8, 0)
	argmax.Adam(w, m, v, []float32{1000, -0.001}, step)
	fmt.Printf("%.3f\n", w)
	// Output: [0.875 1.125]
}
