package argmax

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func thresholdingTest(kernel, twin func(x []float32, low, high float32)) optimizer {
	return optimizer{
		1, 1,
		func(v [][]float32, s []float32) { kernel(v[0], -threshold(s[0]), threshold(s[0])) },
		func(v [][]float32, s []float32) { twin(v[0], -threshold(s[0]), threshold(s[0])) },
	}
}

func updateTest(vectors, scalars int, kernel, twin func(vectors [][]float32, scalars []float32)) optimizer {
	return optimizer{vectors, scalars, kernel, twin}
}

// threshold makes a threshold for SoftThreshold of any number.
func threshold(x float32) float32 {
	if x != x {
		return 0
	}
	return abs(x)
}

// An optimizer is a kernel that changes some of its vectors, depending on scalars.
type optimizer struct {
	vectors, scalars int
	kernel, twin     func(vectors [][]float32, scalars []float32)
}

// values returns vectors of n elements and scalars. Negative numbers under Adam's root
// would make too many results NaN, so the third vector has some only in the mood that
// has NaN anyway. Now and then a scalar is 0.
func (o optimizer) values(s *source, n int, m mood) (vectors [][]float32, scalars []float32) {
	for range o.vectors {
		vectors = append(vectors, s.values(n, m))
	}
	if o.vectors == 4 && m != broken {
		for i, v := range vectors[2] {
			vectors[2][i] = abs(v)
		}
	}
	scalars = s.values(o.scalars, m)
	if s.below(8) == 0 {
		scalars[s.below(o.scalars)] = 0
	}
	return vectors, scalars
}

func (o optimizer) conforms(t *testing.T) {
	s := newSource(80)
	var arenas [4]arena
	for i := range o.vectors {
		arenas[i] = newArena(t, maxVector+1)
	}
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for _, n = range lengths() {
		for m := range moods {
			start, scalars := o.values(s, n, m)
			var want [][]float32
			for _, x := range start {
				want = append(want, slices.Clone(x))
			}
			o.twin(want, scalars)
			for _, offset = range offsets(n) {
				var got [][]float32
				for i, x := range start {
					got = append(got, arenas[i].place(x, (2*i+1)*offset%(atEnd+1)))
				}
				o.kernel(got, scalars)
				for i := range got {
					at := firstDifference(got[i], want[i])
					require.Negativef(t, at, "length %d, offset %d, mood %d, scalars %v, vector %d, element %d", n, offset, m, scalars, i, at)
					require.Truef(t, arenas[i].intact(n, (2*i+1)*offset%(atEnd+1)), "length %d, offset %d, vector %d: wrote outside", n, offset, i)
				}
			}
		}
	}
}

func (o optimizer) golden(g *goldenHash) {
	s := newSource(81)
	for n := range 4*lanes + 4 {
		for m := range moods {
			vectors, scalars := o.values(s, n, m)
			o.kernel(vectors, scalars)
			for _, x := range vectors {
				g.add(x...)
			}
		}
	}
}
