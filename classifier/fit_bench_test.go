package classifier_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/internal/workload"
)

// Fits and neighbours on the embedded part of Fashion-MNIST, on one goroutine.

func images(b *testing.B) (train, test *dataset.Set) {
	b.Helper()
	train, test, err := fashion.Load()
	if err != nil {
		b.Fatal(err)
	}
	return train, test
}

// BenchmarkFit measures whole fits: one epoch of SGD, which includes the passes that
// scale the features and compute the objective of the model, and the minimum by LBFGS.
func BenchmarkFit(b *testing.B) {
	train, _ := images(b)
	for _, solver := range workload.Few([]classifier.Solver{classifier.SGD{Epochs: 1}, classifier.LBFGS{}}) {
		b.Run(fmt.Sprintf("isa=%v/solver=%T/rows=%d/features=%d", cpu.Active, solver, train.Len(), train.Features()), func(b *testing.B) {
			report := workload.CPUTime(b, 1)
			for b.Loop() {
				if _, _, err := solver.Fit(context.Background(), train, classifier.Objective{L2: 1e-3}, classifier.Options{Workers: 1}); err != nil {
					b.Fatal(err)
				}
			}
			report()
			b.ReportMetric(float64(train.Len()*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkKNN measures predictions by the nearest images, of one query and of many.
func BenchmarkKNN(b *testing.B) {
	train, test := images(b)
	for _, metric := range []classifier.Metric{classifier.L2, classifier.L1} {
		m, err := classifier.NewKNN(train, classifier.KNNConfig{K: 5, Metric: metric})
		if err != nil {
			b.Fatal(err)
		}
		for _, queries := range []int{1, test.Len()} {
			b.Run(fmt.Sprintf("isa=%v/metric=%v/queries=%d/rows=%d/features=%d", cpu.Active, metric, queries, train.Len(), train.Features()), func(b *testing.B) {
				dst, x := make([]int, queries), make([]float32, test.Features())
				test.Row(x, 0)
				report := workload.CPUTime(b, 1)
				for b.Loop() {
					if queries == 1 {
						m.Predict(x)
					} else if err := m.PredictAll(context.Background(), dst, test, 1); err != nil {
						b.Fatal(err)
					}
				}
				report()
				b.ReportMetric(float64(queries*b.N)/b.Elapsed().Seconds(), "queries/s")
			})
		}
	}
}
