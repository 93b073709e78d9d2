package argmax

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func halfReductionTest[E Half](kernel, twin func(x []float32, y []E) float32) halfReduction[E] {
	return halfReduction[E]{kernel, twin}
}

func halfCarriedTest[E Half](kernel, twin func(acc *[64]float32, x []float32, y []E)) halfCarried[E] {
	return halfCarried[E]{kernel, twin}
}

func halfRowsTest[E Half](kernel, twin func(dst, x []float32, rows []E, stride int)) halfRows[E] {
	return halfRows[E]{kernel, twin}
}

type (
	halfReduction[E Half] struct {
		kernel, twin func(x []float32, y []E) float32
	}
	halfCarried[E Half] struct {
		kernel, twin func(acc *[64]float32, x []float32, y []E)
	}
	halfRows[E Half] struct {
		kernel, twin func(dst, x []float32, rows []E, stride int)
	}
)

// halves returns n numbers: those of a mood, rounded, or any bits.
func halves[E Half](s *source, n int, m mood) []E {
	y := make([]E, n)
	for i := range y {
		v := s.value(m)
		switch p := any(&y[i]).(type) {
		case *Float16:
			*p = ToFloat16(v)
		case *BFloat16:
			*p = ToBFloat16(v)
		}
		if m == broken && s.below(4) == 0 {
			y[i] = E(s.below(1 << 16))
		}
	}
	return y
}

func (h halfReduction[E]) conforms(t *testing.T) {
	s := newSource(100)
	a, b := newArena(t, maxVector+1), newArena(t, maxVector+1)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for _, n = range lengths() {
		for m := range moods {
			x, y := s.values(n, m), halves[E](s, n, m)
			want := h.twin(x, y)
			for _, offset = range offsets(n) {
				got := h.kernel(a.place(x, 3*offset%(atEnd+1)), placed(b, y, offset))
				require.Truef(t, same(got, want), "length %d, offset %d, mood %d: got %x, want %x", n, offset, m, got, want)
			}
		}
	}
}

func (h halfReduction[E]) golden(g *goldenHash) {
	s := newSource(101)
	for n := range 4*lanes + 4 {
		for m := range moods {
			g.add(h.kernel(s.values(n, m), halves[E](s, n, m)))
		}
	}
}

func (h halfCarried[E]) conforms(t *testing.T) {
	s := newSource(102)
	a, b := newArena(t, maxVector), newArena(t, maxVector)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for _, n = range []int{0, 64, 128, 320, 3072} {
		for m := range moods {
			x, y, want := s.values(n, m), halves[E](s, n, m), [64]float32(s.values(64, m))
			got := want
			h.twin(&want, x, y)
			offset = s.below(atEnd + 1)
			h.kernel(&got, a.place(x, offset), placed(b, y, offset))
			require.Negative(t, firstDifference(got[:], want[:]), "length %d, mood %d", n, m)
		}
	}
}

func (h halfCarried[E]) golden(g *goldenHash) {
	s := newSource(103)
	for n := 0; n <= 512; n += 64 {
		for m := range moods {
			acc := [64]float32(s.values(64, m))
			h.kernel(&acc, s.values(n, m), halves[E](s, n, m))
			g.add(acc[:]...)
		}
	}
}

func (h halfRows[E]) conforms(t *testing.T) {
	s := newSource(104)
	query, base, results := newArena(t, 1000), newArena(t, 12*1003), newArena(t, 12)
	var rows, cols, offset int
	defer where(t, "%d rows of %d, offset %d", &rows, &cols, &offset)
	for rows = range 13 {
		for _, cols = range []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 48, 65, 100, 1000} {
			m := mood((rows + cols) % int(moods))
			stride := cols + s.below(4)
			x, data, want := s.values(cols, m), halves[E](s, extent(rows, cols, stride), m), make([]float32, rows)
			h.twin(want, x, data, stride)
			for _, offset = range []int{0, 1 + s.below(lanes-1), atEnd} {
				got := results.place(slices.Repeat([]float32{canary}, rows), offset)
				h.kernel(got, query.place(x, offset), placed(base, data, offset), stride)
				require.Negative(t, firstDifference(got, want), "%d rows of %d, stride %d, offset %d, mood %d", rows, cols, stride, offset, m)
				require.True(t, results.intact(rows, offset), "%d rows of %d: wrote outside", rows, cols)
			}
		}
	}
}

func (h halfRows[E]) golden(g *goldenHash) {
	s := newSource(105)
	for rows := range 13 {
		for cols := range 3*lanes + 3 {
			m, stride := mood((rows+cols)%int(moods)), cols+s.below(4)
			dst := make([]float32, rows)
			h.kernel(dst, s.values(cols, m), halves[E](s, extent(rows, cols, stride), m), stride)
			g.add(dst...)
		}
	}
}
