package argmax

import (
	"fmt"
	"math"
	"math/big"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
)

// byteFunctions lists the exported functions and the terms that they sum.
var byteFunctions = map[string]struct {
	pair   func(x, y []uint8) int64
	rows   func(dst []int64, x []uint8, rows Strided[uint8])
	rowsAt func(dst []int64, x []uint8, rows Strided[uint8], index []int)
	term   func(x, y int64) int64
}{
	"DotBytes":    {DotBytes, DotBytesRows, DotBytesRowsAt, func(x, y int64) int64 { return x * y }},
	"SqDistBytes": {SqDistBytes, SqDistBytesRows, SqDistBytesRowsAt, func(x, y int64) int64 { return (x - y) * (x - y) }},
	"L1DistBytes": {L1DistBytes, L1DistBytesRows, L1DistBytesRowsAt, func(x, y int64) int64 { return max(x-y, y-x) }},
}

// exactly returns the sum of the terms in arithmetic that cannot overflow.
func exactly(term func(x, y int64) int64, x, y []uint8) *big.Int {
	sum := new(big.Int)
	for i := range x {
		sum.Add(sum, big.NewInt(term(int64(x[i]), int64(y[i]))))
	}
	return sum
}

func TestBytesAreExact(t *testing.T) {
	lengths := []int{0, 1, 7, 63, 64, 65, 784, byteColumns - 1, byteColumns, byteColumns + 1, byteColumns + 63, byteColumns + 64, byteColumns + 65, 3*byteColumns + 5}
	s := newSource(33)
	for _, isa := range cpu.Available() {
		defer cpu.Use(isa)()
		for _, n := range lengths {
			for m, fill := range byteMoods {
				x, y := make([]uint8, n), make([]uint8, n)
				fill(s, x, false)
				fill(s, y, true)
				for name, f := range byteFunctions {
					want := exactly(f.term, x, y)
					assert.Equal(t, want.String(), fmt.Sprint(f.pair(x, y)), "%v: %s, length %d, mood %d", isa, name, n, m)
					assert.Equal(t, want.String(), fmt.Sprint(f.pair(y, x)), "%v: %s, length %d, mood %d", isa, name, n, m)
				}
			}
		}
	}
}

// Matrices are cut by rows and by columns, and short rows are copied. The result of each
// row must be that of the row alone.
func TestByteRows(t *testing.T) {
	s := newSource(34)
	for _, isa := range cpu.Available() {
		defer cpu.Use(isa)()
		for _, c := range []struct{ rows, cols, gap int }{
			{0, 100, 0}, {5, 0, 1}, {3, 0, 0}, {20, 1, 2}, {17, 63, 0}, {600, 64, 1}, {300, 1000, 3},
			{3, byteColumns + 5, 2}, {5, byteMatrix/4 + 7, 0}, {farBytes/1000 + 5, 1000, 0},
		} {
			stride := c.cols + c.gap
			x, rows := make([]uint8, c.cols), make([]uint8, extent(c.rows, c.cols, stride))
			byteMoods[0](s, x, false)
			byteMoods[0](s, rows, true)
			dst, index := make([]int64, c.rows), make([]int, c.rows)
			for i := range index {
				dst[i], index[i] = -1, s.below(c.rows)
			}
			for name, f := range byteFunctions {
				f.rows(dst, x, strided(rows, stride))
				want := make([]int64, c.rows)
				for i := range want {
					want[i] = f.pair(x, rows[i*stride:][:c.cols])
				}
				require.Equal(t, want, dst, "%v: %s of %d×%d", isa, name, c.rows, c.cols)
				f.rowsAt(dst, x, strided(rows, stride), index)
				for i, got := range dst {
					require.Equal(t, want[index[i]], got, "%v: %s of %d×%d, row %d", isa, name, c.rows, c.cols, index[i])
				}
			}
		}
	}
}

