package argmax

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVectorPanics(t *testing.T) {
	x := make([]float32, 8)
	for message, f := range map[string]func(){
		"argmax: Dot of lengths 3 and 4":    func() { Dot(x[:3], x[:4]) },
		"argmax: SqDist of lengths 4 and 3": func() { SqDist(x[:4], x[:3]) },
		"argmax: L1Dist of lengths 0 and 1": func() { L1Dist(nil, x[:1]) },
		"argmax: Axpy of lengths 0 and 8":   func() { Axpy(nil, x, 1) },
		"argmax: Axpy: y overlaps x":        func() { Axpy(x[1:], x[:7], 1) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
	assert.PanicsWithValue(t, "argmax: Axpy: y overlaps x", func() { Axpy(x[:7], x[1:], 1) })
}

func TestAxpyMayBeNextToItself(t *testing.T) {
	x := []float32{1, 2, 3, 4}
	Axpy(x[2:], x[:2], 1)
	assert.Equal(t, []float32{1, 2, 4, 6}, x)
	Axpy(x[:2], x[2:], 1)
	assert.Equal(t, []float32{5, 8, 4, 6}, x)
	Axpy(x[2:], x[2:], 1)
	assert.Equal(t, []float32{5, 8, 8, 12}, x)
	Axpy(x[1:1], x[2:2], 1)
}

// Long vectors are processed in pieces. The bits must be those of a single call.
func TestCutVectors(t *testing.T) {
	s := newSource(70)
	for _, n := range []int{
		maxVector - 1, maxVector, maxVector + 1, maxVector + 15, maxVector + 16, maxVector + 63, maxVector + 64, maxVector + 65,
		2*maxVector - 1, 2 * maxVector, 2*maxVector + 1, 3*maxVector + 1000,
	} {
		for _, m := range []mood{plain, tiny, edges} {
			x, y, alpha := s.values(n, m), s.values(n, m), s.value(m)
			require.Truef(t, same(dotGeneric(x, y), Dot(x, y)), "Dot of %d", n)
			require.Truef(t, same(sqDistGeneric(x, y), SqDist(x, y)), "SqDist of %d", n)
			require.Truef(t, same(l1DistGeneric(x, y), L1Dist(x, y)), "L1Dist of %d", n)
			require.Truef(t, same(sumGeneric(x), Sum(x)), "Sum of %d", n)
			require.Truef(t, same(maximumGeneric(x), Max(x)), "Max of %d", n)

			want, got := slices.Clone(y), slices.Clone(y)
			axpyGeneric(alpha, x, want)
			Axpy(got, x, alpha)
			require.Negativef(t, firstDifference(want, got), "Axpy of %d", n)
			scaleGeneric(alpha, want)
			Scale(got, alpha)
			require.Negativef(t, firstDifference(want, got), "Scale of %d", n)
		}
	}
}

func TestMaxOfLongVectors(t *testing.T) {
	x := slices.Repeat([]float32{-1}, 3*maxVector+5)
	for _, i := range []int{0, maxVector - 1, maxVector, len(x) - 1} {
		for _, v := range []float32{2, nan, inf} {
			x[i] = v
			require.Truef(t, same(v, Max(x)), "%g at %d", v, i)
			x[i] = -1
		}
		x[i] = negZero
		require.Truef(t, same(0, Max(x)), "-0 at %d", i)
		x[i] = -1
	}
}

func TestFromBytes(t *testing.T) {
	for _, n := range []int{0, 1, 15, 16, 17, 100, 2*maxVector + 21} {
		x, dst := make([]uint8, n), make([]float32, n)
		for i := range x {
			x[i] = uint8(i * 7)
		}
		FromBytes(dst, x)
		for i, v := range x {
			require.Equal(t, float32(v), dst[i])
		}
	}
	assert.PanicsWithValue(t, "argmax: FromBytes of lengths 1 and 2", func() { FromBytes(make([]float32, 1), make([]uint8, 2)) })
}

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
