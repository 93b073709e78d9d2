package argmax_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/workload"
)

// Each exported function has a benchmark on the shapes of classification. Of the operands
// of vector functions one stays the same, and the others alternate, in L1.
//
//	go test -run '^$' -bench 'Dot|SqDist' -count 10 . | go tool benchstat -
//
// Module bench measures the same shapes beside rivals, and short calls in chains, too.

// together is the number of vectors that alternate.
const together = 4

// vectors cuts x into vectors of length n.
func vectors[E any](x []E, n int) [][]E { return slices.Collect(slices.Chunk(x, n)) }

// length is the name of a benchmark on vectors.
func length(n int) string { return fmt.Sprintf("n=%d", n) }

// image is the length of an MNIST image.
var image = []int{784}

// benchmarkPairs measures a function of two vectors.
func benchmarkPairs[X, Y any](b *testing.B, lengths []int, flops int, x func(n int) []X, y func(n int) []Y, call func(x []X, y []Y)) {
	if testing.Short() {
		lengths = image
	}
	for _, n := range lengths {
		w := workload.Work{Calls: together, Flops: flops * n, Bytes: 2 * n} // counted only for bytes
		workload.Run(b, length(n), w, func() func() {
			x, ys := x(n), vectors(y(together*n), n)
			return func() {
				for _, y := range ys {
					call(x, y)
				}
			}
		})
	}
}

func BenchmarkDot(b *testing.B) {
	benchmarkPairs(b, workload.Lengths, 2, workload.Signed, workload.Pixels, func(x, y []float32) { argmax.Dot(x, y) })
}

func BenchmarkSqDist(b *testing.B) {
	benchmarkPairs(b, workload.Lengths, 3, workload.Signed, workload.Pixels, func(x, y []float32) { argmax.SqDist(x, y) })
}

func BenchmarkL1Dist(b *testing.B) {
	benchmarkPairs(b, workload.Lengths, 3, workload.Signed, workload.Pixels, func(x, y []float32) { argmax.L1Dist(x, y) })
}

func BenchmarkLInfDist(b *testing.B) {
	benchmarkPairs(b, image, 3, workload.Signed, workload.Pixels, func(x, y []float32) { argmax.LInfDist(x, y) })
}

func BenchmarkCosineDist(b *testing.B) {
	benchmarkPairs(b, image, 6, workload.Signed, workload.Pixels, func(x, y []float32) { argmax.CosineDist(x, y) })
}

func BenchmarkDotBytes(b *testing.B) {
	benchmarkPairs(b, workload.Lengths, 0, workload.Bytes, workload.Bytes, func(x, y []uint8) { argmax.DotBytes(x, y) })
}

func BenchmarkSqDistBytes(b *testing.B) {
	benchmarkPairs(b, image, 0, workload.Bytes, workload.Bytes, func(x, y []uint8) { argmax.SqDistBytes(x, y) })
}

func BenchmarkL1DistBytes(b *testing.B) {
	benchmarkPairs(b, image, 0, workload.Bytes, workload.Bytes, func(x, y []uint8) { argmax.L1DistBytes(x, y) })
}

func BenchmarkDotFloat16(b *testing.B) {
	benchmarkPairs(b, image, 2, workload.Signed, float16s, func(x []float32, y []argmax.Float16) { argmax.DotHalf(x, y) })
}

func BenchmarkDotBFloat16(b *testing.B) {
	benchmarkPairs(b, image, 2, workload.Signed, bfloat16s, func(x []float32, y []argmax.BFloat16) { argmax.DotHalf(x, y) })
}

func float16s(n int) []argmax.Float16   { return converted(n, argmax.ToFloat16) }
func bfloat16s(n int) []argmax.BFloat16 { return converted(n, argmax.ToBFloat16) }

func converted[E any](n int, to func(float32) E) []E {
	x := make([]E, n)
	for i, v := range workload.Pixels(n) {
		x[i] = to(v)
	}
	return x
}

// benchmarkVectors measures a function of one vector, which it may overwrite, or store
// its results in dst.
func benchmarkVectors[X any](b *testing.B, lengths []int, flops, size int, x func(n int) []X, call func(dst []float32, x []X)) {
	for _, n := range lengths {
		workload.Run(b, length(n), workload.Work{Calls: together, Flops: flops * n, Bytes: size * n}, func() func() {
			dst, xs := make([]float32, n), vectors(x(together*n), n)
			return func() {
				for _, x := range xs {
					call(dst, x)
				}
			}
		})
	}
}

func BenchmarkSum(b *testing.B) {
	benchmarkVectors(b, image, 1, 4, workload.Pixels, func(_, x []float32) { argmax.Sum(x) })
}

func BenchmarkMax(b *testing.B) {
	benchmarkVectors(b, image, 1, 4, workload.Pixels, func(_, x []float32) { argmax.Max(x) })
}

func BenchmarkArgMax(b *testing.B) {
	benchmarkVectors(b, workload.Few(workload.Largest), 1, 4, workload.Pixels, func(_, x []float32) { argmax.ArgMax(x) })
}

func BenchmarkScale(b *testing.B) { // by −1, which keeps the magnitudes
	benchmarkVectors(b, image, 1, 8, workload.Pixels, func(_, x []float32) { argmax.Scale(x, -1) })
}

func BenchmarkAxpy(b *testing.B) { // to one vector, as a gradient is accumulated
	benchmarkVectors(b, image, 2, 12, workload.Signed, func(y, x []float32) { argmax.Axpy(y, x, 0.5) })
}

func BenchmarkExp(b *testing.B) {
	benchmarkVectors(b, image, 0, 8, workload.Signed, argmax.Exp)
}

func BenchmarkLog(b *testing.B) {
	benchmarkVectors(b, image, 0, 8, workload.Pixels, argmax.Log)
}

func BenchmarkFromBytes(b *testing.B) {
	benchmarkVectors(b, image, 0, 5, workload.Bytes, argmax.FromBytes)
}
