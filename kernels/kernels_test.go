package kernels_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/internal/race"
	. "github.com/seed842bec00/argmax/kernels"
)

// forEachISA runs test on every instruction set that this processor has.
func forEachISA(t *testing.T, test func(t *testing.T)) {
	for _, isa := range cpu.Available() {
		t.Run(isa.String(), func(t *testing.T) {
			defer cpu.Use(isa)()
			test(t)
		})
	}
}

// random is a matrix whose rows are further apart than they are long, with NaN
// between them.
func random(r *rand.Rand, rows, cols int) Matrix {
	m := Matrix{rows, cols, cols + r.IntN(4), nil}
	m.Data = make([]float32, rows*m.Stride)
	for i := range m.Data {
		m.Data[i] = float32(math.NaN())
	}
	for i := range rows {
		for j := range m.Row(i) {
			m.Row(i)[j] = float32(r.NormFloat64())
		}
	}
	return m
}

// fma is the fused operation: Axpy of one element, as the root's tests prove.
func fma(x, y, z float32) float32 {
	acc := []float32{z}
	argmax.Axpy(acc, []float32{y}, x)
	return acc[0]
}

// chain is the definition of a chain over k: blocks of KC from 0 upwards.
func chain(k int, x, y func(int) float32) float32 {
	var total float32
	for k0 := 0; k0 < k; k0 += argmax.KC {
		var s float32
		for i := k0; i < min(k, k0+argmax.KC); i++ {
			s = fma(x(i), y(i), s)
		}
		if k0 == 0 {
			total = s
		} else {
			total += s
		}
	}
	return total
}

func requireRow(t *testing.T, want, got []float32, message string, args ...any) {
	t.Helper()
	for j := range want {
		if math.Float32bits(want[j]) != math.Float32bits(got[j]) {
			require.Failf(t, "bits differ", "%s: column %d: want %v, got %v", fmt.Sprintf(message, args...), j, want[j], got[j])
		}
	}
}

func TestWrongShapesPanic(t *testing.T) {
	m := NewMatrix
	weights := NewWeights(m(3, 4), make([]float32, 3))
	for message, call := range map[string]func(){
		"kernels: Scores: columns of x 5, want 4":                           func() { Scores(m(2, 3), m(2, 5), weights, nil) },
		"kernels: Score: length of dst 2, want 3":                           func() { Score(make([]float32, 2), make([]float32, 4), weights) },
		"kernels: NewWeights: length of bias 2, want 3":                     func() { NewWeights(m(3, 4), make([]float32, 2)) },
		"kernels: Gradient: rows of x 2, want 3":                            func() { Gradient(m(4, 5), m(3, 4), m(2, 5), nil) },
		"kernels: LossGradient: label 3 of row 1, with 3 classes":           func() { LossGradient(m(2, 3), m(2, 3), Targets{Labels: []int{0, 3}}, WestonWatkins{1}, nil) },
		"kernels: LossGradient: number of labels 1, want 2":                 func() { LossGradient(m(2, 3), m(2, 3), Targets{Labels: []int{0}}, CrossEntropy{}, nil) },
		"kernels: 5 elements are too few for a matrix of 2×3 with stride 3": func() { SquaredNorm(Matrix{2, 3, 3, make([]float32, 5)}) },
		"kernels: matrix of 3×2 has stride 1":                               func() { L1Norm(Matrix{3, 2, 1, make([]float32, 9)}) },
		"kernels: matrix of 2×3 has stride 2":                               func() { SquaredNorm(Matrix{2, 3, 2, make([]float32, 9)}) },
		"kernels: Nearest: length of q 1, want 2":                           func() { Nearest(make([]Neighbour, 1), make([]float32, 1), m(1, 2), L2) },
		"kernels: LogSoftmax: columns of dst 2, want 3":                     func() { LogSoftmax(m(2, 2), m(2, 3), nil) },
		"kernels: LogSumExp: length of dst 1, want 2":                       func() { LogSumExp(make([]float32, 1), m(2, 3), nil) },
		"kernels: LossGradient: number of weights 1, want 2": func() {
			LossGradient(m(2, 3), m(2, 3), Targets{Labels: []int{0, 1}, Weights: []float32{1}}, SquaredWestonWatkins{1}, nil)
		},
		"kernels: LossGradient: label -1 of row 0, with 3 classes":          func() { LossGradient(m(1, 3), m(1, 3), Targets{Labels: []int{-1}}, CrammerSinger{1}, nil) },
		"kernels: LossGradient: no loss":                                    func() { LossGradient(m(1, 3), m(1, 3), Targets{Labels: []int{0}}, nil, nil) },
		"kernels: Nearest: length of q 2, want 3":                           func() { Nearest(make([]Neighbour, 1), make([]uint8, 2), NewDense[uint8](1, 3), L2) },
		"kernels: 5 elements are too few for a matrix of 3×2 with stride 2": func() { Nearest(nil, make([]uint8, 2), Dense[uint8]{3, 2, 2, make([]uint8, 5)}, L2) },
		"kernels: NearestRows: unknown metric Hamming":                      func() { NearestRows(make([]Neighbour, 99), make([]int, 99), m(99, 2), m(1, 2), 1, Hamming, NewPool(4)) },
		"kernels: NearestRows: k -1 is negative":                            func() { NearestRows(nil, nil, m(0, 2), m(1, 2), -1, L2, nil) },
		"kernels: NearestRows: length of dst 3, want 4":                     func() { NearestRows(make([]Neighbour, 3), make([]int, 2), m(2, 2), m(1, 2), 2, L2, nil) },
		"kernels: Gather: row 3 of 3":                                       func() { Gather(m(1, 2), m(3, 2), []int{3}) },
		"kernels: Split: n 3 with grain 0":                                  func() { NewPool(2).Split(3, 0, nil) },
		"kernels: Split: n -1 with grain 1":                                 func() { NewPool(2).Split(-1, 1, nil) },
		"kernels: matrix of -1×2":                                           func() { NewMatrix(-1, 2) },
		"kernels: Nearest: unknown metric Metric(7)":                        func() { Nearest(make([]Neighbour, 1), make([]float32, 2), m(1, 2), 7) },
	} {
		assert.PanicsWithValue(t, message, call)
	}
}

