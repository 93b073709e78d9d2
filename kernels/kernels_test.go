package kernels_test

import (
	"context"
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

func TestScoresFollowTheirDefinition(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, s := range []struct{ rows, features, classes int }{
			{1, 1, 1}, {3, 17, 2}, {16, 64, 10}, {5, 785, 11}, {2, 40, 32}, {3, 40, 33}, {29, 300, 50}, {2, 513, 100}, {1, 0, 3}, {2, 0, 40}, {0, 5, 3}, {11, 2051, 32}, {23, 1600, 7},
		} {
			x, w, bias := random(r, s.rows, s.features), random(r, s.classes, s.features), random(r, 1, s.classes).Row(0)
			weights := NewWeights(w, bias)
			for _, workers := range []int{1, 2, 7} {
				got := random(r, s.rows, s.classes)
				Scores(got, x, weights, NewPool(workers))
				for i := range s.rows {
					want := make([]float32, s.classes)
					if s.classes <= MaxRowForm {
						argmax.ScoreRows(want, x.Row(i), argmax.Strided[float32]{Data: w.Data, Stride: w.Stride})
					} else {
						for j := range want {
							want[j] = chain(s.features, func(k int) float32 { return x.Row(i)[k] }, func(k int) float32 { return w.Row(j)[k] })
						}
					}
					for j := range want {
						want[j] += bias[j]
					}
					requireRow(t, want, got.Row(i), "%v, %d workers, row %d", s, workers, i)
					alone := make([]float32, s.classes)
					Score(alone, x.Row(i), weights)
					requireRow(t, want, alone, "%v, row %d alone", s, i)
				}
			}
		}
	})
}

func TestGradientIsAChainOverTheBatch(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		for _, s := range []struct{ batch, classes, features int }{
			{1, 1, 1}, {0, 3, 5}, {7, 10, 33}, {256, 11, 65}, {300, 11, 40}, {513, 3, 17}, {2, 40, 100},
		} {
			a, x := random(r, s.batch, s.classes), random(r, s.batch, s.features)
			for _, workers := range []int{1, 2, 7} {
				got := random(r, s.classes, s.features)
				Gradient(got, a, x, NewPool(workers))
				for j := range s.classes {
					want := make([]float32, s.features)
					for f := range want {
						want[f] = chain(s.batch, func(i int) float32 { return a.Row(i)[j] }, func(i int) float32 { return x.Row(i)[f] })
					}
					requireRow(t, want, got.Row(j), "%v, %d workers, class %d", s, workers, j)
				}
			}
		}
	})
}

func TestColumnSums(t *testing.T) {
	a := Matrix{3, 2, 3, []float32{1, 2, 9, 3, 4, 9, 5, 6}}
	sums := make([]float32, 2)
	ColumnSums(sums, a)
	assert.Equal(t, []float32{9, 12}, sums)
}

// The lecture's three images: cat, car, frog.
func TestLectureLosses(t *testing.T) {
	scores := Matrix{3, 3, 3, []float32{
		3.2, 5.1, -1.7, // a cat; the columns are cat, car, frog
		1.3, 4.9, 2.0, // a car
		2.2, 2.5, -3.1, // a frog
	}}
	labels, grad := []int{0, 1, 2}, NewMatrix(3, 3)
	assert.InDelta(t, 3*5.27, LossGradient(grad, scores, Targets{Labels: labels, Scale: 1}, WestonWatkins{Margin: 1}, nil), 0.015)
	assert.Equal(t, []float32{-1, 1, 0}, grad.Row(0))
	assert.Equal(t, []float32{0, 0, 0}, grad.Row(1))
	assert.Equal(t, []float32{1, 1, -2}, grad.Row(2))
	for i, want := range []float64{2.9, 0, 12.9} {
		assert.InDelta(t, want, LossGradient(grad.Slice(i, i+1), scores.Slice(i, i+1), Targets{Labels: labels[i : i+1], Scale: 1}, WestonWatkins{Margin: 1}, nil), 1e-6)
	}
	assert.InDelta(t, 2.04, LossGradient(grad.Slice(0, 1), scores.Slice(0, 1), Targets{Labels: labels[:1], Scale: 1}, CrossEntropy{}, nil), 0.005)
	LossGradient(grad, scores, Targets{Labels: labels, Scale: 1}, CrossEntropy{}, nil)
	for j, want := range []float64{0.13 - 1, 0.87, 0} {
		assert.InDelta(t, want, grad.Row(0)[j], 0.005)
	}
}

