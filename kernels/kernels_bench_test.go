package kernels_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/workload"
	. "github.com/seed842bec00/argmax/kernels"
)

// Benchmarks of matrices, on the caller's goroutine:
//
//	go test -run '^$' -bench Scores -count 10 ./kernels | go tool benchstat -col /from -
//
// Module bench measures the same shapes beside rivals.

func dense[E Element](rows, cols int, numbers func(n int) []E) Dense[E] {
	return Dense[E]{Rows: rows, Cols: cols, Stride: cols, Data: numbers(rows * cols)}
}

func BenchmarkScores(b *testing.B) {
	for _, s := range workload.Few(workload.Scores) {
		benchmarkScores(b, s, "float32", workload.Brightness)
		benchmarkScores(b, s, "uint8", workload.Bytes)
	}
}

func benchmarkScores[E Element](b *testing.B, s workload.Batch, from string, numbers func(n int) []E) {
	workload.Run(b, fmt.Sprintf("%v/from=%s", s, from), workload.Work{Calls: 1, Flops: 2 * s.MultiplyAdds()}, func() func() {
		x, w := dense(s.Rows, s.Features, numbers), NewWeights(dense(s.Classes, s.Features, workload.Signed), make([]float32, s.Classes))
		dst := NewMatrix(s.Rows, s.Classes)
		if s.Rows == 1 {
			return func() { Score(dst.Data, x.Data, w) }
		}
		return func() { Scores(dst, x, w, nil) }
	})
}

func BenchmarkGradient(b *testing.B) {
	for _, s := range workload.Few(workload.Gradients) {
		benchmarkGradient(b, s, "float32", workload.Brightness)
		benchmarkGradient(b, s, "uint8", workload.Bytes)
	}
}

func benchmarkGradient[E Element](b *testing.B, s workload.Batch, from string, numbers func(n int) []E) {
	workload.Run(b, fmt.Sprintf("%v/from=%s", s, from), workload.Work{Calls: 1, Flops: 2 * s.MultiplyAdds()}, func() func() {
		x, a := dense(s.Rows, s.Features, numbers), dense(s.Rows, s.Classes, workload.Signed)
		dst := NewMatrix(s.Classes, s.Features)
		return func() { Gradient(dst, a, x, nil) }
	})
}

// BenchmarkStep is a step of training a softmax classifier: the scores of a batch, the
// loss and its gradient, the gradient of the weights, and an update with momentum.
func BenchmarkStep(b *testing.B) {
	const rate, momentum, decay = 1e-9, 0.9, 1e-4 // which keep the weights finite
	for _, s := range workload.Few(workload.Gradients[:2]) {
		workload.Run(b, s, workload.Work{Calls: 1, Flops: 4 * s.MultiplyAdds()}, func() func() {
			x, w := dense(s.Rows, s.Features, workload.Bytes), dense(s.Classes, s.Features, workload.Signed)
			scores, gradient, speed := NewMatrix(s.Rows, s.Classes), NewMatrix(s.Classes, s.Features), NewMatrix(s.Classes, s.Features)
			bias := make([]float32, s.Classes)
			targets := Targets{Labels: workload.Labels(s.Rows, s.Classes), Scale: 1 / float32(s.Rows)}
			return func() {
				Scores(scores, x, NewWeights(w, bias), nil)
				LossGradient(scores, scores, targets, CrossEntropy{}, nil)
				Gradient(gradient, scores, x, nil)
				argmax.Momentum(w.Data, speed.Data, gradient.Data, rate, momentum, decay)
			}
		})
	}
}

func BenchmarkGemm(b *testing.B) {
	for _, n := range workload.Few(workload.Squares) {
		workload.Run(b, fmt.Sprintf("n=%d", n), workload.Work{Calls: 1, Flops: 2 * n * n * n}, func() func() {
			x, y, dst := dense(n, n, workload.Signed), dense(n, n, workload.Pixels), NewMatrix(n, n)
			return func() { Gemm(dst, x, y, NoTranspose, 1, 0, nil) }
		})
	}
}

func BenchmarkGemv(b *testing.B) {
	for _, s := range workload.Few(workload.Bases) {
		workload.Run(b, s, workload.Work{Calls: 1, Flops: 2 * s.Elements()}, func() func() {
			a, x, y := dense(s.Rows, s.Columns, workload.Signed), workload.Pixels(s.Columns), make([]float32, s.Rows)
			return func() { Gemv(y, a, x, 1, 0, nil) }
		})
	}
}

func BenchmarkGemvTransposed(b *testing.B) {
	for _, s := range workload.Few(workload.Bases) {
		workload.Run(b, s, workload.Work{Calls: 1, Flops: 2 * s.Elements()}, func() func() {
			a, x, y := dense(s.Rows, s.Columns, workload.Signed), workload.Pixels(s.Rows), make([]float32, s.Columns)
			return func() { GemvTransposed(y, a, x, 1, 0, nil) }
		})
	}
}

// batches are rows of scores of batches and of data sets.
func batches() (shapes []workload.Shape) {
	for _, s := range workload.Losses {
		if s.Rows > 1 && s.Elements() < 1<<21 {
			shapes = append(shapes, s)
		}
	}
	return workload.Few(shapes)
}

