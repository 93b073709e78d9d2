package argmax

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func reductionTest(kernel, twin func(x, y []float32) float32) reduction {
	return reduction{kernel, twin}
}

func unaryReductionTest(kernel, twin func(x []float32) float32) reduction {
	return reduction{unary(kernel), unary(twin)}
}

func carriedTest(kernel, twin func(acc *[64]float32, x, y []float32)) carried {
	return carried{kernel, twin}
}

func unaryCarriedTest(kernel, twin func(acc *[64]float32, x []float32)) carried {
	return carried{
		func(acc *[64]float32, x, _ []float32) { kernel(acc, x) },
		func(acc *[64]float32, x, _ []float32) { twin(acc, x) },
	}
}

func elementwiseTest(kernel, twin func(alpha float32, x, y []float32)) elementwise {
	return elementwise{kernel, twin}
}

func scalingTest(kernel, twin func(alpha float32, x []float32)) elementwise {
	return elementwise{
		func(alpha float32, _, y []float32) { kernel(alpha, y) },
		func(alpha float32, _, y []float32) { twin(alpha, y) },
	}
}

func mappingTest(kernel, twin func(dst, x []float32)) mapping { return mapping{kernel, twin} }

func conversionTest(kernel, twin func(dst []float32, x []uint8)) conversion {
	return conversion{kernel, twin}
}

type (
	reduction struct{ kernel, twin func(x, y []float32) float32 }
	carried   struct {
		kernel, twin func(acc *[64]float32, x, y []float32)
	}
	elementwise struct {
		kernel, twin func(alpha float32, x, y []float32)
	}
	mapping struct {
		kernel, twin func(dst, x []float32)
	}
	conversion struct {
		kernel, twin func(dst []float32, x []uint8)
	}
)

func unary(f func(x []float32) float32) func(x, y []float32) float32 {
	return func(x, _ []float32) float32 { return f(x) }
}

// lengths returns lengths of vectors: every number of blocks and every tail up to the
// unrolling of a kernel, and some that occur in practice.
func lengths() []int {
	var list []int
	for n := range 4*lanes + 4 {
		list = append(list, n)
	}
	list = append(list, 127, 128, 129, 255, 256, 257, 784, 785, 1000)
	if !testing.Short() {
		list = append(list, 3072, maxVector-1, maxVector, maxVector+1)
	}
	return list
}

func (r reduction) conforms(t *testing.T) {
	s := newSource(1)
	a, b := newArena(t, maxVector+1), newArena(t, maxVector+1)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for _, n = range lengths() {
		for m := range moods {
			x, y := s.values(n, m), s.values(n, m)
			want := r.twin(x, y)
			for _, offset = range offsets(n) {
				got := r.kernel(a.place(x, offset), b.place(y, 3*offset%(atEnd+1)))
				require.Truef(t, same(got, want), "length %d, offset %d, mood %d: got %x, want %x", n, offset, m, got, want)
			}
		}
	}
}

func (r reduction) golden(g *goldenHash) {
	s := newSource(11)
	for n := range 4*lanes + 4 {
		for m := range moods {
			g.add(r.kernel(s.values(n, m), s.values(n, m)))
		}
	}
	for _, n := range []int{127, 128, 129, 784, 785, 3072} {
		g.add(r.kernel(s.values(n, plain), s.values(n, plain)))
	}
}

func (c carried) conforms(t *testing.T) {
	s := newSource(2)
	a, b, acc := newArena(t, maxVector), newArena(t, maxVector), newArena(t, 64)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for _, n = range []int{0, 64, 128, 192, 256, 320, 3072, maxVector} {
		for m := range moods {
			x, y, start := s.values(n, m), s.values(n, m), s.values(64, m)
			want := [64]float32(start)
			c.twin(&want, x, y)
			for _, offset = range offsets(n) {
				got := (*[64]float32)(acc.place(start, atEnd-offset))
				c.kernel(got, a.place(x, offset), b.place(y, 3*offset%(atEnd+1)))
				i := firstDifference(got[:], want[:])
				require.Negativef(t, i, "length %d, offset %d, mood %d, lane %d", n, offset, m, i)
			}
		}
	}
}

