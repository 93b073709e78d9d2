package argmax

import (
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func pairRowsTest(kernel, twin func(dots, squares, x, rows []float32, stride int)) listed {
	return listed{two(kernel), two(twin), true, false}
}

func listedRowsTest(kernel, twin func(dst, x, rows []float32, stride int, index []int)) listed {
	return listed{at(kernel), at(twin), false, true}
}

func listedPairRowsTest(kernel, twin func(dots, squares, x, rows []float32, stride int, index []int)) listed {
	return listed{kernel, twin, true, true}
}

func distTileTest(kernel, twin distTileKernel) distTile { return distTile{kernel, twin} }

type (
	distTileKernel func(k int, x []float32, ldx int, y []float32, ldy int, dst []float32, ldd int)
	// distTile is a kernel of a tile of distances; that of the twin has another shape.
	distTile struct{ kernel, twin distTileKernel }
	// listed is a kernel with one or two results for each row, of a list or of all rows in
	// order.
	listed struct {
		kernel, twin listedKernel
		two, list    bool
	}
	listedKernel func(first, second, x, rows []float32, stride int, index []int)
)

func two(f func(dots, squares, x, rows []float32, stride int)) listedKernel {
	return func(first, second, x, rows []float32, stride int, _ []int) { f(first, second, x, rows, stride) }
}

func at(f func(dst, x, rows []float32, stride int, index []int)) listedKernel {
	return func(first, _, x, rows []float32, stride int, index []int) { f(first, x, rows, stride, index) }
}

// placeInts copies a list to the beginning or the end of the arena.
func placeInts(a arena, x []int, end bool) []int {
	all := unsafe.Slice((*int)(unsafe.Pointer(&a[0])), len(a)*4/int(unsafe.Sizeof(0)))
	p := all[:len(x):len(x)]
	if end {
		p = all[len(all)-len(x):]
	}
	copy(p, x)
	return p
}

// indices returns count row indices.
func (l listed) indices(s *source, count, rows int) []int {
	index := make([]int, count)
	for i := range index {
		index[i] = i
		if l.list {
			index[i] = s.below(rows)
		}
	}
	return index
}

func (l listed) conforms(t *testing.T) {
	s := newSource(5)
	counts := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 17, 33}
	columns := []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 47, 48, 49, 63, 64, 65, 100, 127, 128, 784, 1000}
	if testing.Short() {
		counts = counts[:13]
		columns = []int{0, 1, 7, 15, 16, 17, 33, 48, 65, 100}
	}
	query, base, first, second := newArena(t, 1000), newArena(t, 33*1019), newArena(t, 33), newArena(t, 33)
	list := newArena(t, 2*33) // an int may take two elements
	var count, cols, stride, offset int
	defer where(t, "%d rows of %d, stride %d, offset %d", &count, &cols, &stride, &offset)
	for _, count = range counts {
		stale := slices.Repeat([]float32{canary}, count)
		for _, cols = range columns {
			for i, gap := range []int{0, 1, 19} {
				stride = cols + gap
				rows := max(1, count)
				if l.list {
					rows = 1 + s.below(33) // fewer or more than there are in the list
				}
				m := mood((count + cols + i) % int(moods))
				x, data, index := s.values(cols, m), s.values(extent(rows, cols, stride), m), l.indices(s, count, rows)
				want := [2][]float32{make([]float32, count), make([]float32, count)}
				l.twin(want[0], want[1], x, data, stride, index)
				for _, offset = range []int{0, 1 + s.below(lanes-1), atEnd} {
					got := [2][]float32{first.place(stale, offset), second.place(stale, offset)}
					l.kernel(got[0], got[1], query.place(x, offset), base.place(data, offset), stride, placeInts(list, index, offset == atEnd))
					for r, g := range got {
						if r == 1 && !l.two {
							break
						}
						i := firstDifference(g, want[r])
						require.Negativef(t, i, "%d rows of %d, stride %d, offset %d, mood %d, result %d of row %d", count, cols, stride, offset, m, r, i)
					}
					require.Truef(t, first.intact(count, offset) && second.intact(count, offset), "%d rows of %d: wrote outside", count, cols)
				}
			}
		}
	}
}

func (l listed) golden(g *goldenHash) {
	s := newSource(15)
	for count := range 13 {
		for cols := range 3*lanes + 3 {
			m, stride := mood((count+cols)%int(moods)), cols+s.below(4)
			rows := max(1, count)
			first, second := make([]float32, count), make([]float32, count)
			x, data := s.values(cols, m), s.values(extent(rows, cols, stride), m)
			l.kernel(first, second, x, data, stride, l.indices(s, count, rows))
			g.add(first...)
			if l.two {
				g.add(second...)
			}
		}
	}
}

// whole computes an m×n matrix of distances, whose sides are multiples of a tile.
func (d distTile) whole(f distTileKernel, height, width, k int, x []float32, ldx int, y []float32, ldy int, dst []float32, ldd, m, n int) {
	for i := 0; i < m; i += height {
		for j := 0; j < n; j += width {
			f(k, x[i*ldx:], ldx, y[j*ldy:], ldy, dst[i*ldd+j:], ldd)
		}
	}
}

func (d distTile) conforms(t *testing.T) {
	s := newSource(41)
	height, width := distTileShape()
	xs, ys, results := newArena(t, height*1010), newArena(t, width*1010), newArena(t, height*(width+5))
	columns := []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 47, 48, 49, 63, 64, 65, 100, 127, 128, 784, 1000}
	if testing.Short() {
		columns = columns[:21]
	}
	var k, offset int
	defer where(t, "%d columns, offset %d", &k, &offset)
	for _, k = range columns {
		for m := range moods {
			ldx, ldy, ldd := k+s.below(5), k+s.below(5), width+s.below(5)
			x, y := s.values(extent(height, k, ldx), m), s.values(extent(width, k, ldy), m)
			want := slices.Repeat([]float32{canary}, extent(height, width, ldd))
			stale := slices.Clone(want)
			d.whole(d.twin, distTileRowsGeneric, distTileColsGeneric, k, x, ldx, y, ldy, want, ldd, height, width)
			for _, offset = range []int{0, 1 + s.below(lanes-1), atEnd} {
				got := results.place(stale, offset)
				d.kernel(k, xs.place(x, offset), ldx, ys.place(y, offset), ldy, got, ldd)
				i := firstDifference(got, want)
				require.Negativef(t, i, "%d columns, strides %d, %d and %d, offset %d, mood %d, element %d", k, ldx, ldy, ldd, offset, m, i)
				require.Truef(t, results.intact(len(got), offset), "%d columns: wrote outside", k)
			}
		}
	}
}

func (d distTile) golden(g *goldenHash) {
	s := newSource(42)
	height, width := distTileShape()
	const rows, cols = 8, 12 // multiples of every tile
	for k := range 3*lanes + 3 {
		m, ldx, ldy := mood(k%int(moods)), k+s.below(4), k+s.below(4)
		dst := make([]float32, rows*cols)
		d.whole(d.kernel, height, width, k, s.values(extent(rows, k, ldx), m), ldx, s.values(extent(cols, k, ldy), m), ldy, dst, cols, rows, cols)
		g.add(dst...)
	}
}
