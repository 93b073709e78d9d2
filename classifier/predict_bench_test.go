package classifier_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/workload"
	"github.com/seed842bec00/argmax/kernels"
)

// Predictions of images of MNIST and CIFAR-10 by a linear model, of one row and of many,
// from float32 and from bytes, on one goroutine:
//
//	go test -run '^$' -bench Predict -benchmem -count 10 ./classifier | go tool benchstat -

// predictions are the shapes of one row and of a batch.
func predictions() (shapes []workload.Batch) {
	for _, s := range workload.Scores {
		if s.Classes == workload.Classes && (s.Rows == 1 || s.Rows == 256) {
			shapes = append(shapes, s)
		}
	}
	return workload.Few(shapes)
}

func linear(b *testing.B, s workload.Batch) *classifier.Linear {
	b.Helper()
	w := kernels.Matrix{Rows: s.Classes, Cols: s.Features, Stride: s.Features, Data: workload.Signed(s.Classes * s.Features)}
	for i := range w.Data {
		w.Data[i] /= float32(255 * s.Features) // scores of about 1
	}
	m, err := classifier.NewLinear(w, make([]float32, s.Classes), classifier.Info{Classes: make([]string, s.Classes), Link: loss.SoftmaxLink})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// benchmarkOne measures a function of one row, one of 16 after the other.
func benchmarkOne[E kernels.Element](b *testing.B, s workload.Batch, from string, numbers func(n int) []E, call func(m *classifier.Linear) func(x []E)) {
	const rows = 16
	w := workload.Work{Calls: rows, Flops: 2 * s.MultiplyAdds()}
	workload.Run(b, fmt.Sprintf("%v/from=%s", s, from), w, func() func() {
		one, data := call(linear(b, s)), numbers(rows*s.Features)
		return func() {
			for i := range rows {
				one(data[i*s.Features:][:s.Features])
			}
		}
	})
}

// benchmarkMany measures a function of all rows of a batch.
func benchmarkMany[E kernels.Element](b *testing.B, s workload.Batch, from string, numbers func(n int) []E, call func(m *classifier.Linear) func(rows classifier.Rows) error) {
	workload.Run(b, fmt.Sprintf("%v/from=%s", s, from), workload.Work{Calls: 1, Flops: 2 * s.MultiplyAdds()}, func() func() {
		many, rows := call(linear(b, s)), classifier.Batch[E]{Rows: s.Rows, Cols: s.Features, Stride: s.Features, Data: numbers(s.Rows * s.Features)}
		return func() {
			if err := many(rows); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPredict(b *testing.B) {
	for _, s := range predictions() {
		if s.Rows == 1 {
			benchmarkOne(b, s, "float32", workload.Brightness, func(m *classifier.Linear) func(x []float32) { return func(x []float32) { m.Predict(x) } })
			benchmarkOne(b, s, "uint8", workload.Bytes, func(m *classifier.Linear) func(x []uint8) {
				bytes := m.Bytes()
				return func(x []uint8) { bytes.Predict(x) }
			})
			continue
		}
		all := func(m *classifier.Linear) func(rows classifier.Rows) error {
			dst := make([]int, s.Rows)
			return func(rows classifier.Rows) error { return m.PredictAll(context.Background(), dst, rows, 1) }
		}
		benchmarkMany(b, s, "float32", workload.Brightness, all)
		benchmarkMany(b, s, "uint8", workload.Bytes, all)
	}
}

func BenchmarkProbabilities(b *testing.B) {
	for _, s := range predictions() {
		if s.Rows == 1 {
			benchmarkOne(b, s, "float32", workload.Brightness, func(m *classifier.Linear) func(x []float32) {
				dst := make([]float32, s.Classes)
				return func(x []float32) {
					if err := m.Probabilities(dst, x); err != nil {
						b.Fatal(err)
					}
				}
			})
			continue
		}
		benchmarkMany(b, s, "float32", workload.Brightness, func(m *classifier.Linear) func(rows classifier.Rows) error {
			dst := kernels.NewMatrix(s.Rows, s.Classes)
			return func(rows classifier.Rows) error { return m.ProbabilitiesAll(context.Background(), dst, rows, 1) }
		})
	}
}

func BenchmarkTopK(b *testing.B) {
	for _, s := range predictions() {
		if s.Rows == 1 {
			benchmarkOne(b, s, "float32", workload.Brightness, func(m *classifier.Linear) func(x []float32) {
				dst := make([]classifier.Ranked, 3)
				return func(x []float32) { m.TopK(dst, x) }
			})
			continue
		}
		benchmarkMany(b, s, "float32", workload.Brightness, func(m *classifier.Linear) func(rows classifier.Rows) error {
			const k = 3
			dst := make([]classifier.Ranked, s.Rows*k)
			return func(rows classifier.Rows) error { return m.TopKAll(context.Background(), dst, rows, k, 1) }
		})
	}
}
