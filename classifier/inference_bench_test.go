package classifier_test

import (
	"math"
	"testing"
	"time"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// A single prediction and the bare kernel, in turns of some 50 µs: ns/op is the least
// time of a prediction, x/kernel its ratio to that of the kernel.
func BenchmarkSinglePrediction(b *testing.B) {
	w, x, s := kernels.NewMatrix(10, 784), make([]float32, 784), make([]float32, 10)
	pixels := make([]uint8, len(x))
	for i := range w.Data {
		w.Data[i] = float32(i%13) - 6
	}
	for i := range x {
		x[i], pixels[i] = float32(i%7), uint8(i%7)
	}
	m, err := classifier.NewLinear(w, make([]float32, 10), classifier.Info{Classes: make([]string, 10)})
	if err != nil {
		b.Fatal(err)
	}
	rows := argmax.Strided[float32]{Data: w.Data, Stride: w.Stride}
	kernel := func() { argmax.ScoreRows(s, x, rows) }
	top := make([]classifier.Ranked, 3)
	for _, contest := range []struct {
		name string
		call func()
	}{
		{"predict", func() { m.Predict(x) }},
		{"scores", func() { m.Scores(s, x) }},
		{"top3", func() { m.TopK(top, x) }},
		{"decide", func() { _, _ = m.Decide(x, classifier.Confidence{Margin: 1}) }},
		{"bytes", func() { m.Bytes().Predict(pixels) }},
	} {
		b.Run(contest.name, func(b *testing.B) {
			turn := func(call func()) float64 {
				const calls = 200
				start := time.Now()
				for range calls {
					call()
				}
				return float64(time.Since(start).Nanoseconds()) / calls
			}
			least, bare := math.Inf(1), math.Inf(1)
			for b.Loop() {
				least, bare = min(least, turn(contest.call)), min(bare, turn(kernel))
			}
			b.ReportMetric(least, "ns/op")
			b.ReportMetric(least/bare, "x/kernel")
		})
	}
}