// On one goroutine nothing allocates.
func TestNothingAllocates(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector makes sync.Pool forget")
	}
	a, b, c := NewMatrix(16, 16), NewMatrix(16, 16), NewMatrix(16, 16)
	few, many := NewWeights(NewMatrix(10, 16), make([]float32, 10)), NewWeights(NewMatrix(100, 16), make([]float32, 100))
	scores, more, bytes := NewMatrix(16, 10), make([]float32, 100), NewDense[uint8](16, 16)
	gradient, x, y := NewMatrix(10, 16), make([]float32, 16), make([]float32, 16)
	base, byteBase, dst := NewMatrix(500, 16), NewDense[uint8](500, 16), make([]Neighbour, 5)
	targets := Targets{Labels: make([]int, 16)}
	for name, f := range map[string]func(){
		"Gemm":                    func() { Gemm(c, a, b, NoTranspose, 1, 0, nil) },
		"Gemm, packed":            func() { Gemm(c, a, b, TransposeA|TransposeB, 1, 1, nil) },
		"Gemv":                    func() { Gemv(y, a, x, 1, 0, nil) },
		"GemvTransposed":          func() { GemvTransposed(y, a, x, 1, 0, nil) },
		"Score":                   func() { Score(scores.Row(0), x, few) },
		"Score, many classes":     func() { Score(more, x, many) },
		"Score, bytes":            func() { Score(scores.Row(0), bytes.Row(0), few) },
		"Scores":                  func() { Scores(scores, a, few, nil) },
		"Scores, bytes":           func() { Scores(scores, bytes, few, nil) },
		"Gradient":                func() { Gradient(gradient, scores, a, nil) },
		"Gradient, bytes":         func() { Gradient(gradient, scores, bytes, nil) },
		"Convert":                 func() { Convert(c, bytes) },
		"Softmax":                 func() { Softmax(scores, scores, nil) },
		"LogSoftmax":              func() { LogSoftmax(scores, scores, nil) },
		"LogSumExp":               func() { LogSumExp(y, scores, nil) },
		"LossGradient":            func() { LossGradient(scores, scores, targets, CrossEntropy{}, nil) },
		"Nearest":                 func() { Nearest(dst, x, base, L1) },
		"Nearest, bytes":          func() { Nearest(dst, bytes.Row(0), byteBase, L1) },
		"Nearest, bytes by angle": func() { Nearest(dst, bytes.Row(0), byteBase, Cosine) },
		"ArgTopK":                 func() { ArgTopK(make([]int, 10), base.Data) },
	} {
		assert.Zero(t, testing.AllocsPerRun(20, f), name)
	}
}

// The test cache does not know variables that are read while packages start, so
// this reads it again: a run that was meant for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv("ARGMAX_ISA"); force != "" {
		require.Equal(t, force, argmax.Active())
	}
}