func TestBytePanics(t *testing.T) {
	x, dst, index := make([]uint8, 100), make([]int64, 3), make([]int, 3)
	for message, f := range map[string]func(){
		"argmax: DotBytes of lengths 2 and 3":                                                     func() { DotBytes(x[:2], x[:3]) },
		"argmax: SqDistBytes of lengths 2 and 3":                                                  func() { SqDistBytes(x[:2], x[:3]) },
		"argmax: L1DistBytes of lengths 2 and 3":                                                  func() { L1DistBytes(x[:2], x[:3]) },
		"argmax: DotBytesRows: rows of length 29 cannot hold 3 rows of length 10 at stride 10":    func() { DotBytesRows(dst, x[:10], strided(x[:29], 10)) },
		"argmax: SqDistBytesRows: rows of length 100 cannot hold 3 rows of length 10 at stride 9": func() { SqDistBytesRows(dst, x[:10], strided(x, 9)) },
		"argmax: L1DistBytesRows: rows of length 9 cannot hold 1 rows of length 10 at stride 0":   func() { L1DistBytesRows(dst[:1], x[:10], strided(x[:9], 0)) },
		"argmax: DotBytesRowsAt of lengths 3 and 2":                                               func() { DotBytesRowsAt(dst, x[:10], strided(x, 10), index[:2]) },
		"argmax: DotBytesRowsAt: index[1] is 9, with 9 rows":                                      func() { DotBytesRowsAt(dst, x[:10], strided(x[:99], 10), []int{8, 9, 0}) },
		"argmax: SqDistBytesRowsAt: index[2] is -1, with 10 rows":                                 func() { SqDistBytesRowsAt(dst, x[:10], strided(x, 10), []int{9, 0, -1}) },
		"argmax: L1DistBytesRowsAt: index[0] is 1, with 1 rows":                                   func() { L1DistBytesRowsAt(dst, x[:10], strided(x, 9), []int{1, 0, 0}) },
		"argmax: L1DistBytesRowsAt: index[0] is 0, with 0 rows":                                   func() { L1DistBytesRowsAt(dst, x[:10], strided(x[:9], 9), index) },
		fmt.Sprintf("argmax: DotBytesRowsAt: index[0] is -1, with %d rows", math.MaxInt):          func() { DotBytesRowsAt(dst[:1], nil, strided(x, 0), []int{-1}) },
		"argmax: L1DistBytesRowsAt: dst overlaps x":                                               func() { overlap := bytesOf(dst); L1DistBytesRowsAt(dst, overlap[3:10], strided(x, 10), index) },
		"argmax: DotBytesRows: dst overlaps rows":                                                 func() { DotBytesRows(dst[:1], x[:10], strided(bytesOf(dst), 10)) },
		"argmax: DotBytesRows: dst overlaps x":                                                    func() { DotBytesRows(dst[:1], bytesOf(dst)[7:17], strided(x, 10)) },
		"argmax: SqDistBytesRowsAt: dst overlaps rows":                                            func() { SqDistBytesRowsAt(dst[:1], x[:10], strided(bytesOf(dst), 10), index[:1]) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
	for _, stride := range []int{-1, math.MinInt, math.MaxInt, math.MaxInt/2 + 1} { // the size of the matrix overflows
		assert.Panics(t, func() { DotBytesRows(dst, x[:10], strided(x, stride)) }, "stride %d", stride)
	}
}

// Cutting a vector in two anywhere does not change the sum.
func FuzzBytes(f *testing.F) {
	f.Add([]byte("one and another vector, and some more of both of them, to fill blocks; and the rest"), 1000, 70)
	f.Fuzz(func(t *testing.T, data []byte, n, cut int) {
		if len(data) < 2 || n < 0 || n > 1<<17 {
			return
		}
		x, y := make([]uint8, n), make([]uint8, n)
		for i := range n {
			x[i], y[i] = data[i%len(data)], data[(i+i/len(data))%len(data)]
		}
		cut = min(max(0, cut), n)
		for name, f := range byteFunctions {
			sum := int64(0)
			for i, v := range x {
				sum += f.term(int64(v), int64(y[i]))
			}
			assert.Equal(t, sum, f.pair(x, y), name)
			assert.Equal(t, sum, f.pair(x[:cut], y[:cut])+f.pair(x[cut:], y[cut:]), name)
		}
	})
}

func bytesOf(x []int64) []uint8 { return unsafe.Slice((*uint8)(unsafe.Pointer(&x[0])), 8*len(x)) }
