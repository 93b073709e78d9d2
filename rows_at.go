package argmax

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/internal/alias"
)

// ScoreRowsAt is [ScoreRows] for the rows in a list: dst[i] becomes the inner
// product of x and row index[i] of a matrix, with the bits that it has there. An
// index may come several times.
//
// Row r begins at rows[r*stride] and has len(x) columns; the matrix has as many rows
// as rows has room for, at most one if the stride is less than len(x). ScoreRowsAt
// panics if index is not as long as dst, if an index is not that of a row, or if
// dst overlaps x, rows or index.
func ScoreRowsAt(dst, x, rows []float32, stride int, index []int) {
	stepDot.longRowsAt("ScoreRowsAt", dst, x, rows, stride, index)
}

// SqDistRowsAt is [SqDistRows] for the rows in a list. Shapes and panics are those
// of [ScoreRowsAt].
func SqDistRowsAt(dst, x, rows []float32, stride int, index []int) {
	stepSqDist.longRowsAt("SqDistRowsAt", dst, x, rows, stride, index)
}

// L1DistRowsAt is [L1DistRows] for the rows in a list. Shapes and panics are those
// of [ScoreRowsAt].
func L1DistRowsAt(dst, x, rows []float32, stride int, index []int) {
	stepL1Dist.longRowsAt("L1DistRowsAt", dst, x, rows, stride, index)
}

// LInfDistRowsAt is [LInfDistRows] for the rows in a list. Shapes and panics are
// those of [ScoreRowsAt].
func LInfDistRowsAt(dst, x, rows []float32, stride int, index []int) {
	stepLInfDist.longRowsAt("LInfDistRowsAt", dst, x, rows, stride, index)
}

// longRowsAt checks, and cuts the list.
func (s step) longRowsAt(name string, dst, x, rows []float32, stride int, index []int) {
	checkRowsAt(name, dst, x, rows, stride, index)
	n := rowsAtOnce(len(x))
	for i := 0; i < len(dst); i += n {
		end := min(i+n, len(dst))
		part, list := dst[i:end], index[i:end]
		switch s {
		case stepDot:
			scoreRowsAt(part, x, rows, stride, list)
		case stepSqDist:
			sqDistRowsAt(part, x, rows, stride, list)
		case stepL1Dist:
			l1DistRowsAt(part, x, rows, stride, list)
		case stepLInfDist:
			lInfDistRowsAt(part, x, rows, stride, list)
		}
	}
}

// rowsAtOnce is how many rows that lie anywhere one call covers. To go to a row may
// take as long as to read 64 elements of one.
func rowsAtOnce(cols int) int { return max(1, maxRows/(cols+64)) }

func checkRowsAt[D, E any](name string, dst []D, x, rows []E, stride int, index []int) {
	if len(dst) != len(index) {
		panicLengths(name, len(dst), len(index))
	}
	count := rowsIn(len(rows), len(x), stride)
	for i, row := range index {
		if uint(row) >= uint(count) {
			panicIndex(name, i, row, count)
		}
	}
	if alias.Overlap(dst, x) {
		panicOverlap(name, "dst", "x")
	}
	if alias.Overlap(dst, rows) {
		panicOverlap(name, "dst", "rows")
	}
	if alias.Overlap(dst, index) {
		panicOverlap(name, "dst", "index")
	}
}

// rowsIn is how many rows of a length there are among n elements: the most that
// extent accepts. Without columns and stride there is no end of them.
func rowsIn(n, cols, stride int) int {
	switch {
	case n < cols:
		return 0
	case stride < cols:
		return 1
	case stride == 0:
		return math.MaxInt
	}
	return 1 + (n-cols)/stride
}

//go:noinline
func panicIndex(name string, i, row, count int) {
	panic(fmt.Sprintf("argmax: %s: index[%d] is %d, with %d rows", name, i, row, count))
}
