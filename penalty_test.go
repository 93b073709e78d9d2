package argmax

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSumSquaresIsDot(t *testing.T) {
	s := newSource(82)
	for _, n := range []int{0, 1, 15, 16, 17, 63, 64, 65, 784, maxVector, maxVector + 1, 2*maxVector + 77} {
		for m := range moods {
			x := s.values(n, m)
			require.Truef(t, same(Dot(x, x), SumSquares(x)), "length %d, mood %d", n, m)
			require.Truef(t, same(L1Dist(x, make([]float32, n)), SumAbs(x)), "length %d, mood %d", n, m)
		}
	}
}

func TestSoftThreshold(t *testing.T) {
	for _, c := range []struct{ x, t, want float32 }{
		{3, 1, 2},
		{-3, 1, -2},
		{1, 1, 0},
		{-1, 1, 0},
		{0.5, 1, 0},
		{-0.5, 1, 0},
		{0, 1, 0},
		{negZero, 1, 0},
		{0, 0, 0},
		{negZero, 0, 0},
		{0, negZero, 0},
		{negZero, negZero, 0},
		{-7, 0, -7},
		{7, 0, 7},
		{math.SmallestNonzeroFloat32, 0, math.SmallestNonzeroFloat32},
		{-math.SmallestNonzeroFloat32, 0, -math.SmallestNonzeroFloat32},
		{inf, 1, inf},
		{-inf, 1, -inf},
		{1, inf, 0},
		{inf, inf, nan},
		{nan, 1, nan},
		{nan, inf, nan},
	} {
		x := slices.Repeat([]float32{c.x}, 3*lanes+5)
		SoftThreshold(x, c.t)
		for i, v := range x {
			require.Truef(t, same(c.want, v), "%v by %v, element %d: got %v, want %v", c.x, c.t, i, v, c.want)
		}
	}
	for _, threshold := range []float32{-1, nan} {
		assert.Panics(t, func() { SoftThreshold(nil, threshold) })
	}
	assert.PanicsWithValue(t, "argmax: SoftThreshold by -1, want 0 or more", func() { SoftThreshold(nil, -1) })
}

// The step is the proximal operator: of all y, it makes ½(y − x)² + t·|y| least.
func TestSoftThresholdIsProximal(t *testing.T) {
	s := newSource(83)
	for range 1000 {
		x, threshold := s.value(plain), abs(s.value(plain))
		got := []float32{x}
		SoftThreshold(got, threshold)
		cost := func(y float64) float64 {
			d := y - float64(x)
			return d*d/2 + float64(threshold)*math.Abs(y)
		}
		y := float64(got[0])
		for _, step := range []float64{1e-3, -1e-3, 1, -1} {
			require.LessOrEqual(t, cost(y), cost(y+step), "%v by %v", x, threshold)
		}
	}
}
