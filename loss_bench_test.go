package argmax_test

import (
	"testing"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/workload"
)

// scoreRows are rows of scores, and where their losses and gradients go.
type scoreRows struct {
	rows, n      int
	scores, grad argmax.Strided[float32]
	losses       []float32
	labels       []int
	weights      []float32
}

// benchmarkLosses measures a function of rows of scores that the first caches hold.
func benchmarkLosses(b *testing.B, call func(s *scoreRows)) {
	for _, shape := range workload.Few(workload.Losses) {
		if shape.Elements() > 1<<14 {
			continue // for package kernels
		}
		// The scores are read, the results written.
		workload.Run(b, shape, workload.Work{Calls: 1, Bytes: 8 * shape.Elements()}, func() func() {
			matrix := func(data []float32) argmax.Strided[float32] {
				return argmax.Strided[float32]{Data: data, Stride: shape.Columns}
			}
			s := &scoreRows{
				rows: shape.Rows, n: shape.Columns,
				scores: matrix(workload.Signed(shape.Elements())), grad: matrix(make([]float32, shape.Elements())),
				losses: make([]float32, shape.Rows), labels: workload.Labels(shape.Rows, shape.Columns), weights: workload.Pixels(shape.Rows),
			}
			return func() { call(s) }
		})
	}
}

func BenchmarkSoftmax(b *testing.B) {
	benchmarkLosses(b, func(s *scoreRows) {
		if s.rows == 1 {
			argmax.Softmax(s.grad.Data, s.scores.Data)
			return
		}
		argmax.SoftmaxRows(s.grad, s.scores, s.rows, s.n)
	})
}

func BenchmarkLogSoftmax(b *testing.B) {
	benchmarkLosses(b, func(s *scoreRows) {
		if s.rows == 1 {
			argmax.LogSoftmax(s.grad.Data, s.scores.Data)
			return
		}
		argmax.LogSoftmaxRows(s.grad, s.scores, s.rows, s.n)
	})
}

func BenchmarkLogSumExp(b *testing.B) {
	benchmarkLosses(b, func(s *scoreRows) {
		if s.rows == 1 {
			argmax.LogSumExp(s.scores.Data)
			return
		}
		argmax.LogSumExpRows(s.losses, s.scores, s.n)
	})
}

func BenchmarkCrossEntropy(b *testing.B) {
	benchmarkLosses(b, func(s *scoreRows) {
		if s.rows == 1 {
			argmax.CrossEntropy(s.grad.Data, s.scores.Data, s.labels[0], s.weights[0])
			return
		}
		argmax.CrossEntropyRows(s.losses, s.grad, s.scores, s.n, s.labels, s.weights)
	})
}

func BenchmarkHinge(b *testing.B) {
	benchmarkLosses(b, withMargin(argmax.Hinge, argmax.HingeRows))
}

func BenchmarkSquaredHinge(b *testing.B) {
	benchmarkLosses(b, withMargin(argmax.SquaredHinge, argmax.SquaredHingeRows))
}

func BenchmarkCrammerSinger(b *testing.B) {
	benchmarkLosses(b, withMargin(argmax.CrammerSinger, argmax.CrammerSingerRows))
}

func BenchmarkLogistic(b *testing.B) {
	benchmarkLosses(b, func(s *scoreRows) { argmax.LogisticRows(s.losses, s.grad, s.scores, s.n, s.labels, s.weights) })
}

// withMargin returns the call of a loss of margins, for a single row that of its own
// function.
func withMargin(row func(grad, scores []float32, label int, weight, margin float32) float32,
	rows func(losses []float32, grad, scores argmax.Strided[float32], n int, labels []int, weights []float32, margin float32)) func(s *scoreRows) {
	return func(s *scoreRows) {
		if s.rows == 1 {
			row(s.grad.Data, s.scores.Data, s.labels[0], s.weights[0], 1)
			return
		}
		rows(s.losses, s.grad, s.scores, s.n, s.labels, s.weights, 1)
	}
}