func TestLossesDoNotDependOnWorkers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	scores, labels := random(r, 1000, 10), make([]int, 1000)
	for i := range labels {
		labels[i] = r.IntN(10)
	}
	want, wantGrad := 0.0, Matrix{}
	for _, workers := range []int{1, 2, 7} {
		grad := NewMatrix(1000, 10)
		got := LossGradient(grad, scores, Targets{Labels: labels, Scale: 0.001}, CrossEntropy{}, NewPool(workers))
		if workers == 1 {
			want, wantGrad = got, grad
		}
		assert.Equal(t, want, got)
		assert.Equal(t, wantGrad, grad)
	}
}

// Rows of a matrix are rows alone, in place as well.
func TestSoftmaxIsThatOfEachRow(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(15, 16))
		for _, s := range [][2]int{{0, 3}, {1, 1}, {7, 10}, {300, 17}} {
			scores := random(r, s[0], s[1])
			want := NewMatrix(s[0], s[1])
			for i := range want.Rows {
				argmax.Softmax(want.Row(i), scores.Row(i))
			}
			for _, workers := range []int{1, 2, 7} {
				got := random(r, s[0], s[1])
				Softmax(got, scores, NewPool(workers))
				for i := range want.Rows {
					requireRow(t, want.Row(i), got.Row(i), "%v, %d workers, row %d", s, workers, i)
				}
			}
			Softmax(scores, scores, nil)
			for i := range want.Rows {
				requireRow(t, want.Row(i), scores.Row(i), "%v in place, row %d", s, i)
			}
		}
	})
}

func TestNearestAgreesWithSorting(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, metric := range []Metric{L2, L1, LInf, InnerProduct, Cosine} {
		for _, s := range []struct{ rows, features, queries, k int }{{1, 3, 2, 1}, {5, 1, 3, 5}, {1000, 7, 5, 10}, {300, 785, 4, 3}, {4, 2, 3, 6}, {0, 2, 2, 3}} {
			base, queries := NewMatrix(s.rows, s.features), NewMatrix(s.queries, s.features)
			for i := range base.Data {
				base.Data[i] = float32(r.IntN(3)) // many equal distances
			}
			for i := range queries.Data {
				queries.Data[i] = float32(r.IntN(3))
			}
			for _, workers := range []int{1, 2, 7} {
				all, count := make([]Neighbour, s.k*s.queries), make([]int, s.queries)
				NearestRows(all, count, queries, base, s.k, metric, NewPool(workers))
				for i := range s.queries {
					want := sorted(queries.Row(i), base, metric)
					want = want[:min(s.k, len(want))]
					assert.Equal(t, want, all[i*s.k:][:count[i]], "%v %v query %d", metric, s, i)
					alone := make([]Neighbour, s.k)
					n := Nearest(alone, queries.Row(i), base, metric)
					assert.Equal(t, want, alone[:n])
				}
			}
		}
	}
}

// sorted is every row of base in the order of its distance, by selection.
func sorted(q []float32, base Matrix, metric Metric) []Neighbour {
	d := make([]float32, base.Rows)
	switch metric {
	case L2:
		argmax.SqDistRows(d, q, argmax.Strided[float32]{Data: base.Data, Stride: base.Stride})
	case L1:
		argmax.L1DistRows(d, q, argmax.Strided[float32]{Data: base.Data, Stride: base.Stride})
	case LInf:
		argmax.LInfDistRows(d, q, argmax.Strided[float32]{Data: base.Data, Stride: base.Stride})
	case InnerProduct:
		argmax.ScoreRows(d, q, argmax.Strided[float32]{Data: base.Data, Stride: base.Stride})
		argmax.Scale(d, -1)
	case Cosine:
		argmax.CosineRows(d, q, argmax.Strided[float32]{Data: base.Data, Stride: base.Stride})
	}
	order := []Neighbour{}
	taken := make([]bool, len(d))
	for range d {
		best := -1
		for i := range d {
			if !taken[i] && (best < 0 || d[i] < d[best]) {
				best = i
			}
		}
		taken[best] = true
		order = append(order, Neighbour{best, d[best]})
	}
	return order
}

