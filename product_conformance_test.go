package argmax

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func rowwiseTest(kernel, twin func(dst, x, rows []float32, stride int)) rowwise {
	return rowwise{kernel, twin}
}

type rowwise struct {
	kernel, twin func(dst, x, rows []float32, stride int)
}

func (r rowwise) conforms(t *testing.T) {
	s := newSource(4)
	counts := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 17, 33}
	columns := []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 47, 48, 49, 63, 64, 65, 100, 127, 128, 784, 1000}
	if testing.Short() {
		counts = counts[:13]
		columns = []int{0, 1, 7, 15, 16, 17, 33, 48, 65, 100}
	}
	query, base, results := newArena(t, 1000), newArena(t, 33*1019), newArena(t, 33)
	var rows, cols, stride, offset int
	defer where(t, "%d rows of %d, stride %d, offset %d", &rows, &cols, &stride, &offset)
	for _, rows = range counts {
		stale, want := slices.Repeat([]float32{canary}, rows), make([]float32, rows)
		for _, cols = range columns {
			for i, gap := range []int{0, 1, 19} {
				stride = cols + gap
				m := mood((rows + cols + i) % int(moods))
				x, data := s.values(cols, m), s.values(extent(rows, cols, stride), m)
				r.twin(want, x, data, stride)
				for _, offset = range []int{0, 1 + s.below(lanes-1), atEnd} {
					got := results.place(stale, offset)
					r.kernel(got, query.place(x, offset), base.place(data, offset), stride)
					i := firstDifference(got, want)
					require.Negativef(t, i, "%d rows of %d, stride %d, offset %d, mood %d, row %d", rows, cols, stride, offset, m, i)
					require.Truef(t, results.intact(rows, offset), "%d rows of %d: wrote outside", rows, cols)
				}
			}
		}
	}
}

func (r rowwise) golden(g *goldenHash) {
	s := newSource(14)
	for rows := range 13 {
		for cols := range 3*lanes + 3 {
			m, stride := mood((rows+cols)%int(moods)), cols+s.below(4)
			dst := make([]float32, rows)
			r.kernel(dst, s.values(cols, m), s.values(extent(rows, cols, stride), m), stride)
			g.add(dst...)
		}
	}
}

func gemmColumnsTest[E Element](kernel, twin func(k int, a []float32, lda int, b []E, ldb int, c []float32, ldc, m, n int, alpha float32, add, resume bool)) gemmOf[E] {
	return gemmOf[E]{kernel, twin, false}
}

func gemmRowsTest(kernel, twin func(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add, resume bool)) gemmOf[float32] {
	return gemmOf[float32]{kernel, twin, true}
}

func scoreTilesTest[E Element](kernel, twin func(k, m, n int, x []E, ldx int, w []float32, ldw int, state, copies, bias, dst []float32, ldd int, resume, wait, far bool)) scoreTilesOfKind[E] {
	return scoreTilesOfKind[E]{kernel, twin}
}

type (
	gemmOf[E Element] struct {
		kernel, twin func(k int, a []float32, lda int, b []E, ldb int, c []float32, ldc, m, n int, alpha float32, add, resume bool)
		rows         bool // a is not transposed
	}
	scoreTilesOfKind[E Element] struct {
		kernel, twin func(k, m, n int, x []E, ldx int, w []float32, ldw int, state, copies, bias, dst []float32, ldd int, resume, wait, far bool)
	}
)

func (g gemmOf[E]) conforms(t *testing.T) {
	s := newSource(5)
	depths := []int{0, 1, 2, 7, 64, KC}
	if testing.Short() {
		depths = depths[:5]
	}
	rows, cols := TileShape()
	left, right, result := newArena(t, (KC+4)*(2*rows+4)), newArena(t, KC*(2*cols+20)), newArena(t, (2*rows+1)*(2*cols+22))
	var k, m, n, offset int
	defer where(t, "k %d, %d×%d, offset %d", &k, &m, &n, &offset)
	for _, k = range depths {
		for m = 0; m <= 2*rows+1; m++ {
			for n = grain[E](); n <= 2*cols+lanes+1; n += grain[E]() {
				if n > cols && (m+n)%4 != 0 {
					continue // several panels, each as one of them
				}
				odd := (m + n) & 1
				offset = []int{0, atEnd, 1 + s.below(lanes-1)}[(m+2*n+k)%3]
				ldb, ldc, add, resume := n+3*odd, n+5*(n&1), m&2 != 0, m&4 != 0
				countA, lengthA := k, m
				if g.rows {
					countA, lengthA = m, k
				}
				lda := lengthA + odd
				feel := mood((m + n/2) % int(moods))
				alpha := []float32{1, s.value(feel)}[n&1]
				a, b, c := s.values(extent(countA, lengthA, lda), feel), elements[E](s, extent(k, n, ldb), feel), s.values(extent(m, n, ldc), feel)
				want := slices.Clone(c)
				g.twin(k, a, lda, b, ldb, want, ldc, m, n, alpha, add, resume)
				got := result.place(c, offset)
				g.kernel(k, left.place(a, offset), lda, place(right, b, odd == 1), ldb, got, ldc, m, n, alpha, add, resume)
				i := firstDifference(got, want)
				require.Negativef(t, i, "k %d, %d×%d, strides %d, %d and %d, offset %d, mood %d, alpha %v, add %v, resume %v, element %d", k, m, n, lda, ldb, ldc, offset, feel, alpha, add, resume, i)
				require.Truef(t, result.intact(len(c), offset), "k %d, %d×%d: wrote outside", k, m, n)
			}
		}
	}
}

