package argmax

import (
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
)

func TestDistancePanics(t *testing.T) {
	x, index := make([]float32, 100), []int{0}
	for message, f := range map[string]func(){
		"argmax: LInfDist of lengths 3 and 4":                                                func() { LInfDist(x[:3], x[:4]) },
		"argmax: CosineDist of lengths 4 and 3":                                              func() { CosineDist(x[:4], x[:3]) },
		"argmax: LInfDistRows: rows of length 9 cannot hold 1 rows of length 10 at stride 0": func() { LInfDistRows(x[:1], x[10:20], strided(x[20:29], 0)) },
		"argmax: CosineRows: rows of length 50 cannot hold 2 rows of length 10 at stride 9":  func() { CosineRows(x[:2], x[10:20], strided(x[20:70], 9)) },
		"argmax: CosineRows: dst overlaps x":                                                 func() { CosineRows(x[:2], x[1:11], strided(x[20:], 10)) },
		"argmax: ScoreRowsAt of lengths 2 and 1":                                             func() { ScoreRowsAt(x[:2], x[10:20], strided(x[20:], 10), []int{0}) },
		"argmax: ScoreRowsAt: index[1] is 3, with 3 rows":                                    func() { ScoreRowsAt(x[:2], x[10:20], strided(x[20:59], 11), []int{2, 3}) },
		"argmax: SqDistRowsAt: index[0] is -1, with 3 rows":                                  func() { SqDistRowsAt(x[:1], x[10:20], strided(x[20:59], 11), []int{-1}) },
		"argmax: L1DistRowsAt: index[0] is 1, with 1 rows":                                   func() { L1DistRowsAt(x[:1], x[10:20], strided(x[20:59], 9), []int{1}) },
		"argmax: LInfDistRowsAt: index[0] is 0, with 0 rows":                                 func() { LInfDistRowsAt(x[:1], x[10:20], strided(x[20:29], 10), []int{0}) },
		"argmax: CosineRowsAt: dst overlaps rows":                                            func() { CosineRowsAt(x[30:31], x[:10], strided(x[10:50], 10), []int{0}) },
		"argmax: CosineRowsAt: dst overlaps index": func() {
			CosineRowsAt(unsafe.Slice((*float32)(unsafe.Pointer(&index[0])), 1), x[:10], strided(x[10:50], 10), index)
		},
		"argmax: CosineRowsAt: dst overlaps x": func() { CosineRowsAt(x[:1], x[:10], strided(x[10:50], 10), []int{0}) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}

// rowsIn returns the largest number of rows whose extent fits.
func TestRowsIn(t *testing.T) {
	for n := range 30 {
		for cols := range 8 {
			for stride := range 10 {
				count := rowsIn(n, cols, stride)
				fits := func(rows int) bool { size := extent(rows, cols, stride); return size >= 0 && size <= n }
				require.True(t, fits(count), "%d elements, %d columns, stride %d: %d rows", n, cols, stride, count)
				if count < math.MaxInt {
					require.False(t, fits(count+1), "%d elements, %d columns, stride %d: %d rows", n, cols, stride, count)
				}
			}
		}
	}
	assert.Equal(t, 1, rowsIn(10, 10, math.MinInt))
	assert.Equal(t, 1, rowsIn(10, 0, math.MaxInt))
}

func TestRowsAtThatMustNotPanic(t *testing.T) {
	x := make([]float32, 100)
	ScoreRowsAt(nil, x, Strided[float32]{Stride: -1}, nil)
	ScoreRowsAt(x[:1], x[10:20], strided(x[20:30], -1), []int{0}) // one row has no stride
	LInfDistRowsAt(x[:2], nil, Strided[float32]{}, []int{7, math.MaxInt - 1})
	CosineRowsAt(x[:2], nil, strided(x[10:20], 3), []int{3, 0})
	assert.Equal(t, []float32{1, 1}, x[:2], "empty vectors are zero vectors")
}

// byRow has the functions over rows by name, and the result for a single row.
var byRow = map[string]struct {
	rows func(dst, x []float32, rows Strided[float32])
	at   func(dst, x []float32, rows Strided[float32], index []int)
	row  func(x, y []float32) float32
}{
	"Score":    {ScoreRows, ScoreRowsAt, stepDot.row},
	"SqDist":   {SqDistRows, SqDistRowsAt, stepSqDist.row},
	"L1Dist":   {L1DistRows, L1DistRowsAt, stepL1Dist.row},
	"LInfDist": {LInfDistRows, LInfDistRowsAt, lInfDistGeneric},
	"Cosine":   {CosineRows, CosineRowsAt, cosineOfRow},
}

func cosineOfRow(x, y []float32) float32 {
	return cosine(stepDot.row(x, y), stepDot.row(x, x), stepDot.row(y, y))
}

// Matrices and lists are processed in pieces. The result of each row must be that of the
// row alone.
func TestCutDistances(t *testing.T) {
	s := newSource(72)
	for _, c := range []struct{ rows, cols, gap int }{
		{130, 1000, 0}, {131, 1000, 3}, {5, maxRows/2 + 1, 0}, {3, maxRows + 5, 2}, {maxRows + 3, 1, 1}, {300, 7, 0}, {5, 0, 1},
	} {
		stride := c.cols + c.gap
		for _, m := range []mood{plain, broken} {
			x, rows := s.values(c.cols, m), s.values(extent(c.rows, c.cols, stride), m)
			index := make([]int, c.rows+1)
			for i := range index {
				index[i] = s.below(c.rows)
			}
			for name, d := range byRow {
				dst, want := make([]float32, c.rows), make([]float32, c.rows)
				d.rows(dst, x, strided(rows, stride))
				for i := range want {
					want[i] = d.row(x, rows[i*stride:][:c.cols])
				}
				i := firstDifference(dst, want)
				require.Negativef(t, i, "%s: row %d of %d×%d, mood %d", name, i, c.rows, c.cols, m)
				listed := make([]float32, len(index))
				d.at(listed, x, strided(rows, stride), index)
				for i, row := range index {
					require.Truef(t, same(want[row], listed[i]), "%s: row %d of %d×%d in a list, mood %d", name, row, c.rows, c.cols, m)
				}
			}
		}
	}
}

// LInfDist is the exact distance, rounded once.
func TestLInfDist(t *testing.T) {
	s := newSource(73)
	for _, n := range []int{0, 1, 5, 100, 1000, maxVector, maxVector + 1, 3*maxVector + 77} {
		for m := range moods {
			x, y := s.values(n, m), s.values(n, m)
			want := 0.0
			for i := range x {
				want = max(want, math.Abs(float64(x[i])-float64(y[i])))
			}
			require.Truef(t, same(float32(want), LInfDist(x, y)), "length %d, mood %d", n, m)
		}
	}
	x := make([]float32, 3*maxVector+5)
	for _, i := range []int{0, maxVector - 1, maxVector, len(x) - 1} {
		x[i] = nan
		require.True(t, same(nan, LInfDist(x, make([]float32, len(x)))), "NaN at %d", i)
		x[i] = 0
	}
	assert.True(t, same(nan, LInfDist([]float32{inf, 1}, []float32{inf, 0})))
	assert.True(t, same(0, LInfDist([]float32{negZero}, []float32{0})))
}

func TestCosineAgainstFloat64(t *testing.T) {
	s := newSource(74)
	// The error of a product is g times √(x·x · y·y), from which that of the quotient
	// follows. The last rounding is of a number that is at most 2, but for that error.
	bound := func(roundings int) float64 {
		g := growth(roundings)
		quotient := 2*g/(1-g) + 4*0x1p-53
		return quotient + unit*(2+quotient)
	}
	for n := 1; n < 300; n++ {
		x, y, dst := s.values(n, plain), s.values(n, plain), []float32{0}
		for _, scale := range []float32{1, -3, 0x1p-20} { // adds that multiple of x to y: close and opposite vectors
			Axpy(y, x, scale)
			var xy, xx, yy float64
			for i := range x {
				a, b := float64(x[i]), float64(y[i])
				xy, xx, yy = xy+a*b, xx+a*a, yy+b*b
			}
			want := 1 - xy/math.Sqrt(xx*yy)
			assert.InDelta(t, want, CosineDist(x, y), bound(vectorRoundings(n)), "length %d", n)
			CosineRows(dst, x, strided(y, n))
			assert.InDelta(t, want, dst[0], bound(rowRoundings(n)), "length %d", n)
		}
		require.Zero(t, CosineDist(x, x))
		CosineRows(dst, x, strided(x, n))
		require.Zero(t, dst[0])
	}
}

// One pass or three passes give the same bits.
func TestCutCosine(t *testing.T) {
	s := newSource(75)
	for _, n := range []int{maxVector/2 - 1, maxVector / 2, maxVector/2 + 1, maxVector + 65} {
		x, y := s.values(n, plain), s.values(n, plain)
		require.True(t, same(cosineDistGeneric(x, y), CosineDist(x, y)), "length %d", n)
	}
}

func TestCosineOfSpecialVectors(t *testing.T) {
	for _, c := range []struct {
		x, y []float32
		want float32
		why  string
	}{
		{nil, nil, 1, "empty"},
		{[]float32{0, 0}, []float32{1, 2}, 1, "zero"},
		{[]float32{0, negZero}, []float32{0, 0}, 1, "both zero"},
		{[]float32{0x1p-80}, []float32{1}, 1, "the square underflows"},
		{[]float32{1, 0}, []float32{0, 5}, 1, "orthogonal"},
		{[]float32{3, 4}, []float32{-3, -4}, 2, "opposite"},
		{[]float32{3, 4}, []float32{6, 8}, 0, "the same direction"},
		{[]float32{1, 0}, []float32{3, 4}, 0.4, "1 − 3/5"},
		{[]float32{nan, 1}, []float32{1, 1}, nan, "NaN"},
		{[]float32{0, 0}, []float32{nan, 1}, nan, "NaN, though the other is zero"},
		{[]float32{0, 0}, []float32{inf, 1}, nan, "0·∞"},
		{[]float32{inf, 0}, []float32{1, 1}, nan, "∞/∞"},
		{[]float32{0x1p100}, []float32{1}, 1, "a square overflows"},
		{[]float32{0x1p100}, []float32{0x1p100}, nan, "all overflow"},
		{[]float32{0x1p60}, []float32{0x1p-60}, 0, "the product of the squares does not"},
	} {
		assert.Truef(t, same(c.want, CosineDist(c.x, c.y)), "%s: %v", c.why, CosineDist(c.x, c.y))
		dst := []float32{0}
		CosineRows(dst, c.x, strided(c.y, len(c.y)))
		assert.Truef(t, same(c.want, dst[0]), "%s: %v in a row", c.why, dst[0])
	}
}

// Matrices of distances have the bits of row kernels, whatever their sides: whole tiles,
// what they leave, and rows too long for them.
func TestDistMatrices(t *testing.T) {
	s := newSource(43)
	type shape struct{ m, n, k int }
	shapes := []shape{{0, 3, 4}, {3, 0, 4}, {3, 4, 0}, {9, 13, distTileColumns}, {9, 13, distTileColumns + 1}, {4, 40, 5000}}
	if testing.Short() {
		shapes = shapes[:3]
	}
	for m := 1; m <= 10; m++ {
		for n := 1; n <= 14; n++ {
			shapes = append(shapes, shape{m, n, s.below(70)})
		}
	}
	for _, isa := range cpu.Available() {
		restore := cpu.Use(isa)
		for i, sh := range shapes {
			feel := mood(i % int(moods))
			strideX, strideY, strideD := sh.k+s.below(3), sh.k+s.below(3), sh.n+s.below(3)
			x, y := Strided[float32]{s.values(extent(sh.m, sh.k, strideX), feel), strideX}, Strided[float32]{s.values(extent(sh.n, sh.k, strideY), feel), strideY}
			for name, f := range map[string]struct {
				matrix func(dst, x, y Strided[float32], m, n, k int)
				rows   func(dst, x []float32, rows Strided[float32])
			}{"SqDist": {SqDistMatrix, SqDistRows}, "L1Dist": {L1DistMatrix, L1DistRows}, "LInfDist": {LInfDistMatrix, LInfDistRows}} {
				dst := slices.Repeat([]float32{canary}, extent(sh.m, sh.n, strideD))
				want := slices.Clone(dst)
				f.matrix(Strided[float32]{dst, strideD}, x, y, sh.m, sh.n, sh.k)
				for i := range sh.m {
					f.rows(want[i*strideD:][:sh.n], x.Data[i*strideX:][:sh.k], y)
				}
				require.Negative(t, firstDifference(dst, want), "%v: %s, %+v", isa, name, sh)
			}
		}
		restore()
	}
}
