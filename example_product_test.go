package argmax_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

// An image of four pixels and a linear classifier of three classes.
func ExampleScoreRows() {
	image := []float32{56, 231, 24, 2}
	weights := []float32{
		0.2, -0.5, 0.1, 2.0, // cat
		1.5, 1.3, 2.1, 0.0, // dog
		0.0, 0.25, 0.2, -0.3, // ship
	}
	bias := []float32{1.1, 3.2, -1.2}

	scores := make([]float32, 3)
	argmax.ScoreRows(scores, image, weights, 4)
	argmax.Axpy(1, bias, scores)
	fmt.Printf("%.2f, class %d\n", scores, argmax.ArgMax(scores))
	// Output: [-96.80 437.90 60.75], class 1
}

func ExampleScoreRowsAt() {
	dst := make([]float32, 3)
	argmax.ScoreRowsAt(dst, []float32{1, 1}, points, 2, []int{2, 0, 2})
	fmt.Println(dst)
	// Output: [14 0 14]
}

// One tile of scores, in two pieces of the columns.
func ExampleScoreTile() {
	rows, classes := argmax.ScoreTileShape()
	const features = 32
	x, w := make([]float32, rows*features), make([]float32, classes*features)
	for i := range x {
		x[i] = 1
	}
	for i := range w {
		w[i] = float32(i / features)
	}
	bias, scores := make([]float32, classes), make([]float32, rows*classes)
	state := make([]float32, rows*classes*16)
	argmax.ScoreTile(16, x, features, w, features, state, bias, scores, classes, false, true, false)
	argmax.ScoreTile(16, x[16:], features, w[16:], features, state, bias, scores, classes, true, false, false)
	fmt.Println(scores[:2])
	// Output: [0 32]
}

func ExampleScoreTileBytes() {
	rows, classes := argmax.ScoreTileShape()
	const features = 16
	x, w := make([]uint8, rows*features), make([]float32, classes*features)
	x[0], w[0], w[features] = 200, 0.5, 2
	bias, scores := make([]float32, classes), make([]float32, rows*classes)
	argmax.ScoreTileBytes(features, x, features, w, features, nil, bias, scores, classes, false, false, false)
	fmt.Println(scores[:2])
	// Output: [100 400]
}

func ExampleScoreTileShape() {
	rows, classes := argmax.ScoreTileShape()
	fmt.Println(rows > 0, classes > 0)
	// Output: true true
}

// A product of 2×3 and 3×2, of which the left is stored transposed.
func ExampleGemmColumns() {
	a := []float32{
		1, 4,
		2, 5,
		3, 6,
	}
	b := []float32{
		1, 0,
		0, 1,
		1, 1,
	}
	c := make([]float32, 4)
	argmax.GemmColumns(3, 1, a, 2, b, 2, c, 2, 2, 2, false)
	fmt.Println(c)
	// Output: [4 5 10 11]
}

func ExampleGemmRows() {
	a := []float32{
		1, 2, 3,
		4, 5, 6,
	}
	b := []float32{
		1, 0,
		0, 1,
		1, 1,
	}
	c := make([]float32, 4)
	argmax.GemmRows(3, 1, a, 3, b, 2, c, 2, 2, 2, false)
	fmt.Println(c)
	// Output: [4 5 10 11]
}

// Two images of 16 pixels, weighed.
func ExampleGemmColumnsBytes() {
	images := make([]uint8, 32)
	images[3], images[16+3] = 100, 200
	sum := make([]float32, 16)
	argmax.GemmColumnsBytes(2, 1, []float32{0.5, 0.25}, 1, images, 16, sum, 16, 1, 16, false)
	fmt.Println(sum[3])
	// Output: 100
}

// TileShape is what suits the registers; any smaller tile is as good.
func ExampleTileShape() {
	rows, cols := argmax.TileShape()
	fmt.Println(rows > 0, cols >= 16)
	// Output: true true
}
