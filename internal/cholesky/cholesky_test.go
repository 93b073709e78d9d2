package cholesky_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cholesky"
	"github.com/seed842bec00/argmax/kernels"
)

// The sizes are below, at and beyond a block, a strip and both.
var sizes = []int{1, 2, 7, 63, 64, 65, 130, 256, 321, 400}

// Solve solves: the residual of the system, in float64, is within the bound of the
// backward error of a Cholesky factor in float32, n·2⁻²³·‖A‖·‖x‖ in the largest
// norm.
func TestSolveSolves(t *testing.T) {
	for _, n := range sizes {
		if testing.Short() && n > 130 {
			continue // slow in an emulator
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			a := gram(n, 2*n+3, 0.01)
			f, ok := cholesky.New(copied(a), nil)
			require.True(t, ok)
			require.Equal(t, n, f.Size())
			b := vector(n)
			x := append([]float32(nil), b...)
			f.Solve(x)
			norm, longest, worst := 0.0, 0.0, 0.0
			for i := range n {
				sum, residual := 0.0, -float64(b[i])
				for k, v := range a.Row(i) {
					sum += math.Abs(float64(v))
					residual += float64(v) * float64(x[k])
				}
				norm, longest, worst = max(norm, sum), max(longest, math.Abs(float64(x[i]))), max(worst, math.Abs(residual))
			}
			assert.LessOrEqual(t, worst, float64(n)*0x1p-23*norm*longest)
		})
	}
}

// The solution is that of a factor computed in float64 throughout, as far as the
// matrix is well conditioned: its eigenvalues lie between 1 and about 4.
func TestSolveAgreesWithFloat64(t *testing.T) {
	for _, n := range sizes {
		if testing.Short() && n > 130 {
			continue // slow in an emulator
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			a := gram(n, 4*n, 1)
			f, ok := cholesky.New(copied(a), nil)
			require.True(t, ok)
			b := vector(n)
			x := append([]float32(nil), b...)
			f.Solve(x)
			want := solve64(a, b)
			for i := range want {
				assert.InDelta(t, want[i], x[i], 1e-5)
			}
		})
	}
}

// Only the lower triangle is read.
func TestUpperTriangleIsNotRead(t *testing.T) {
	const n = 130
	a := gram(n, 300, 0.1)
	b := copied(a)
	for i := range n {
		for k := i + 1; k < n; k++ {
			b.Row(i)[k] = float32(math.NaN())
		}
	}
	f, ok := cholesky.New(copied(a), nil)
	require.True(t, ok)
	g, ok := cholesky.New(b, nil)
	require.True(t, ok)
	x, y := vector(n), vector(n)
	f.Solve(x)
	g.Solve(y)
	assert.Equal(t, x, y)
}

func TestSameBitsForAnyNumberOfWorkers(t *testing.T) {
	n := 700
	if testing.Short() {
		n = 150
	}
	a := gram(n, n+200, 0.1)
	f, ok := cholesky.New(copied(a), nil)
	require.True(t, ok)
	g, ok := cholesky.New(copied(a), kernels.NewPool(3))
	require.True(t, ok)
	x, y := vector(n), vector(n)
	f.Solve(x)
	g.Solve(y)
	assert.Equal(t, x, y)
}

// A matrix that is not positive definite is refused, wherever its bad pivot is.
func TestIndefiniteIsRefused(t *testing.T) {
	for _, at := range []int{0, 63, 64, 199} {
		for _, bad := range []float64{-1, 0, math.NaN(), math.Inf(1)} {
			a := kernels.NewMatrix(200, 200)
			for i := range a.Rows {
				a.Row(i)[i] = 1
			}
			a.Row(at)[at] = float32(bad)
			_, ok := cholesky.New(a, nil)
			assert.False(t, ok, "pivot %v at %d", bad, at)
		}
	}
}

func TestShapesPanic(t *testing.T) {
	assert.Panics(t, func() { cholesky.New(kernels.NewMatrix(2, 3), nil) })
	f, ok := cholesky.New(kernels.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{4}}, nil)
	require.True(t, ok)
	assert.Panics(t, func() { f.Solve(make([]float32, 2)) })
}

// gram returns ridge·I + BᵀB/rows of rows×n normal deviates.
func gram(n, rows int, ridge float32) kernels.Matrix {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	b := kernels.NewMatrix(rows, n)
	for i := range b.Data {
		b.Data[i] = float32(r.NormFloat64())
	}
	a := kernels.NewMatrix(n, n)
	kernels.Gemm(a, b, b, kernels.TransposeA, 1/float32(rows), 0, nil)
	for i := range n {
		a.Row(i)[i] += ridge
	}
	return a
}

func vector(n int) []float32 {
	r := rand.New(rand.NewPCG(uint64(n), 2))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

func copied(a kernels.Matrix) kernels.Matrix {
	a.Data = append([]float32(nil), a.Data...)
	return a
}

// solve64 solves a·x = b by an unblocked factor in float64.
func solve64(a kernels.Matrix, b []float32) []float64 {
	n := a.Rows
	l, x := make([]float64, n*n), make([]float64, n)
	for i := range n {
		for j := range i + 1 {
			s := float64(a.Row(i)[j])
			for k := range j {
				s -= l[i*n+k] * l[j*n+k]
			}
			if i == j {
				l[i*n+i] = math.Sqrt(s)
			} else {
				l[i*n+j] = s / l[j*n+j]
			}
		}
	}
	for i := range n {
		x[i] = float64(b[i])
		for k := range i {
			x[i] -= l[i*n+k] * x[k]
		}
		x[i] /= l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= l[k*n+i] * x[k]
		}
		x[i] /= l[i*n+i]
	}
	return x
}
