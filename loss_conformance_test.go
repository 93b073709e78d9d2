package argmax

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func lossRowsTest(kernel, twin func(c *lossCase)) lossRows { return lossRows{kernel, twin} }

// lossRowTest is the test of a kernel of a single row.
func lossRowTest(kernel, twin func(c *lossCase, i int)) lossRows {
	each := func(one func(c *lossCase, i int)) func(c *lossCase) {
		return func(c *lossCase) {
			for i := range c.rows {
				one(c, i)
			}
		}
	}
	return lossRows{each(kernel), each(twin)}
}

func sumExpRowsTest(kernel, twin func(n, rows int, scores []float32, lds int, sums, largest []float32)) lossRows {
	return lossRows{
		func(c *lossCase) { kernel(c.n, c.rows, c.scores, c.lds, c.first, c.second); clear(c.dst) },
		func(c *lossCase) { twin(c.n, c.rows, c.scores, c.lds, c.first, c.second); clear(c.dst) },
	}
}

func shiftRowsTest(kernel, twin func(n, rows int, scores []float32, lds int, largest, logs, dst []float32, ldd int)) lossRows {
	return lossRows{
		func(c *lossCase) { kernel(c.n, c.rows, c.scores, c.lds, c.weights, c.weights, c.dst, c.ldd) },
		func(c *lossCase) { twin(c.n, c.rows, c.scores, c.lds, c.weights, c.weights, c.dst, c.ldd) },
	}
}

func combinationTest(kernel, twin func(dst, first, second []float32)) combination {
	return combination{kernel, twin}
}

type (
	lossRows struct {
		kernel, twin func(l *lossCase)
	}
	combination struct { // makes one number of two, for each row
		kernel, twin func(dst, first, second []float32)
	}
)

// A lossCase holds rows of scores and the results of a row kernel: dst, and up to two
// numbers for each row.
type lossCase struct {
	n, rows, lds, ldd                   int
	scores, weights, dst, first, second []float32
	labels                              []int
	margin                              float32
}

func newLossCase(s *source, n, rows, lds, ldd int, m mood) *lossCase {
	l := &lossCase{
		n: n, rows: rows, lds: lds, ldd: ldd,
		scores: s.values(extent(rows, n, lds), m), weights: s.values(rows, plain),
		dst: make([]float32, extent(rows, n, ldd)), first: make([]float32, rows), second: make([]float32, rows),
		labels: make([]int, rows), margin: 1,
	}
	for i := range l.labels {
		l.labels[i] = s.below(n)
	}
	for i := range l.dst {
		l.dst[i] = canary
	}
	return l
}

func (l *lossCase) row(i int) []float32      { return l.scores[i*l.lds:][:l.n] }
func (l *lossCase) gradient(i int) []float32 { return l.dst[i*l.ldd:][:l.n] }

// settle overwrites what a kernel may leave open where the first number of a row is NaN:
// its second number and the results of the row.
func (l *lossCase) settle() {
	for i, sum := range l.first {
		if sum == sum {
			continue
		}
		l.second[i] = nan
		for j := range l.n {
			l.dst[i*l.ldd+j] = nan
		}
	}
}