// The inputs are whole products, in panels as wide as the tile of the ISA.
func (g gemmOf[E]) golden(h *goldenHash) {
	s := newSource(15)
	const rows, cols = 29, 80
	_, width := TileShape()
	for _, k := range []int{0, 1, 7, 64} {
		for m := range moods {
			a, b, c, alpha := s.values(rows*k, m), elements[E](s, k*cols, m), s.values(rows*cols, m), s.value(plain)
			lda := rows
			if g.rows {
				lda = k
			}
			for j := 0; j < cols; j += width {
				g.kernel(k, a, lda, b[min(j, len(b)):], cols, c[j:], cols, rows, min(width, cols-j), alpha, m%2 == 0, false)
			}
			h.add(c...)
		}
	}
}

// whole computes a matrix of scores in pieces of at most most columns.
func (g scoreTilesOfKind[E]) whole(call func(k, m, n int, x []E, ldx int, w []float32, ldw int, state, copies, bias, dst []float32, ldd int, resume, wait, far bool),
	rows, classes, k, most int, x []E, ldx int, w []float32, ldw int, bias, dst []float32, ldd int) {
	size, sums := scoreStateSizes[E](rows, classes, min(most, k))
	state := make([]float32, size)
	for p := 0; p == 0 || p < k; p += most {
		call(min(most, k-p), rows, classes, x[p:], ldx, w[p:], ldw, state, state[sums:], bias, dst, ldd, p > 0, p+most < k, k%2 == 0)
	}
}

func (g scoreTilesOfKind[E]) conforms(t *testing.T) {
	s := newSource(6)
	height, width := ScoreTileShape()
	const most, mostClasses = 12, 22
	xs, ws, ds, bs := newArena(t, most*140), newArena(t, mostClasses*140), newArena(t, most*(mostClasses+3)), newArena(t, mostClasses)
	var rows, classes, k, piece int
	defer where(t, "%d×%d of %d in pieces of %d", &rows, &classes, &k, &piece)
	for k = 0; k <= 6*lanes+3; k += grain[E]() {
		for m := range moods {
			// Whole tiles, and all numbers of rows and classes beyond them.
			rows, classes = height+s.below(most-height+1), width+s.below(mostClasses-width+1)
			ldx, ldw, ldd := k+s.below(4), k+s.below(4), classes+s.below(4)
			x, w, bias := elements[E](s, extent(rows, k, ldx), m), s.values(extent(classes, k, ldw), m), s.values(classes, m)
			want := slices.Repeat([]float32{canary}, extent(rows, classes, ldd))
			g.whole(g.twin, rows, classes, k, max(k, 1), x, ldx, w, ldw, bias, want, ldd)
			for _, end := range []bool{false, true} {
				offset := []int{0, atEnd}[(rows+k/lanes)&1]
				for _, piece = range []int{lanes, 3 * lanes, max(k, 1)} {
					got := ds.place(slices.Repeat([]float32{canary}, len(want)), offset)
					g.whole(g.kernel, rows, classes, k, piece, place(xs, x, end), ldx, place(ws, w, end), ldw, bs.place(bias, offset), got, ldd)
					i := firstDifference(got, want)
					require.Negativef(t, i, "%d×%d of %d in pieces of %d, mood %d, element %d", rows, classes, k, piece, m, i)
					require.True(t, ds.intact(len(got), offset), "wrote outside")
				}
			}
		}
	}
}

func (g scoreTilesOfKind[E]) golden(h *goldenHash) {
	s := newSource(16)
	const rows, classes = 30, 30
	for _, k := range []int{0, 16, 48, 160} {
		for m := range moods {
			x, w, bias, dst := elements[E](s, rows*k, m), s.values(classes*k, m), s.values(classes, m), make([]float32, rows*classes)
			g.whole(g.kernel, rows, classes, k, 2*lanes, x, k, w, k, bias, dst, classes)
			h.add(dst...)
		}
	}
}

func transpositionTest(kernel, twin func(dst []float32, ldd int, src []float32, lds, n int)) transposition {
	return transposition{kernel, twin}
}

type transposition struct {
	kernel, twin func(dst []float32, ldd int, src []float32, lds, n int)
}

func (r transposition) conforms(t *testing.T) {
	s := newSource(7)
	from, to := newArena(t, 16*80), newArena(t, 76*28)
	var n, offset int
	defer where(t, "%d columns, offset %d", &n, &offset)
	for n = 0; n <= 76; n += 4 {
		lds, ldd := n+s.below(4), lanes+s.below(12)
		src, dst := s.values(extent(lanes, n, lds), edges), s.values(extent(n, lanes, ldd), plain)
		want := slices.Clone(dst)
		r.twin(want, ldd, src, lds, n)
		for _, offset = range []int{0, 1 + s.below(lanes-1), atEnd} {
			got := to.place(dst, offset)
			r.kernel(got, ldd, from.place(src, offset), lds, n)
			i := firstDifference(got, want)
			require.Negativef(t, i, "%d columns, strides %d and %d, offset %d, element %d", n, lds, ldd, offset, i)
			require.Truef(t, to.intact(len(dst), offset), "%d columns: wrote outside", n)
		}
	}
}

func (r transposition) golden(h *goldenHash) {
	s := newSource(17)
	for n := 0; n <= 36; n += 4 {
		dst := make([]float32, n*lanes)
		r.kernel(dst, lanes, s.values(lanes*n, edges), n, n)
		h.add(dst...)
	}
}
