package kernels

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/seed842bec00/argmax/internal/blocks"
	"github.com/seed842bec00/argmax/internal/cpu"
)

var calibrate = flag.Bool("calibrate", false, "measure the constants of internal/blocks")

// TestCalibrate prints the sizes of the caches and the blocks that are chosen by them, and
// for every instruction set the time of a typical piece of work under several values of
// each:
//
//	go test ./kernels -run Calibrate -v -calibrate
//	go test ./kernels -run Calibrate/ShareWork -v -calibrate
func TestCalibrate(t *testing.T) {
	if !*calibrate {
		t.Skip("measures only with -calibrate")
	}
	c := cpu.DetectCaches()
	t.Logf("L1 %d KB, L2 %d KB, L3 %d KB", c.L1>>10, c.L2>>10, c.L3>>10)
	gemm := func(m, n, k int, pool *Pool) func() {
		a, b, c := normal(m, k), normal(k, n), NewMatrix(m, n)
		return func() { Gemm(c, a, b, NoTranspose, 1, 0, pool) }
	}
	scores := func(rows, features int) func() {
		x, dst := normal(rows, features), NewMatrix(rows, 10)
		w := NewWeights(normal(10, features), make([]float32, 10))
		return func() { Scores(dst, x, w, nil) }
	}
	gradient := func(features int) func() {
		dst, a, x := NewMatrix(10, features), normal(256, 10), normal(256, features)
		return func() { Gradient(dst, a, x, nil) }
	}
	for _, isa := range cpu.Available() {
		if isa == isa.Base() {
			t.Logf("%-7v %+v", isa, blocks.For(isa, c))
		}
	}
	for _, c := range []struct {
		constant string
		of       func(*blocks.Blocks) *int
		values   []int
		work     string
		run      func() func()
	}{
		{"ScoreWeights", func(b *blocks.Blocks) *int { return &b.ScoreWeights }, []int{2560, 3840, 5120, 7680, 10240, 15360, 40960}, "scores of 256×3072, 10 classes", func() func() { return scores(256, 3072) }},
		{"ScoreWeights", func(b *blocks.Blocks) *int { return &b.ScoreWeights }, []int{2560, 3840, 5120, 7680, 10240}, "scores of 256×784, 10 classes", func() func() { return scores(256, 784) }},
		{"PanelRows", func(b *blocks.Blocks) *int { return &b.PanelRows }, []int{30, 60, 126, 168, 252, 336, 504}, "gemm of 1024³", func() func() { return gemm(1024, 1024, 1024, nil) }},
		{"PanelCols", func(b *blocks.Blocks) *int { return &b.PanelCols }, []int{128, 256, 512, 1024, 2048}, "gemm of 1024×2048×1024", func() func() { return gemm(1024, 2048, 1024, nil) }},
		{"SmallGemm", func(b *blocks.Blocks) *int { return &b.SmallGemm }, []int{1, math.MaxInt}, "gemm of 32³", func() func() { return gemm(32, 32, 32, nil) }},
		{"SmallGemm", func(b *blocks.Blocks) *int { return &b.SmallGemm }, []int{1, math.MaxInt}, "gemm of 64³", func() func() { return gemm(64, 64, 64, nil) }},
		{"SmallGemm", func(b *blocks.Blocks) *int { return &b.SmallGemm }, []int{1, math.MaxInt}, "gemm of 128³", func() func() { return gemm(128, 128, 128, nil) }},
		{"SmallGemm", func(b *blocks.Blocks) *int { return &b.SmallGemm }, []int{1, math.MaxInt}, "gemm of 256³", func() func() { return gemm(256, 256, 256, nil) }},
		{"SmallGemm", func(b *blocks.Blocks) *int { return &b.SmallGemm }, []int{1, math.MaxInt}, "gemm of 384³", func() func() { return gemm(384, 384, 384, nil) }},
		{"SmallGemm", func(b *blocks.Blocks) *int { return &b.SmallGemm }, []int{1, math.MaxInt}, "gemm of 512³", func() func() { return gemm(512, 512, 512, nil) }},
		{"Far", func(b *blocks.Blocks) *int { return &b.Far }, []int{1, math.MaxInt}, "scores of 256×784, 10 classes (0.8 MB)", func() func() { return scores(256, 784) }},
		{"Far", func(b *blocks.Blocks) *int { return &b.Far }, []int{1, math.MaxInt}, "scores of 1000×784, 10 classes (3 MB)", func() func() { return scores(1000, 784) }},
		{"Far", func(b *blocks.Blocks) *int { return &b.Far }, []int{1, math.MaxInt}, "scores of 4000×784, 10 classes (12 MB)", func() func() { return scores(4000, 784) }},
		{"Far", func(b *blocks.Blocks) *int { return &b.Far }, []int{1, math.MaxInt}, "scores of 8000×784, 10 classes (24 MB)", func() func() { return scores(8000, 784) }},
		{"Far", func(b *blocks.Blocks) *int { return &b.Far }, []int{1, math.MaxInt}, "scores of 16,000×784, 10 classes (48 MB)", func() func() { return scores(16_000, 784) }},
		{"Far", func(b *blocks.Blocks) *int { return &b.Far }, []int{1, math.MaxInt}, "scores of 30,000×784, 10 classes (90 MB)", func() func() { return scores(30_000, 784) }},
		{"Near", func(b *blocks.Blocks) *int { return &b.Near }, []int{1, math.MaxInt}, "gradient of 256×784, 10 classes (0.8 MB)", func() func() { return gradient(784) }},
		{"Near", func(b *blocks.Blocks) *int { return &b.Near }, []int{1, math.MaxInt}, "gradient of 256×3072, 10 classes (3 MB)", func() func() { return gradient(3072) }},
		{"ShareWork", func(b *blocks.Blocks) *int { return &b.ShareWork }, []int{1 << 14, 1 << 15, 1 << 16, 1 << 17, 1 << 18, math.MaxInt}, "gemm of 32³, two goroutines", func() func() { return gemm(32, 32, 32, NewPool(2)) }},
		{"ShareWork", func(b *blocks.Blocks) *int { return &b.ShareWork }, []int{1 << 14, 1 << 15, 1 << 16, 1 << 17, 1 << 18, math.MaxInt}, "gemm of 64³, two goroutines", func() func() { return gemm(64, 64, 64, NewPool(2)) }},
		{"ShareWork", func(b *blocks.Blocks) *int { return &b.ShareWork }, []int{1 << 14, 1 << 15, 1 << 16, 1 << 17, 1 << 18, math.MaxInt}, "gemm of 96³, two goroutines", func() func() { return gemm(96, 96, 96, NewPool(2)) }},
		{"ShareWork", func(b *blocks.Blocks) *int { return &b.ShareWork }, []int{1 << 14, 1 << 15, 1 << 16, 1 << 17, 1 << 18, math.MaxInt}, "gemm of 128³, two goroutines", func() func() { return gemm(128, 128, 128, NewPool(2)) }},
	} {
		t.Run(c.constant+", "+c.work, func(t *testing.T) {
			for _, isa := range cpu.Available() {
				if isa == cpu.Generic || isa != isa.Base() {
					continue
				}
				restore := cpu.Use(isa)
				value := c.of(blocks.Of(isa))
				saved, run := *value, c.run()
				times := make([]float64, len(c.values))
				for i := range times {
					times[i] = math.Inf(1)
				}
				for range 7 { // in turn, so that all meet the same disturbances
					for i, v := range c.values {
						*value = v
						times[i] = min(times[i], nanoseconds(run))
					}
				}
				*value = saved
				restore()
				text := ""
				for i, v := range c.values {
					mark := ""
					if times[i] == slices.Min(times) {
						mark = "*"
					}
					text += fmt.Sprintf("  %d: %.4g%s", v, times[i]/1000, mark)
				}
				t.Logf("%-7v µs%s", isa, text)
			}
		})
	}
}

func normal(rows, cols int) Matrix {
	r := rand.New(rand.NewPCG(uint64(rows), uint64(cols)))
	m := NewMatrix(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(r.NormFloat64())
	}
	return m
}

// nanoseconds is the time of one run: the shortest mean of as many as take 200 µs, among
// those of 10 ms. Two goroutines are seldom both undisturbed for longer on a busy machine.
func nanoseconds(run func()) float64 {
	shortest := math.Inf(1)
	for n, begin := 1, time.Now(); time.Since(begin) < 10*time.Millisecond; {
		start := time.Now()
		for range n {
			run()
		}
		if d := time.Since(start); d < 200*time.Microsecond {
			n *= 2
		} else {
			shortest = min(shortest, float64(d.Nanoseconds())/float64(n))
		}
	}
	return shortest
}
