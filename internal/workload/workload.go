// Package workload holds the shapes and the numbers that benchmarks share. The packages
// of the library measure themselves on some of them; the module bench measures all of
// them, beside rivals.
package workload

import (
	"fmt"
	"math/rand/v2"
)

// Lengths are those of embeddings and of MNIST and CIFAR-10 images.
var Lengths = []int{128, 784, 3072}

// Short are those of points, of one block of lanes, and of other embeddings: what a call
// costs beside its arithmetic.
var Short = []int{2, 16, 64, 96, 256}

// Classes is the number of classes of MNIST and CIFAR-10.
const Classes = 10

// Shape is that of a matrix.
type Shape struct{ Rows, Columns int }

func (s Shape) String() string { return fmt.Sprintf("rows=%d/n=%d", s.Rows, s.Columns) }

// Elements returns the number of elements.
func (s Shape) Elements() int { return s.Rows * s.Columns }

var (
	// Weights are one row of weights for each class.
	Weights = []Shape{{Classes, 784}, {Classes, 3072}}
	// Bases are one row for each of 100 classes, and a training set.
	Bases = []Shape{{100, 784}, {60_000, 784}}
	// Losses are rows of scores.
	Losses = []Shape{{1, 10}, {256, 10}, {10000, 10}, {1, 1000}, {1024, 1000}, {64, 50000}}
)

// Batch is the shape of rows that are scored for classes.
type Batch struct{ Rows, Features, Classes int }

func (s Batch) String() string {
	return fmt.Sprintf("rows=%d/features=%d/classes=%d", s.Rows, s.Features, s.Classes)
}

// MultiplyAdds returns the number of multiply-adds of the scores, or of the gradient.
func (s Batch) MultiplyAdds() int { return s.Rows * s.Features * s.Classes }

var (
	// Scores are one image and many. Those of 1000 and 4096 classes are too many for the
	// row form; the last one scores queries (the classes) against a large base.
	Scores = []Batch{
		{1, 784, Classes}, {1, 3072, Classes}, {16, 3072, Classes}, {256, 784, Classes}, {256, 3072, Classes},
		{10000, 3072, Classes}, {64, 2048, 1000}, {16, 3072, 4096}, {4096, 3072, 16},
	}
	Gradients = []Batch{{256, 784, Classes}, {256, 3072, Classes}, {64, 2048, 1000}}
)

// Squares are the sizes of products of square matrices, from less than a tile to several
// megabytes.
var Squares = []int{8, 16, 32, 64, 128, 256, 512, 1024, 2048}

// Updates are numbers of weights: those of ten classes of MNIST and of CIFAR-10 images,
// and many.
var Updates = []int{784 * Classes, 3072 * Classes, 1e6}

// Largest are numbers of scores whose largest is wanted.
var Largest = []int{Classes, 1000, 16384}

// Stream is a number of distances, and Best are numbers of the smallest that are wanted.
const Stream = 1_000_000

var Best = []int{1, 10, 100, 1000}

// Pixels returns n numbers from [0, 1), the same ones for the same n. They repeat after
// 65,536.
func Pixels(n int) []float32 {
	const period = 1 << 16
	random := rand.New(rand.NewPCG(3, uint64(n)))
	x := make([]float32, n)
	filled := min(n, period)
	for i := range filled {
		x[i] = random.Float32()
	}
	for ; filled < n; filled *= 2 {
		copy(x[filled:], x[:filled])
	}
	return x
}

// Brightness returns n integers from 0 to 255.
func Brightness(n int) []float32 {
	x := Pixels(n)
	for i, v := range x {
		x[i] = float32(uint8(256 * v))
	}
	return x
}

// Bytes returns the numbers of Brightness as bytes.
func Bytes(n int) []uint8 {
	x := make([]uint8, n)
	for i, v := range Brightness(n) {
		x[i] = uint8(v)
	}
	return x
}

// Signed returns n numbers from [−1, 1).
func Signed(n int) []float32 {
	w := Pixels(n)
	for i, v := range w {
		w[i] = 2*v - 1
	}
	return w
}

// Labels returns a class for each of n rows, without a pattern.
func Labels(n, classes int) []int {
	labels := make([]int, n)
	for i := range labels {
		labels[i] = int(uint32(i) * 2654435761 >> 8 % uint32(classes))
	}
	return labels
}
