package argmax

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRowPanics(t *testing.T) {
	x := make([]float32, 100)
	for message, f := range map[string]func(){
		"argmax: ScoreRows: rows of length 19 cannot hold 2 rows of length 10 at stride 10": func() { ScoreRows(x[:2], x[10:20], strided(x[20:39], 10)) },
		"argmax: SqDistRows: rows of length 50 cannot hold 2 rows of length 10 at stride 9": func() { SqDistRows(x[:2], x[10:20], strided(x[20:70], 9)) },
		"argmax: L1DistRows: rows of length 9 cannot hold 1 rows of length 10 at stride 0":  func() { L1DistRows(x[:1], x[10:20], strided(x[20:29], 0)) },
		"argmax: ScoreRows: dst overlaps x":                                                 func() { ScoreRows(x[:2], x[1:11], strided(x[20:], 10)) },
		"argmax: SqDistRows: dst overlaps rows":                                             func() { SqDistRows(x[29:31], x[:10], strided(x[10:50], 10)) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
	for _, stride := range []int{-1, math.MinInt, math.MaxInt, math.MaxInt/2 + 1} { // the size of the matrix overflows
		assert.Panics(t, func() { ScoreRows(x[:3], x[10:20], strided(x[20:], stride)) }, "stride %d", stride)
	}
}

func TestRowsThatMustNotPanic(t *testing.T) {
	x := make([]float32, 100)
	ScoreRows(nil, x, Strided[float32]{Stride: -1})
	ScoreRows(x[:1], x[10:20], strided(x[20:30], -1)) // one row has no stride
	ScoreRows(x[30:32], x[:10], strided(x[10:], 10))  // dst lies behind the matrix
}

func TestGemmPanics(t *testing.T) {
	_, cols := TileShape()
	a, b, c := make([]float32, 64), make([]float32, 2*cols), make([]float32, 4*cols)
	const limit = ", which is at most 256"
	both, pixels := make([]float32, 2*cols+2), make([]uint8, 64)
	for message, f := range map[string]func(){
		"argmax: GemmRows of 1×1 with k = 257" + limit:                                  func() { GemmRows(strided(c, 1), strided(a, 1), strided(b, 1), 1, 1, 257, 1, Overwrite) },
		"argmax: GemmColumns of 1×1 with k = -1" + limit:                                func() { GemmColumns(strided(c, 1), strided(a, 1), strided(b, 1), 1, 1, -1, 1, Overwrite) },
		"argmax: GemmColumns of -1×1 with k = 1" + limit:                                func() { GemmColumns(strided(c, 1), strided(a, 1), strided(b, 1), -1, 1, 1, 1, Overwrite) },
		"argmax: GemmRows of 1×-1 with k = 1" + limit:                                   func() { GemmRows(strided(c, 1), strided(a, 1), strided(b, 1), 1, -1, 1, 1, Overwrite) },
		"argmax: GemmColumns: a of length 5 cannot hold 2 rows of length 3 at stride 3": func() { GemmColumns(strided(c, 3), strided(a[:5], 3), strided(b, 3), 3, 3, 2, 1, Overwrite) },
		"argmax: GemmRows: a of length 5 cannot hold 3 rows of length 2 at stride 2":    func() { GemmRows(strided(c, 3), strided(a[:5], 2), strided(b, 3), 3, 3, 2, 1, Overwrite) },
		"argmax: GemmRows: b of length 5 cannot hold 2 rows of length 3 at stride 3":    func() { GemmRows(strided(c, 3), strided(a, 2), strided(b[:5], 3), 2, 3, 2, 1, Overwrite) },
		"argmax: GemmRows: c of length 6 cannot hold 2 rows of length 3 at stride 2":    func() { GemmRows(strided(c[:6], 2), strided(a, 2), strided(b, 3), 2, 3, 2, 1, Overwrite) },
		"argmax: GemmRows: c overlaps a":                                                func() { GemmRows(strided(c, 1), strided(c[1:], 1), strided(b, 1), 1, 2, 1, 1, Overwrite) },
		"argmax: GemmRows: c overlaps b": func() {
			GemmRows(strided(both[cols:], cols), strided(a, 2), strided(both, cols), 1, 1, 2, 1, Overwrite)
		},
		"argmax: GemmColumns of n = 3, not a multiple of 16": func() { GemmColumns(strided(c, 3), strided(a, 1), strided(pixels, 3), 1, 3, 2, 1, Overwrite) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
	GemmColumns(strided(c, 0), Strided[float32]{}, Strided[float32]{}, 1, cols, 0, 1, Overwrite)
	GemmColumns(strided(c, -1), strided(a, -1), strided(b, -1), 1, cols, 1, 1, Accumulate) // a single row has no stride
	GemmRows(Strided[float32]{Stride: 1}, Strided[float32]{}, strided(b, 1), 0, 1, 3, 1, Accumulate)
	GemmRows(Strided[float32]{}, strided(a, 3), strided(b, 0), 5, 0, 3, 1, Accumulate)
}

func TestScoreTilesPanics(t *testing.T) {
	rows, classes := ScoreTileShape()
	x, w, dst := make([]float32, rows*32), make([]float32, classes*32), make([]float32, rows*classes)
	bias, state, pixels := make([]float32, classes), make([]float32, ScoreStateSize[uint8](rows, classes, 32)), make([]uint8, rows*32)
	size := ScoreStateSize[float32](rows, classes, 32)
	floats := func(dst, state, x, w, bias []float32, k int, mode ScoreMode) {
		ScoreTiles(strided(dst, classes), state, strided(x, 32), strided(w, 32), bias, rows, classes, k, mode)
	}
	for message, f := range map[string]func(){
		"argmax: ScoreTiles of k = -1, not a multiple of 16": func() { floats(dst, nil, x, w, bias, -1, 0) },
		"argmax: ScoreTiles of k = 17, not a multiple of 16": func() { floats(dst, state, x, w, bias, 17, Suspend) },
		"argmax: ScoreTiles of k = 33, not a multiple of 16": func() {
			ScoreTiles(strided(dst, classes), nil, strided(pixels, 32), strided(w, 32), bias, rows, classes, 33, 0)
		},
		fmt.Sprintf("argmax: ScoreTiles of %d examples and %d classes, fewer than a tile of %d and %d", rows-1, classes, rows, classes): func() {
			ScoreTiles(strided(dst, classes), nil, strided(x, 32), strided(w, 32), bias, rows-1, classes, 32, 0)
		},
		fmt.Sprintf("argmax: ScoreTiles of %d examples and %d classes, fewer than a tile of %d and %d", rows, classes-1, rows, classes): func() {
			ScoreTiles(strided(dst, classes), nil, strided(x, 32), strided(w, 32), bias, rows, classes-1, 32, 0)
		},
		fmt.Sprintf("argmax: ScoreTiles: x of length %d cannot hold %d rows of length 32 at stride 32", rows*32-1, rows):                          func() { floats(dst, nil, x[1:], w, bias, 32, 0) },
		fmt.Sprintf("argmax: ScoreTiles: w of length %d cannot hold %d rows of length 32 at stride 32", classes*32-1, classes):                    func() { floats(dst, nil, x, w[1:], bias, 32, 0) },
		fmt.Sprintf("argmax: ScoreTiles: dst of length %d cannot hold %d rows of length %d at stride %d", rows*classes-1, rows, classes, classes): func() { floats(dst[1:], nil, x, w, bias, 32, 0) },
		fmt.Sprintf("argmax: ScoreTiles: state of lengths %d and %d", size-1, size):                                                               func() { floats(dst, state[:size-1], x, w, bias, 32, Resume) },
		fmt.Sprintf("argmax: ScoreTiles: state of length 0 for %d×%d scores", rows, classes):                                                      func() { floats(dst, nil, x, w, bias, 32, Suspend) },
		fmt.Sprintf("argmax: ScoreTiles: state of lengths %d and %d", len(state)-1, len(state)): func() {
			ScoreTiles(strided(dst, classes), state[1:], strided(pixels, 32), strided(w, 32), bias, rows, classes, 32, 0)
		},
		fmt.Sprintf("argmax: ScoreTiles: bias of lengths %d and %d", classes-1, classes): func() { floats(dst, nil, x, w, bias[1:], 32, 0) },
		"argmax: ScoreTiles: dst overlaps x":                                             func() { floats(x, nil, x, w, bias, 32, 0) },
		"argmax: ScoreTiles: state overlaps x": func() {
			long := make([]float32, max(len(x), len(state)))
			floats(dst, long, long, w, bias, 32, Suspend)
		},
	} {
		assert.PanicsWithValue(t, message, f)
	}
	huge := Strided[float32]{}
	assert.Panics(t, func() { ScoreTiles(huge, state, huge, huge, nil, math.MaxInt, math.MaxInt, 0, Suspend) })
}

// A chain in pieces has the bits of the whole, in any number of panels.
func TestGemmContinues(t *testing.T) {
	s := newSource(73)
	rows, cols := TileShape()
	m, n := 2*rows+1, 3*cols+5
	a, b := s.values(KC*m, plain), s.values(KC*n, plain)
	want, got := make([]float32, m*n), make([]float32, m*n)
	GemmColumns(strided(want, n), strided(a, m), strided(b, n), m, n, KC, 1, Overwrite)
	for p, mode := 0, Overwrite; p < KC; p, mode = p+50, Continue {
		GemmColumns(strided(got, n), strided(a[p*m:], m), strided(b[p*n:], n), m, n, min(50, KC-p), 1, mode)
	}
	require.Negative(t, firstDifference(want, got))
}

// A deep product is the sum of its blocks of KC, added in order.
func TestGemmChain(t *testing.T) {
	s := newSource(72)
	rows, cols := TileShape()
	const k = 2*KC + 10
	a, b := s.values(k*rows, plain), s.values(k*cols, plain)
	c := make([]float32, rows*cols)
	for p, mode := 0, Overwrite; p < k; p, mode = p+KC, Accumulate {
		GemmColumns(strided(c, cols), strided(a[p*rows:], rows), strided(b[p*cols:], cols), rows, cols, min(KC, k-p), 1, mode)
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

// Scores by tiles are those of ScoreRows of each example plus the bias, also where the last
// tiles overlap others.
func TestScoreTilesAreScoreRows(t *testing.T) {
	s := newSource(73)
	rows, classes := ScoreTileShape()
	rows, classes = 2*rows+1, 2*classes+1
	for _, k := range []int{0, 5, 64, 100} {
		x, w, bias := s.values(rows*k, plain), s.values(classes*k, plain), s.values(classes, plain)
		got, want := make([]float32, rows*classes), make([]float32, classes)
		ScoreTiles(strided(got, classes), nil, strided(x, k), strided(w, k), bias, rows, classes, k, 0)
		for i := range rows {
			ScoreRows(want, x[i*k:][:k], strided(w, k))
			for j := range want {
				require.True(t, same(want[j]+bias[j], got[i*classes+j]), "k %d, row %d, class %d", k, i, j)
			}
		}
	}
}

func TestTranspose(t *testing.T) {
	s := newSource(18)
	for m := range 40 {
		for n := range 40 {
			lds, ldd := n+s.below(3), m+s.below(3)
			src, dst := s.values(extent(m, n, lds), edges), s.values(extent(n, m, ldd), plain)
			want := slices.Clone(dst)
			for i := range m {
				for j := range n {
					want[j*ldd+i] = src[i*lds+j]
				}
			}
			Transpose(strided(dst, ldd), strided(src, lds), m, n)
			require.Negative(t, firstDifference(dst, want), "%d×%d", m, n)
		}
	}
	long := s.values(17*5003, plain) // several calls
	dst := make([]float32, len(long))
	Transpose(strided(dst, 17), strided(long, 5003), 17, 5003)
	for i := range 17 {
		for j := range 5003 {
			require.Equal(t, long[i*5003+j], dst[j*17+i])
		}
	}
}

func TestTransposePanics(t *testing.T) {
	x := make([]float32, 100)
	for message, f := range map[string]func(){
		"argmax: Transpose: dst of length 5 cannot hold 3 rows of length 2 at stride 2": func() { Transpose(strided(x[:5], 2), strided(x[10:], 3), 2, 3) },
		"argmax: Transpose: src of length 6 cannot hold 2 rows of length 3 at stride 2": func() { Transpose(strided(x[:6], 2), strided(x[10:16], 2), 2, 3) },
		"argmax: Transpose: dst overlaps src":                                           func() { Transpose(strided(x, 2), strided(x[5:], 3), 2, 3) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}
