package argmax

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRowPanics(t *testing.T) {
	x := make([]float32, 100)
	for message, f := range map[string]func(){
		"argmax: ScoreRows: rows of length 19 cannot hold 2 rows of length 10 at stride 10": func() { ScoreRows(x[:2], x[10:20], x[20:39], 10) },
		"argmax: SqDistRows: rows of length 50 cannot hold 2 rows of length 10 at stride 9": func() { SqDistRows(x[:2], x[10:20], x[20:70], 9) },
		"argmax: L1DistRows: rows of length 9 cannot hold 1 rows of length 10 at stride 0":  func() { L1DistRows(x[:1], x[10:20], x[20:29], 0) },
		"argmax: ScoreRows: dst overlaps x":                                                 func() { ScoreRows(x[:2], x[1:11], x[20:], 10) },
		"argmax: SqDistRows: dst overlaps rows":                                             func() { SqDistRows(x[29:31], x[:10], x[10:50], 10) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
	for _, stride := range []int{-1, math.MinInt, math.MaxInt, math.MaxInt/2 + 1} { // the size of the matrix overflows
		assert.Panics(t, func() { ScoreRows(x[:3], x[10:20], x[20:], stride) }, "stride %d", stride)
	}
}

func TestRowsThatMustNotPanic(t *testing.T) {
	x := make([]float32, 100)
	ScoreRows(nil, x, nil, -1)
	ScoreRows(x[:1], x[10:20], x[20:30], -1) // one row has no stride
	ScoreRows(x[30:32], x[:10], x[10:], 10)  // dst lies behind the matrix
}

// Matrices are cut by rows: each row must be what it is alone.
func TestCutRows(t *testing.T) {
	s := newSource(71)
	for _, c := range []struct{ rows, cols, gap int }{
		{130, 1000, 0}, {131, 1000, 3}, {5, maxRows/2 + 1, 0}, {3, maxRows + 5, 2}, {maxRows + 3, 1, 1}, {5, 0, 1},
	} {
		stride := c.cols + c.gap
		x, rows := s.values(c.cols, plain), s.values(extent(c.rows, c.cols, stride), plain)
		for name, f := range map[string]struct {
			cut func(dst, x, rows []float32, stride int)
			row func(x, y []float32) float32
		}{
			"ScoreRows":  {ScoreRows, stepDot.row},
			"SqDistRows": {SqDistRows, stepSqDist.row},
			"L1DistRows": {L1DistRows, stepL1Dist.row},
		} {
			dst := make([]float32, c.rows)
			f.cut(dst, x, rows, stride)
			for i, got := range dst {
				require.Truef(t, same(f.row(x, rows[i*stride:][:c.cols]), got), "%s: row %d of %d×%d", name, i, c.rows, c.cols)
			}
		}
	}
}

func TestGemmPanics(t *testing.T) {
	_, cols := TileShape()
	a, b, c := make([]float32, 64), make([]float32, 2*cols), make([]float32, 4*cols)
	limits := fmt.Sprintf(", at most %d columns with k = 256", cols)
	both, pixels := make([]float32, 2*cols+2), make([]uint8, 64)
	for message, f := range map[string]func(){
		"argmax: GemmRows of 1×1 with k = 257" + limits:                                 func() { GemmRows(257, 1, a, 1, b, 1, c, 1, 1, 1, false) },
		"argmax: GemmColumns of 1×1 with k = -1" + limits:                               func() { GemmColumns(-1, 1, a, 1, b, 1, c, 1, 1, 1, false) },
		"argmax: GemmColumns of -1×1 with k = 1" + limits:                               func() { GemmColumns(1, 1, a, 1, b, 1, c, 1, -1, 1, false) },
		fmt.Sprintf("argmax: GemmRows of 1×%d with k = 1", cols+1) + limits:             func() { GemmRows(1, 1, a, 1, b, 1, c, 1, 1, cols+1, false) },
		"argmax: GemmColumns: a of length 5 cannot hold 2 rows of length 3 at stride 3": func() { GemmColumns(2, 1, a[:5], 3, b, 3, c, 3, 3, 3, false) },
		"argmax: GemmRows: a of length 5 cannot hold 3 rows of length 2 at stride 2":    func() { GemmRows(2, 1, a[:5], 2, b, 3, c, 3, 3, 3, false) },
		"argmax: GemmRows: b of length 5 cannot hold 2 rows of length 3 at stride 3":    func() { GemmRows(2, 1, a, 2, b[:5], 3, c, 3, 2, 3, false) },
		"argmax: GemmRows: c of length 6 cannot hold 2 rows of length 3 at stride 2":    func() { GemmRows(2, 1, a, 2, b, 3, c[:6], 2, 2, 3, false) },
		"argmax: GemmRows: c overlaps a":                                                func() { GemmRows(1, 1, c[1:], 1, b, 1, c, 1, 1, 2, false) },
		"argmax: GemmRows: c overlaps b":                                                func() { GemmRows(2, 1, a, 2, both, cols, both[cols:], cols, 1, 1, false) },
		"argmax: GemmColumnsBytes of n = 3, not a multiple of 16":                       func() { GemmColumnsBytes(2, 1, a, 1, pixels, 3, c, 3, 1, 3, false) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
	GemmColumns(0, 1, nil, 0, nil, 0, c, 0, 1, cols, false)
	GemmColumns(1, 1, a, -1, b, -1, c, -1, 1, cols, true) // a single row has no stride
	GemmRows(3, 1, nil, 0, b, 1, nil, 1, 0, 1, true)
	GemmRows(3, 1, a, 3, b, 0, nil, 0, 5, 0, true)
}

func TestScoreTilePanics(t *testing.T) {
	rows, classes := ScoreTileShape()
	x, w, dst := make([]float32, rows*32), make([]float32, classes*32), make([]float32, rows*classes)
	bias, state, pixels := make([]float32, classes), make([]float32, rows*classes*lanes), make([]uint8, rows*32)
	for message, f := range map[string]func(){
		"argmax: ScoreTile of k = -1, not a multiple of 16":      func() { ScoreTile(-1, x, 32, w, 32, nil, bias, dst, classes, false, false, false) },
		"argmax: ScoreTile of k = 17, not a multiple of 16":      func() { ScoreTile(17, x, 32, w, 32, state, bias, dst, classes, false, true, false) },
		"argmax: ScoreTileBytes of k = 17, not a multiple of 16": func() { ScoreTileBytes(17, pixels, 32, w, 32, state, bias, dst, classes, false, false, false) },
		fmt.Sprintf("argmax: ScoreTile: x of length %d cannot hold %d rows of length 32 at stride 32", rows*32-1, rows): func() {
			ScoreTile(32, x[1:], 32, w, 32, nil, bias, dst, classes, false, false, false)
		},
		fmt.Sprintf("argmax: ScoreTile: w of length %d cannot hold %d rows of length 32 at stride 32", classes*32-1, classes): func() {
			ScoreTile(32, x, 32, w[1:], 32, nil, bias, dst, classes, false, false, false)
		},
		fmt.Sprintf("argmax: ScoreTile: dst of length %d cannot hold %d rows of length %d at stride %d", rows*classes-1, rows, classes, classes): func() {
			ScoreTile(32, x, 32, w, 32, nil, bias, dst[1:], classes, false, false, false)
		},
		fmt.Sprintf("argmax: ScoreTile: state of lengths 1 and %d", rows*classes*lanes): func() { ScoreTile(32, x, 32, w, 32, state[:1], bias, dst, classes, true, false, false) },
		fmt.Sprintf("argmax: ScoreTile: bias of lengths 1 and %d", classes):             func() { ScoreTile(32, x, 32, w, 32, nil, bias[:1], dst, classes, false, false, false) },
		"argmax: ScoreTile: dst overlaps x, w or bias":                                  func() { ScoreTile(32, x, 32, w, 32, nil, bias, x, classes, false, false, false) },
		"argmax: ScoreTile: state overlaps x or w": func() {
			long := make([]float32, max(len(x), len(state)))
			ScoreTile(32, long, 32, w, 32, long, bias, dst, classes, false, true, false)
		},
	} {
		assert.PanicsWithValue(t, message, f)
	}
}

// A product of any depth is the blocks of KC, added in order.
func TestGemmChain(t *testing.T) {
	s := newSource(72)
	rows, cols := TileShape()
	const k = 2*KC + 10
	a, b := s.values(k*rows, plain), s.values(k*cols, plain)
	c := make([]float32, rows*cols)
	for p := 0; p < k; p += KC {
		GemmColumns(min(KC, k-p), 1, a[p*rows:], rows, b[p*cols:], cols, c, cols, rows, cols, p > 0)
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

// A tile of scores is ScoreRows of each example, and the bias.
func TestScoreTileIsScoreRows(t *testing.T) {
	s := newSource(73)
	rows, classes := ScoreTileShape()
	for _, k := range []int{0, 5, 64, 100} {
		x, w, bias := s.values(rows*k, plain), s.values(classes*k, plain), s.values(classes, plain)
		got, want := make([]float32, rows*classes), make([]float32, classes)
		ScoreTile(k, x, k, w, k, nil, bias, got, classes, false, false, false)
		for i := range rows {
			ScoreRows(want, x[i*k:][:k], w, k)
			for j := range want {
				require.True(t, same(want[j]+bias[j], got[i*classes+j]), "k %d, row %d, class %d", k, i, j)
			}
		}
	}
}