func (k lossRows) conforms(t *testing.T) {
	s := newSource(7)
	const many = 40 // columns of which there are few rows
	counts := []int{0, 1, 2, 3, 4, 5, 17, 8, 9, 16, 33}
	lengths := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16, 17, 23, 31, 32, 33, 47, 48, 63, 64, 65, 100, 128, 1000}
	if testing.Short() {
		counts, lengths = counts[:7], lengths[:24]
	}
	scores, results := newArena(t, 9*1020), newArena(t, 9*1020)
	weights, first, second := newArena(t, 33), newArena(t, 33), newArena(t, 33)
	var n, rows, offset int
	defer where(t, "%d rows of %d, offset %d", &rows, &n, &offset)
	for _, n = range lengths {
		for _, rows = range counts {
			if rows > 9 && n > many {
				continue
			}
			for m := range moods {
				want := newLossCase(s, n, rows, n+s.below(4), n+s.below(4), m)
				got := *want
				k.twin(want)
				want.settle()
				for _, offset = range []int{0, 1 + s.below(lanes-1), atEnd} {
					stale := slices.Repeat([]float32{canary}, max(rows, len(got.dst)))
					got.scores, got.weights = scores.place(want.scores, offset), weights.place(want.weights, offset)
					got.dst = results.place(stale[:len(want.dst)], offset)
					got.first, got.second = first.place(stale[:rows], offset), second.place(stale[:rows], offset)
					// A kernel that has no such numbers leaves them alone, as its twin does.
					copy(got.first, make([]float32, rows))
					copy(got.second, make([]float32, rows))
					k.kernel(&got)
					got.settle()
					for i, pair := range [][2][]float32{{want.dst, got.dst}, {want.first, got.first}, {want.second, got.second}} {
						at := firstDifference(pair[1], pair[0])
						require.Negativef(t, at, "%d rows of %d, offset %d, mood %d, result %d, element %d", rows, n, offset, m, i, at)
					}
					require.True(t, results.intact(len(got.dst), offset) && first.intact(rows, offset) && second.intact(rows, offset), "wrote outside")
				}
				if want.lds == want.ldd && rows > 0 { // in place
					got.dst = results.place(want.scores, 0)
					got.scores = got.dst
					k.kernel(&got)
					got.settle()
					for i := range rows {
						at := firstDifference(got.dst[i*got.ldd:][:n], want.dst[i*want.ldd:][:n])
						require.Negativef(t, at, "%d rows of %d in place, mood %d, row %d, element %d", rows, n, m, i, at)
					}
				}
			}
		}
	}
}

func (k lossRows) golden(g *goldenHash) {
	s := newSource(17)
	for n := 1; n <= 3*lanes; n++ {
		for m := range moods {
			l := newLossCase(s, n, 7, n, n+1, m)
			k.kernel(l)
			l.settle()
			for i := range l.rows {
				g.add(l.dst[i*l.ldd:][:n]...)
			}
			g.add(l.first...)
			g.add(l.second...)
		}
	}
}

// sums returns n possible sums of exponentials whose largest is 1, and NaN.
func (s *source) sums(n int) []float32 {
	x := s.values(n, plain)
	for i, v := range x {
		switch s.below(8) {
		case 0:
			x[i] = nan
		case 1:
			x[i] = 1
		default:
			x[i] = 1 + abs(v)
		}
	}
	return x
}

func (c combination) conforms(t *testing.T) {
	s := newSource(8)
	first, second, results := newArena(t, 200), newArena(t, 200), newArena(t, 200)
	var n, offset int
	defer where(t, "length %d, offset %d", &n, &offset)
	for n = range 150 {
		for m := range moods {
			x, y, want := s.sums(n), s.values(n, m), make([]float32, n)
			c.twin(want, x, y)
			for _, offset = range offsets(n) {
				got := results.place(y, offset)
				c.kernel(got, first.place(x, offset), second.place(y, 3*offset%(atEnd+1)))
				i := firstDifference(got, want)
				require.Negativef(t, i, "length %d, offset %d, mood %d, element %d", n, offset, m, i)
				require.Truef(t, results.intact(n, offset), "length %d, offset %d: wrote outside", n, offset)
				alias := first.place(x, offset)
				c.kernel(alias, alias, y)
				i = firstDifference(alias, want)
				require.Negativef(t, i, "length %d, offset %d, mood %d, element %d, aliased", n, offset, m, i)
			}
		}
	}
}

func (c combination) golden(g *goldenHash) {
	s := newSource(18)
	for n := range 4*lanes + 4 {
		for m := range moods {
			x := s.sums(n)
			c.kernel(x, x, s.values(n, m))
			g.add(x...)
		}
	}
}
