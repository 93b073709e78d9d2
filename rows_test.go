package argmax

import (
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
