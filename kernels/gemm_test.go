package kernels_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed842bec00/argmax"
	. "github.com/seed842bec00/argmax/kernels"
)

// product is the definition of Gemm: c[i][j] from the values before.
func product(k int, alpha, beta float32, a, b func(k int) float32, c float32) float32 {
	if beta != 0 {
		c *= beta
	}
	if k == 0 && beta == 0 {
		return 0
	}
	for k0 := 0; k0 < k; k0 += argmax.KC {
		var s float32
		for p := k0; p < min(k, k0+argmax.KC); p++ {
			s = fma(a(p), b(p), s)
		}
		if k0 == 0 && beta == 0 {
			c = alpha * s
		} else {
			c = fma(alpha, s, c)
		}
	}
	return c
}

func TestGemmFollowsItsDefinition(t *testing.T) {
	shapes := [][3]int{
		{1, 1, 1}, {8, 8, 8}, {0, 3, 2}, {3, 0, 2}, {2, 3, 0}, {1, 40, 300}, {40, 1, 300}, {17, 33, 16},
		{15, 31, 257}, {70, 70, 70}, {29, 100, 513}, {200, 9, 300},
	}
	if testing.Short() {
		shapes = shapes[:8]
	}
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(9, 10))
		for _, s := range shapes {
			m, n, k := s[0], s[1], s[2]
			for mode := range 4 {
				transA, transB := Transpose(mode)&TransposeA != 0, Transpose(mode)&TransposeB != 0
				a, b := random(r, m, k), random(r, k, n)
				at, bt := func(i, p int) float32 { return a.Row(i)[p] }, func(p, j int) float32 { return b.Row(p)[j] }
				if transA {
					a = random(r, k, m)
					at = func(i, p int) float32 { return a.Row(p)[i] }
				}
				if transB {
					b = random(r, n, k)
					bt = func(p, j int) float32 { return b.Row(j)[p] }
				}
				alpha, beta := float32(1), float32(0)
				if r.IntN(2) == 0 {
					alpha, beta = float32(r.NormFloat64()), float32(r.IntN(3)-1)
				}
				c := random(r, m, n)
				if beta == 0 && m > 0 && n > 0 {
					c.Row(0)[0] = float32(math.NaN()) // not read
				}
				want := c
				want.Data = slices.Clone(c.Data)
				for i := range m {
					for j := range n {
						want.Row(i)[j] = product(k, alpha, beta, func(p int) float32 { return at(i, p) }, func(p int) float32 { return bt(p, j) }, c.Row(i)[j])
					}
				}
				for _, workers := range []int{1, 2, 7} {
					got := c
					got.Data = slices.Clone(c.Data)
					Gemm(got, a, b, Transpose(mode), alpha, beta, NewPool(workers))
					requireRow(t, want.Data, got.Data, "%v, transposed %v %v, α %v, β %v, %d workers", s, transA, transB, alpha, beta, workers)
				}
			}
		}
	})
}

func TestGemvFollowsItsDefinition(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(11, 12))
		for _, s := range [][2]int{{1, 1}, {3, 17}, {300, 40}, {0, 3}, {3, 0}, {130, 785}} {
			a, x, y := random(r, s[0], s[1]), random(r, 1, s[1]).Row(0), random(r, 1, s[0]).Row(0)
			for _, c := range [][2]float32{{1, 0}, {1, 1}, {-0.5, 2}} {
				want := make([]float32, s[0])
				argmax.ScoreRows(want, x, argmax.Strided[float32]{Data: a.Data, Stride: a.Stride})
				for i, reduced := range want {
					if want[i] = c[0] * reduced; c[1] != 0 {
						want[i] = fma(c[0], reduced, c[1]*y[i])
					}
				}
				for _, workers := range []int{1, 7} {
					got := slices.Clone(y)
					Gemv(got, a, x, c[0], c[1], NewPool(workers))
					requireRow(t, want, got, "%v, α %v, β %v", s, c[0], c[1])
				}
			}
			x, y = random(r, 1, s[0]).Row(0), random(r, 1, s[1]).Row(0)
			want, got := slices.Clone(y), slices.Clone(y)
			GemvTransposed(got, a, x, 2, 1, nil)
			for j := range want {
				want[j] = product(s[0], 2, 1, func(p int) float32 { return x[p] }, func(p int) float32 { return a.Row(p)[j] }, want[j])
			}
			requireRow(t, want, got, "transposed %v", s)
		}
	})
}
