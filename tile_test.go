package argmax

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTilePanics(t *testing.T) {
	rows, cols := TileShape()
	a, b, c := make([]float32, 2*rows), make([]float32, 2*cols), make([]float32, rows*cols)
	limits := fmt.Sprintf(", at most %d×%d with k = 256", rows, cols)
	both := make([]float32, 2*cols+2)
	for message, f := range map[string]func(){
		"argmax: Tile of 1×1 with k = 257" + limits:                     func() { Tile(257, a, b, 1, c, 1, 1, 1, false) },
		"argmax: Tile of 1×1 with k = -1" + limits:                      func() { Tile(-1, a, b, 1, c, 1, 1, 1, false) },
		"argmax: Tile of 0×1 with k = 1" + limits:                       func() { Tile(1, a, b, 1, c, 1, 0, 1, false) },
		fmt.Sprintf("argmax: Tile of %d×1 with k = 1", rows+1) + limits: func() { Tile(1, a, b, 1, c, 1, rows+1, 1, false) },
		fmt.Sprintf("argmax: Tile of 1×%d with k = 1", cols+1) + limits: func() { Tile(1, a, b, 1, c, 1, 1, cols+1, false) },
		"argmax: Tile of 1×0 with k = 1" + limits:                       func() { Tile(1, a, b, 1, c, 1, 1, 0, false) },
		fmt.Sprintf("argmax: Tile: a of length %d cannot hold 2 rows of length %d at stride %d", 2*rows-1, rows, rows): func() {
			Tile(2, a[:2*rows-1], b, cols, c, cols, 1, 1, false)
		},
		"argmax: Tile: b of length 5 cannot hold 2 rows of length 3 at stride 3": func() { Tile(2, a, b[:5], 3, c, 3, 2, 3, false) },
		"argmax: Tile: c of length 6 cannot hold 2 rows of length 3 at stride 2": func() { Tile(2, a, b, 3, c[:6], 2, 2, 3, false) },
		"argmax: Tile: c overlaps a": func() { Tile(1, c[1:], b, 1, c, 1, 1, 2, false) },
		"argmax: Tile: c overlaps b": func() { Tile(2, a, both, cols, both[cols:], cols, 1, 1, false) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
	Tile(0, nil, nil, 0, c, 0, 1, cols, false)
	Tile(1, a, b, -1, c, -1, 1, cols, true) // a single row has no stride
}

// A product of any depth is the blocks of KC, added in order.
func TestTileChain(t *testing.T) {
	s := newSource(72)
	rows, cols := TileShape()
	const k = 2*KC + 10
	a, b := s.values(k*rows, plain), s.values(k*cols, plain)
	c := make([]float32, rows*cols)
	for p := 0; p < k; p += KC {
		Tile(min(KC, k-p), a[p*rows:], b[p*cols:], cols, c, cols, rows, cols, p > 0)
	}
	for e, got := range c {
		i, j := e/cols, e%cols
		var want float32
		for p := 0; p < k; p += KC {
			var chain float32
			for q := p; q < min(p+KC, k); q++ {
				chain = fma32(a[q*rows+i], b[q*cols+j], chain)
			}
			if p == 0 {
				want = chain
			} else {
				want += chain
			}
		}
		require.True(t, same(want, got), "element %d, %d", i, j)
	}
}
