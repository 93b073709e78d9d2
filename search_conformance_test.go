package argmax

import (
	"fmt"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func argMaxTest(kernel, twin func(x []float32, above float32) int) argumentOfMaximum {
	return argumentOfMaximum{kernel, twin}
}

func findTest(kernel, twin func(positions []int32, x []float32, bound float32) int) finder {
	return finder{kernel, twin}
}

type (
	argumentOfMaximum struct {
		kernel, twin func(x []float32, above float32) int
	}
	finder struct {
		kernel, twin func(positions []int32, x []float32, bound float32) int
	}
)

// few returns values of which many are equal: the first of several has to be found, and
// it is often a NaN of some kind, an infinity or a zero of either sign.
func (s *source) few(n, kinds int) []float32 {
	all := []float32{1, 2, negZero, 0, -1, inf, nan, signalling, -inf}
	x := make([]float32, n)
	for i := range x {
		x[i] = all[s.below(kinds)]
	}
	return x
}

const kindsOfValues = 9

// searched calls test with vectors of many kinds for every length.
func searched(s *source, lengths []int, test func(x []float32)) {
	for _, n := range lengths {
		for m := range moods {
			test(s.values(n, m))
		}
		for kinds := 1; kinds <= kindsOfValues; kinds++ {
			test(s.few(n, kinds))
		}
		for _, v := range []float32{nan, signalling, -inf, inf, 0} {
			test(slices.Repeat([]float32{v}, n))
		}
		// One element that differs, at every index of a short vector.
		for i := 0; i < n; i += max(1, n/64) {
			for _, others := range []float32{-1, nan, -inf} {
				x := slices.Repeat([]float32{others}, n)
				x[i] = 3
				test(x)
			}
		}
	}
}

// bounds returns bounds for a search in x: elements of x and others.
func bounds(s *source, x []float32) []float32 {
	list := []float32{nan, -inf, inf, 0, negZero, 2}
	if len(x) > 0 {
		list = append(list, x[s.below(len(x))], x[s.below(len(x))])
	}
	return list
}

func (a argumentOfMaximum) conforms(t *testing.T) {
	s, memory := newSource(30), newArena(t, maxVector+1)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	turn := 0
	searched(s, lengths(), func(x []float32) {
		n = len(x)
		turn++
		offset = []int{turn % (atEnd + 1), atEnd}[turn%2]
		for _, above := range bounds(s, x) {
			want, got := a.twin(x, above), a.kernel(memory.place(x, offset), above)
			require.Equalf(t, want, got, "length %d, offset %d, above %g of %s", n, offset, above, brief(x))
		}
	})
}

func (a argumentOfMaximum) golden(g *goldenHash) {
	s := newSource(40)
	searched(s, []int{0, 1, 10, 15, 16, 17, 100, 128, 150, 333}, func(x []float32) {
		for _, above := range bounds(s, x) {
			g.add(float32(a.kernel(x, above)))
		}
	})
}

func (f finder) conforms(t *testing.T) {
	s, memory, results := newSource(31), newArena(t, maxVector+1), newArena(t, maxVector+1)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	want, turn := make([]int32, maxVector+1), 0
	searched(s, lengths(), func(x []float32) {
		n = len(x)
		turn++
		offset = []int{turn % (atEnd + 1), atEnd}[turn%2]
		for i, bound := range bounds(s, x) {
			count := f.twin(want, x, bound)
			at := []int{3 * turn % (atEnd + 1), atEnd}[i%2]
			got := asPositions(results.place(make([]float32, n), at))
			require.Equalf(t, count, f.kernel(got, memory.place(x, offset), bound), "length %d, offset %d, bound %g of %s", n, offset, bound, brief(x))
			require.Truef(t, slices.Equal(want[:count], got[:count]), "length %d, offset %d, bound %g of %s", n, offset, bound, brief(x))
			require.Truef(t, results.intact(n, at), "length %d, offset %d: wrote outside", n, at)
		}
	})
}

func (f finder) golden(g *goldenHash) {
	s, positions := newSource(41), make([]int32, 333)
	searched(s, []int{0, 1, 10, 15, 16, 17, 100, 128, 150, 333}, func(x []float32) {
		for _, bound := range bounds(s, x) {
			n := f.kernel(positions, x, bound)
			g.add(float32(n))
			for _, p := range positions[:n] {
				g.add(float32(p))
			}
		}
	})
}

// asPositions returns the memory of x as int32.
func asPositions(x []float32) []int32 {
	return unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// brief formats x, or its beginning if it is long.
func brief(x []float32) string {
	if len(x) > 70 {
		return fmt.Sprint(x[:70], "…")
	}
	return fmt.Sprint(x)
}
