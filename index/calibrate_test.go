package index_test

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
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

var calibrate = flag.Bool("calibrate", false, "measure the constants of internal/blocks")

// TestCalibrate prints the sizes of the caches and, for every instruction set, the time of
// searches under several values of each block size of an index; the one in use is first:
//
//	go test ./index -run Calibrate -v -calibrate
//	go test ./index -run Calibrate/BasePiece -v -calibrate
func TestCalibrate(t *testing.T) {
	if !*calibrate {
		t.Skip("measures only with -calibrate")
	}
	c := cpu.DetectCaches()
	t.Logf("L1 %d KB, L2 %d KB, L3 %d KB", c.L1>>10, c.L2>>10, c.L3>>10)
	r := rand.New(rand.NewPCG(44, 45))
	floats := matrix(20_000, 784, func(int, int) float32 { return float32(r.NormFloat64()) })
	short := matrix(100_000, 64, func(int, int) float32 { return float32(r.NormFloat64()) })
	bytes := matrix(20_000, 784, func(int, int) uint8 { return uint8(r.Uint32()) })
	basePiece := func(b *blocks.Blocks) *int { return &b.BasePiece }
	groupElements := func(b *blocks.Blocks) *int { return &b.GroupElements }
	excesses := func(b *blocks.Blocks) *int { return &b.Excesses }
	pieces := []int{1 << 14, 1 << 15, 48 << 10, 1 << 16, 1 << 17, 1 << 18, 1 << 20}
	groups := []int{1 << 15, 1 << 16, 1 << 17, 1 << 18, 1 << 20}
	many := []int{1 << 12, 1 << 13, 1 << 14, 1 << 15, 1 << 16, 1 << 17, 1 << 18}
	for _, s := range []struct {
		block  string
		of     func(*blocks.Blocks) *int
		values []int
		work   string
		search func()
	}{
		{"BasePiece", basePiece, pieces, "2 queries, L2, 20,000 × 784", searching(floats, L2, 2)},
		{"BasePiece", basePiece, pieces, "4 queries, L1, 20,000 × 784", searching(floats, L1, 4)},
		{"BasePiece", basePiece, pieces, "16 queries, L1, 20,000 × 784", searching(floats, L1, 16)},
		{"BasePiece", basePiece, pieces, "4 queries, inner product, 20,000 × 784", searching(floats, InnerProduct, 4)},
		{"BasePiece", basePiece, pieces, "10 queries, L2, 20,000 × 784", searching(floats, L2, 10)},
		{"BasePiece", basePiece, pieces, "4 queries, L2, 20,000 × 784", searching(floats, L2, 4)},
		{"BasePiece", basePiece, pieces, "16 queries, LInf, 100,000 × 64", searching(short, LInf, 16)},
		{"GroupElements", groupElements, groups, "256 queries, L2, 20,000 × 784", searching(floats, L2, 256)},
		{"Excesses", excesses, many, "64 queries, L2, 20,000 × 784", searching(floats, L2, 64)},
		{"Excesses", excesses, many, "256 queries, L2, 20,000 × 784", searching(floats, L2, 256)},
		{"Excesses", excesses, many, "256 queries, L2, 100,000 × 64", searching(short, L2, 256)},
		{"Excesses", excesses, many, "256 queries, L2, 20,000 × 784 bytes", searching(bytes, L2, 256)},
		{"Excesses", excesses, many, "256 queries, L1, 20,000 × 784 bytes", searching(bytes, L1, 256)},
	} {
		t.Run(s.block+", "+s.work, func(t *testing.T) {
			for _, isa := range cpu.Available() {
				if isa == cpu.Generic || isa != isa.Base() && s.work[len(s.work)-5:] != "bytes" {
					continue
				}
				restore := cpu.Use(isa)
				value := s.of(blocks.Current())
				saved := *value
				values := append([]int{saved}, s.values...)
				times := slices.Repeat([]float64{math.Inf(1)}, len(values))
				for range 5 { // in turn, so that all meet the same disturbances
					for i, v := range values {
						*value = v
						start := time.Now()
						s.search()
						times[i] = min(times[i], time.Since(start).Seconds())
					}
				}
				*value = saved
				restore()
				text := ""
				for i, v := range values {
					mark := ""
					if times[i] == slices.Min(times) {
						mark = "*"
					}
					text += fmt.Sprintf("  %d: %.4g%s", v, 1e3*times[i], mark)
				}
				t.Logf("%-10v ms%s", isa, text)
			}
		})
	}
}

// searching returns a search for the 10 nearest of the first rows of a base.
func searching[E Element](base kernels.Dense[E], metric Metric, queries int) func() {
	const k = 10
	x := New(base, metric, Options{Lean: true})
	dst, count := make([]Neighbour, k*queries), make([]int, queries)
	return func() { x.Search(dst, count, base.Slice(0, queries), k, nil) }
}
