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
	argmax.ScoreRows(scores, image, argmax.Strided[float32]{Data: weights, Stride: 4})
	argmax.Axpy(scores, bias, 1)
	fmt.Printf("%.2f, class %d\n", scores, argmax.ArgMax(scores))
	// Output: [-96.80 437.90 60.75], class 1
}

func ExampleScoreRowsAt() {
	dst := make([]float32, 3)
	argmax.ScoreRowsAt(dst, []float32{1, 1}, argmax.Strided[float32]{Data: points, Stride: 2}, []int{2, 0, 2})
	fmt.Println(dst)
	// Output: [14 0 14]
}

// Scores of 20 rows for 10 classes, in two pieces of 16 columns.
func ExampleScoreTiles() {
	const rows, classes, features = 20, 10, 32
	x, w := make([]float32, rows*features), make([]float32, classes*features)
	for i := range x {
		x[i] = 1
	}
	for i := range w {
		w[i] = float32(i / features)
	}
	bias, scores := make([]float32, classes), make([]float32, rows*classes)
	state := make([]float32, argmax.ScoreStateSize[float32](rows, classes, 16))
	dst := argmax.Strided[float32]{Data: scores, Stride: classes}
	piece := func(from int) (xs, ws argmax.Strided[float32]) {
		return argmax.Strided[float32]{Data: x[from:], Stride: features}, argmax.Strided[float32]{Data: w[from:], Stride: features}
	}
	xs, ws := piece(0)
	argmax.ScoreTiles(dst, state, xs, ws, bias, rows, classes, 16, argmax.Suspend)
	xs, ws = piece(16)
	argmax.ScoreTiles(dst, state, xs, ws, bias, rows, classes, 16, argmax.Resume)
	fmt.Println(scores[:3])
	// Output: [0 32 64]
}

func ExampleScoreTiles_bytes() {
	const rows, classes, features = 20, 10, 16
	images, weights := make([]uint8, rows*features), make([]float32, classes*features)
	images[0], weights[0], weights[features] = 200, 0.5, 2
	bias, scores := make([]float32, classes), make([]float32, rows*classes)
	state := make([]float32, argmax.ScoreStateSize[uint8](rows, classes, features))
	dst := argmax.Strided[float32]{Data: scores, Stride: classes}
	x := argmax.Strided[uint8]{Data: images, Stride: features}
	w := argmax.Strided[float32]{Data: weights, Stride: features}
	argmax.ScoreTiles(dst, state, x, w, bias, rows, classes, features, 0)
	fmt.Println(scores[:2])
	// Output: [100 400]
}

func ExampleScoreStateSize() {
	size := argmax.ScoreStateSize[float32](20, 10, 512)
	fmt.Println(size >= 20*10*16) // a block for each score, in whole tiles
	// Output: true
}

func ExampleScoreTileShape() {
	rows, classes := argmax.ScoreTileShape()
	fmt.Println(rows > 0, classes > 0)
	// Output: true true
}

// The product of a 2×3 and a 3×2 matrix; the first is stored transposed.
func ExampleGemmColumns() {
	a := argmax.Strided[float32]{Stride: 2, Data: []float32{
		1, 4,
		2, 5,
		3, 6,
	}}
	b := argmax.Strided[float32]{Stride: 2, Data: []float32{
		1, 0,
		0, 1,
		1, 1,
	}}
	c := argmax.Strided[float32]{Stride: 2, Data: make([]float32, 4)}
	argmax.GemmColumns(c, a, b, 2, 2, 3, 1, argmax.Overwrite)
	fmt.Println(c.Data)
	// Output: [4 5 10 11]
}

// A weighted sum of two images of 16 pixels.
func ExampleGemmColumns_bytes() {
	images := make([]uint8, 32)
	images[3], images[16+3] = 100, 200
	sum := make([]float32, 16)
	argmax.GemmColumns(argmax.Strided[float32]{Data: sum, Stride: 16},
		argmax.Strided[float32]{Data: []float32{0.5, 0.25}, Stride: 1},
		argmax.Strided[uint8]{Data: images, Stride: 16}, 1, 16, 2, 1, argmax.Overwrite)
	fmt.Println(sum[3])
	// Output: 100
}

func ExampleGemmRows() {
	a := argmax.Strided[float32]{Stride: 3, Data: []float32{
		1, 2, 3,
		4, 5, 6,
	}}
	b := argmax.Strided[float32]{Stride: 2, Data: []float32{
		1, 0,
		0, 1,
		1, 1,
	}}
	c := argmax.Strided[float32]{Stride: 2, Data: make([]float32, 4)}
	argmax.GemmRows(c, a, b, 2, 2, 3, 1, argmax.Overwrite)
	fmt.Println(c.Data)
	// Output: [4 5 10 11]
}

// TileShape is the shape that suits the registers; any smaller tile is allowed.
func ExampleTileShape() {
	rows, cols := argmax.TileShape()
	fmt.Println(rows > 0, cols >= 16)
	// Output: true true
}

func ExampleTranspose() {
	src := argmax.Strided[float32]{Stride: 3, Data: []float32{
		1, 2, 3,
		4, 5, 6,
	}}
	dst := argmax.Strided[float32]{Stride: 2, Data: make([]float32, 6)}
	argmax.Transpose(dst, src, 2, 3)
	fmt.Println(dst.Data)
	// Output: [1 4 2 5 3 6]
}
