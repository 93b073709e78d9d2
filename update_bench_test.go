package argmax_test

import (
	"testing"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/workload"
)

// benchmarkUpdates measures a step on weights w with a gradient g and up to two states,
// or a penalty of the weights. Its rate is so small that weights stay as they are.
func benchmarkUpdates(b *testing.B, flops int, call func(w, m, v, g []float32)) {
	for _, n := range workload.Few(workload.Updates) {
		workload.Run(b, length(n), workload.Work{Calls: 1, Flops: flops * n}, func() func() {
			w, m, v, g := workload.Signed(n), workload.Signed(n), workload.Pixels(n), workload.Signed(n)
			return func() { call(w, m, v, g) }
		})
	}
}

const rate, momentum, decay = 1e-4, 0.9, 1e-3

func BenchmarkSGD(b *testing.B) {
	benchmarkUpdates(b, 4, func(w, _, _, g []float32) { argmax.SGD(w, g, rate, decay) })
}

func BenchmarkMomentum(b *testing.B) {
	benchmarkUpdates(b, 6, func(w, v, _, g []float32) { argmax.Momentum(w, v, g, rate, momentum, decay) })
}

func BenchmarkNesterov(b *testing.B) {
	benchmarkUpdates(b, 8, func(w, v, _, g []float32) { argmax.Nesterov(w, v, g, rate, momentum, decay) })
}

func BenchmarkAdam(b *testing.B) {
	step := argmax.NewAdamStep(5, rate, 0.9, 0.999, 1e-8, decay)
	benchmarkUpdates(b, 14, func(w, m, v, g []float32) { argmax.Adam(w, m, v, g, step) })
}

func BenchmarkSoftThreshold(b *testing.B) {
	benchmarkUpdates(b, 1, func(w, _, _, _ []float32) { argmax.SoftThreshold(w, 0x1p-30) })
}

func BenchmarkSumSquares(b *testing.B) {
	benchmarkUpdates(b, 2, func(w, _, _, _ []float32) { argmax.SumSquares(w) })
}

func BenchmarkSumAbs(b *testing.B) {
	benchmarkUpdates(b, 1, func(w, _, _, _ []float32) { argmax.SumAbs(w) })
}
