package argmax

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func prefetchingTest(kernel, twin func(rows []uint8, stride int, index []int, n int)) prefetching {
	return prefetching{kernel}
}

// prefetching has nothing to compare but that nothing changes.
type prefetching struct {
	kernel func(rows []uint8, stride int, index []int, n int)
}

// Rows before a page that faults, and those that begin after one, are prefetched beyond
// their ends without a fault.
func (p prefetching) conforms(t *testing.T) {
	s := newSource(41)
	const most = 70
	base, list := newArena(t, most*1000/4+64), newArena(t, 2*most+64)
	for rows := range most {
		n := 1 + s.below(1000)
		data, index := make([]uint8, max(1, rows)*n), make([]int, rows)
		byteMoods[0](s, data, true)
		for i := range index {
			index[i] = s.below(rows)
		}
		for _, offset := range []int{0, 1 + s.below(atEnd-1), atEnd} {
			got, indices := placed(base, data, offset), placed(list, index, offset)
			p.kernel(got, n, indices, n+s.below(200))
			require.Equal(t, data, got)
			require.Equal(t, index, indices)
		}
	}
}

func (p prefetching) golden(g *goldenHash) {
	rows := []uint8{1, 2, 3, 4}
	p.kernel(rows, 2, []int{1, 0}, 2)
	g.Write(rows)
}

func TestPrefetchRowsAtChecksItsList(t *testing.T) {
	x := make([]float32, 10)
	assert.PanicsWithValue(t, "argmax: PrefetchRowsAt: index[1] is 3, with 3 rows", func() {
		PrefetchRowsAt(Strided[float32]{Data: x, Stride: 4}, 2, []int{2, 3})
	})
	before := slices.Clone(x)
	PrefetchRowsAt(Strided[float32]{Data: x, Stride: 4}, 2, []int{2, 0, 2})
	PrefetchRowsAt(Strided[float32]{Data: x, Stride: 4}, 0, []int{0})
	PrefetchRowsAt(Strided[float32]{Data: x[:0], Stride: 4}, 2, nil)
	PrefetchRowsAt(Strided[uint8]{Data: make([]uint8, 1<<20), Stride: 1 << 19}, 1<<19, []int{0, 1}) // in two pieces
	assert.Equal(t, before, x)
}