func (c carried) golden(g *goldenHash) {
	s := newSource(12)
	for n := 0; n <= 512; n += 64 {
		for m := range moods {
			acc := [64]float32(s.values(64, m))
			c.kernel(&acc, s.values(n, m), s.values(n, m))
			g.add(acc[:]...)
		}
	}
}

func (e elementwise) conforms(t *testing.T) {
	s := newSource(3)
	a, b := newArena(t, maxVector+1), newArena(t, maxVector+1)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for _, n = range lengths() {
		for m := range moods {
			alpha, x, y := s.value(m), s.values(n, m), s.values(n, m)
			want := slices.Clone(y)
			e.twin(alpha, x, want)
			wantAlias := slices.Clone(x)
			e.twin(alpha, wantAlias, wantAlias)
			for _, offset = range offsets(n) {
				got := b.place(y, offset)
				e.kernel(alpha, a.place(x, 3*offset%(atEnd+1)), got)
				i := firstDifference(got, want)
				require.Negativef(t, i, "length %d, offset %d, mood %d, element %d", n, offset, m, i)
				require.Truef(t, b.intact(n, offset), "length %d, offset %d: wrote outside", n, offset)

				alias := a.place(x, offset)
				e.kernel(alpha, alias, alias)
				i = firstDifference(alias, wantAlias)
				require.Negativef(t, i, "length %d, offset %d, mood %d, element %d, aliased", n, offset, m, i)
			}
		}
	}
}

func (e elementwise) golden(g *goldenHash) {
	s := newSource(13)
	for n := range 4*lanes + 4 {
		for m := range moods {
			y := s.values(n, m)
			e.kernel(s.value(m), s.values(n, m), y)
			g.add(y...)
		}
	}
}

func (c conversion) conforms(t *testing.T) {
	s := newSource(9)
	bytes, results := newArena(t, 300), newArena(t, 300)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for n = 0; n <= 272; n += lanes {
		x, want := elements[uint8](s, n, plain), make([]float32, n)
		c.twin(want, x)
		for _, offset = range offsets(n) {
			got := results.place(make([]float32, n), offset)
			c.kernel(got, place(bytes, x, offset == atEnd))
			require.Negative(t, firstDifference(got, want), "length %d, offset %d", n, offset)
			require.True(t, results.intact(n, offset), "length %d, offset %d: wrote outside", n, offset)
		}
	}
}

func (c conversion) golden(g *goldenHash) {
	x, dst := make([]uint8, 256), make([]float32, 256)
	for i := range x {
		x[i] = uint8(i)
	}
	c.kernel(dst, x)
	g.add(dst...)
}

// arguments returns n values, in the plain mood half of them with any bits.
func (s *source) arguments(n int, m mood) []float32 {
	x := s.values(n, m)
	for i := range x {
		if m == plain && s.below(2) == 0 { // any bits
			x[i] = math.Float32frombits(uint32(s.Uint64()))
		}
	}
	return x
}

func (k mapping) conforms(t *testing.T) {
	s := newSource(10)
	a, b := newArena(t, maxVector+1), newArena(t, maxVector+1)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for _, n = range lengths() {
		for m := range moods {
			x, want := s.arguments(n, m), make([]float32, n)
			k.twin(want, x)
			for _, offset = range offsets(n) {
				got := b.place(make([]float32, n), offset)
				k.kernel(got, a.place(x, 3*offset%(atEnd+1)))
				i := firstDifference(got, want)
				require.Negativef(t, i, "length %d, offset %d, mood %d, element %d", n, offset, m, i)
				require.Truef(t, b.intact(n, offset), "length %d, offset %d: wrote outside", n, offset)

				alias := a.place(x, offset)
				k.kernel(alias, alias)
				i = firstDifference(alias, want)
				require.Negativef(t, i, "length %d, offset %d, mood %d, element %d, aliased", n, offset, m, i)
			}
		}
	}
}

func (k mapping) golden(g *goldenHash) {
	s := newSource(19)
	for n := range 4*lanes + 4 {
		for m := range moods {
			x := s.arguments(n, m)
			k.kernel(x, x)
			g.add(x...)
		}
	}
}
