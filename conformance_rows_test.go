package argmax

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var rowKernels = []kernelTest{
	{"scoreRows", rowwise{scoreRows, scoreRowsGeneric}},
	{"sqDistRows", rowwise{sqDistRows, sqDistRowsGeneric}},
	{"l1DistRows", rowwise{l1DistRows, l1DistRowsGeneric}},
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