func benchmarkRows(b *testing.B, call func(dst, scores Matrix, numbers []float32)) {
	for _, s := range batches() {
		workload.Run(b, s, workload.Work{Calls: 1, Bytes: 8 * s.Elements()}, func() func() {
			dst, scores, numbers := NewMatrix(s.Rows, s.Columns), dense(s.Rows, s.Columns, workload.Signed), make([]float32, s.Rows)
			return func() { call(dst, scores, numbers) }
		})
	}
}

func BenchmarkSoftmax(b *testing.B) {
	benchmarkRows(b, func(dst, scores Matrix, _ []float32) { Softmax(dst, scores, nil) })
}

func BenchmarkLogSoftmax(b *testing.B) {
	benchmarkRows(b, func(dst, scores Matrix, _ []float32) { LogSoftmax(dst, scores, nil) })
}

func BenchmarkLogSumExp(b *testing.B) {
	benchmarkRows(b, func(_, scores Matrix, numbers []float32) { LogSumExp(numbers, scores, nil) })
}

func BenchmarkLossGradient(b *testing.B) {
	for _, l := range []struct {
		name string
		loss Loss
	}{
		{"CrossEntropy", CrossEntropy{}}, {"WestonWatkins", WestonWatkins{Margin: 1}}, {"CrammerSinger", CrammerSinger{Margin: 1}},
		{"SquaredWestonWatkins", SquaredWestonWatkins{Margin: 1}},
	} {
		for _, s := range batches() {
			workload.Run(b, fmt.Sprintf("loss=%s/%v", l.name, s), workload.Work{Calls: 1, Bytes: 8 * s.Elements()}, func() func() {
				gradient, scores := NewMatrix(s.Rows, s.Columns), dense(s.Rows, s.Columns, workload.Signed)
				targets := Targets{Labels: workload.Labels(s.Rows, s.Columns), Scale: 1 / float32(s.Rows)}
				return func() { LossGradient(gradient, scores, targets, l.loss, nil) }
			})
		}
	}
}

// BenchmarkTopK keeps the smallest of a stream. Two streams alternate, so that branch
// prediction cannot learn them.
func BenchmarkTopK(b *testing.B) {
	for _, k := range workload.Few(workload.Best) {
		workload.Run(b, fmt.Sprintf("n=%d/k=%d", workload.Stream, k), workload.Work{Calls: 2, Bytes: 4 * workload.Stream}, func() func() {
			r := rand.New(rand.NewPCG(4, 5))
			var streams [2][]float32
			for i := range streams {
				streams[i] = random(r, 1, workload.Stream).Data
			}
			best, dst := NewTopK[float32](k, Smallest), make([]int, k)
			return func() {
				for _, x := range streams {
					best.Reset()
					best.Push(0, x)
					best.Best(dst, nil)
				}
			}
		})
	}
}

func BenchmarkArgTopK(b *testing.B) { // the best of the scores of a row
	for _, n := range workload.Few([]int{workload.Classes, 1000}) {
		workload.Run(b, fmt.Sprintf("n=%d/k=5", n), workload.Work{Calls: 1, Bytes: 4 * n}, func() func() {
			x, dst := workload.Pixels(n), make([]int, 5)
			return func() { ArgTopK(dst, x) }
		})
	}
}

// BenchmarkNearest compares a query with each row of a training set.
func BenchmarkNearest(b *testing.B) {
	for _, metric := range []Metric{L2, L1, InnerProduct} {
		benchmarkNearest(b, metric, "float32", workload.Pixels)
		benchmarkNearest(b, metric, "uint8", workload.Bytes)
	}
}

func benchmarkNearest[E Element](b *testing.B, metric Metric, from string, numbers func(n int) []E) {
	const k = 10
	s := workload.Shape{Rows: 10_000, Columns: 784}
	size := map[string]int{"float32": 4, "uint8": 1}[from]
	workload.Run(b, fmt.Sprintf("metric=%v/%v/k=%d/from=%s", metric, s, k, from), workload.Work{Calls: 1, Bytes: size * s.Elements()}, func() func() {
		base, q, dst := dense(s.Rows, s.Columns, numbers), numbers(s.Columns), make([]Neighbour, k)
		return func() { Nearest(dst, q, base, metric) }
	})
}

// BenchmarkNearestRows shares passes over the base.
func BenchmarkNearestRows(b *testing.B) {
	const k, queries = 10, 64
	s := workload.Shape{Rows: 10_000, Columns: 784}
	for _, metric := range []Metric{L2, L1} {
		workload.Run(b, fmt.Sprintf("metric=%v/queries=%d/%v/k=%d", metric, queries, s, k), workload.Work{Calls: 1, Bytes: queries * s.Elements()}, func() func() {
			base, q := dense(s.Rows, s.Columns, workload.Bytes), dense(queries, s.Columns, workload.Bytes)
			dst, count := make([]Neighbour, queries*k), make([]int, queries)
			return func() { NearestRows(dst, count, q, base, k, metric, nil) }
		})
	}
}
