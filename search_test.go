package argmax

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
)

var signalling = math.Float32frombits(0x7f800001) // a NaN

func TestArgMax(t *testing.T) {
	for _, c := range []struct {
		x    []float32
		want int
	}{
		{nil, -1},
		{[]float32{nan, nan}, -1},
		{[]float32{signalling, -nan}, -1},
		{[]float32{-inf}, 0},
		{[]float32{nan, -inf, -inf}, 1},
		{[]float32{1, 3, 3, 2}, 1},
		{[]float32{-3, -1, -2}, 1},
		{[]float32{nan, 1, nan, 2, nan}, 3},
		{[]float32{2, nan}, 0},
		{[]float32{2, signalling, 1}, 0},
		{[]float32{negZero, 0}, 0},
		{[]float32{0, negZero}, 0},
		{[]float32{inf, nan, inf}, 0},
	} {
		assert.Equal(t, c.want, ArgMax(c.x), "%v", c.x)
	}
}

// Long vectors are searched in pieces. Of equal elements in two pieces the first wins.
func TestArgMaxOfLongVectors(t *testing.T) {
	places := []int{0, 1, argMaxPiece - 1, argMaxPiece, 2*argMaxPiece + 7, 3*argMaxPiece + 4}
	for _, isa := range cpu.Available() {
		restore := cpu.Use(isa)
		for _, others := range []float32{-1, nan, -inf} {
			x := slices.Repeat([]float32{others}, 3*argMaxPiece+5)
			want := 0
			if others != others {
				want = -1
			}
			require.Equal(t, want, ArgMax(x))
			for i, first := range places {
				for _, second := range places[i:] {
					x[first], x[second] = 2, 2
					require.Equalf(t, first, ArgMax(x), "%v, %d and %d among %g", isa, first, second, others)
					x[first], x[second] = others, others
				}
			}
		}
		restore()
	}
}

func TestFind(t *testing.T) {
	x := []float32{1, nan, -inf, 2, negZero, inf, 0}
	for _, c := range []struct {
		bound         float32
		atMost, above []int32
	}{
		{-inf, []int32{2}, []int32{0, 2, 3, 4, 5, 6}},
		{0, []int32{2, 4, 6}, []int32{0, 3, 4, 5, 6}},
		{negZero, []int32{2, 4, 6}, []int32{0, 3, 4, 5, 6}},
		{1.5, []int32{0, 2, 4, 6}, []int32{3, 5}},
		{inf, []int32{0, 2, 3, 4, 5, 6}, []int32{5}},
		{nan, []int32{}, []int32{}},
	} {
		positions := make([]int32, len(x))
		assert.Equal(t, c.atMost, positions[:FindAtMost(positions, x, c.bound)], "at most %g", c.bound)
		assert.Equal(t, c.above, positions[:FindAtLeast(positions, x, c.bound)], "at least %g", c.bound)
	}
}

func TestFindInLongVectors(t *testing.T) {
	s := newSource(71)
	for _, n := range []int{maxVector - 1, maxVector, maxVector + 1, 2*maxVector + 21, 3 * maxVector} {
		x := s.values(n, broken)
		for _, bound := range []float32{-250, 0, inf} {
			want, got := make([]int32, n), make([]int32, n)
			count := findAtMostGeneric(want, x, bound)
			require.Equal(t, count, FindAtMost(got, x, bound))
			require.Truef(t, slices.Equal(want[:count], got[:count]), "%d elements at most %g", n, bound)
			count = findAtLeastGeneric(want, x, bound)
			require.Equal(t, count, FindAtLeast(got, x, bound))
			require.Truef(t, slices.Equal(want[:count], got[:count]), "%d elements at least %g", n, bound)
		}
	}
}

func TestFindPanics(t *testing.T) {
	x := make([]float32, 8)
	for message, f := range map[string]func(){
		"argmax: FindAtMost: positions of length 7, want room for 8":  func() { FindAtMost(make([]int32, 7), x, 0) },
		"argmax: FindAtLeast: positions of length 0, want room for 8": func() { FindAtLeast(nil, x, 0) },
		"argmax: FindAtMost: positions overlaps x":                    func() { FindAtMost(asPositions(x), x, 0) },
		"argmax: FindAtLeast: positions overlaps x":                   func() { FindAtLeast(asPositions(x), x[:3], 0) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}