func TestNearestLeavesOutNaN(t *testing.T) {
	nan := float32(math.NaN())
	base := Matrix{4, 1, 1, []float32{nan, 3, nan, 1}}
	dst := make([]Neighbour, 3)
	n := Nearest(dst, []float32{0}, base, L1)
	assert.Equal(t, []Neighbour{{3, 1}, {1, 3}}, dst[:n])
	assert.Zero(t, Nearest(dst, []float32{nan}, base, L2))
}

func TestWorkStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	pool := NewPool(2).WithContext(ctx)
	assert.NoError(t, pool.Err())
	cancel()
	assert.ErrorIs(t, pool.Err(), context.Canceled)
	assert.NoError(t, (*Pool)(nil).Err())
	assert.Equal(t, 2, pool.Workers())

	ones := func(rows, cols int) Matrix {
		m := NewMatrix(rows, cols)
		for i := range m.Data {
			m.Data[i] = 1
		}
		return m
	}
	for name, work := range map[string]func(dst Matrix){
		"Gemm, small":  func(dst Matrix) { Gemm(dst, ones(90, 90), ones(90, 90), NoTranspose, 1, 0, pool) },
		"Gemm, packed": func(dst Matrix) { Gemm(dst, ones(90, 90), ones(90, 90), TransposeB, 1, 0, pool) },
		"Gradient":     func(dst Matrix) { Gradient(dst, ones(90, 90), ones(90, 90), pool) },
		"Scores":       func(dst Matrix) { Scores(dst, ones(90, 90), NewWeights(ones(90, 90), make([]float32, 90)), pool) },
		"Scores, rows": func(dst Matrix) {
			Scores(Matrix{90, 20, 90, dst.Data}, ones(90, 90), NewWeights(ones(20, 90), make([]float32, 20)), pool)
		},
		"Gemv": func(dst Matrix) { Gemv(dst.Row(0), ones(90, 90), ones(1, 90).Data, 1, 0, pool) },
	} {
		dst := NewMatrix(90, 90)
		work(dst)
		assert.Zero(t, dst.Data[0], name)
	}
	count := make([]int, 1)
	NearestRows(make([]Neighbour, 1), count, NewMatrix(1, 2), NewMatrix(5, 2), 1, L2, pool)
	assert.Zero(t, count[0])
}

func TestSplitCoversEveryIndexOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 7, 100} {
		for _, n := range []int{0, 1, 5, 31, 32, 33, 1000} {
			for _, grain := range []int{1, 8, 32} {
				seen := make([]int, n)
				NewPool(workers).Split(n, grain, func(lo, hi int) {
					assert.Zero(t, lo%grain)
					for i := lo; i < hi; i++ {
						seen[i]++
					}
				})
				for i, times := range seen {
					require.Equal(t, 1, times, "workers %d, n %d, grain %d, index %d", workers, n, grain, i)
				}
			}
		}
	}
	var none *Pool
	assert.Equal(t, 1, none.Workers())
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
		"kernels: Nearest: unknown metric Metric(7)":                        func() { Nearest(make([]Neighbour, 1), make([]float32, 2), m(1, 2), 7) },
	} {
		assert.PanicsWithValue(t, message, call)
	}
}

func TestZeroAllocations(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector makes sync.Pool forget")
	}
	for _, classes := range []int{10, 100} {
		weights := NewWeights(NewMatrix(classes, 300), make([]float32, classes))
		scores, x := make([]float32, classes), make([]float32, 300)
		assert.Zero(t, testing.AllocsPerRun(50, func() { Score(scores, x, weights) }), "%d classes", classes)
	}
	base, q, dst := NewMatrix(500, 30), make([]float32, 30), make([]Neighbour, 5)
	assert.Zero(t, testing.AllocsPerRun(50, func() { Nearest(dst, q, base, L1) }))
	assert.Zero(t, testing.AllocsPerRun(50, func() { ArgTopK(make([]int, 10), base.Data) }))
}

// The test cache does not know variables that are read while packages start, so
// this reads it again: a run that was meant for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv("ARGMAX_ISA"); force != "" {
		require.Equal(t, force, argmax.Active())
	}
}
