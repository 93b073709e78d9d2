package argmax

import "github.com/seed842bec00/argmax/internal/alias"

// maxRows is the most elements of a matrix that one call of a row kernel covers,
// unless a single row has more; as maxVector, but nothing is carried from row to
// row, so there is room for 20 µs.
const maxRows = 1 << 16

// ScoreRows sets dst[i] to the inner product of x and row i of a matrix, in the
// row form: the scores of a linear classifier before its bias, or the products of
// a query with the vectors of a base.
//
// The matrix has len(dst) rows of len(x) columns; row i begins at rows[i*stride].
// What lies between and behind the rows is not read. ScoreRows panics if rows is
// too short, if the stride is less than len(x) (with two rows or more), or if dst
// overlaps x or the matrix.
func ScoreRows(dst, x, rows []float32, stride int) {
	checkRows("ScoreRows", dst, x, rows, stride)
	if len(dst)*len(x) > maxRows {
		stepDot.longRows(dst, x, rows, stride)
		return
	}
	scoreRows(dst, x, rows, stride)
}

// SqDistRows sets dst[i] to the squared Euclidean distance of x and row i of a
// matrix, in the row form. Shapes and panics are those of [ScoreRows].
func SqDistRows(dst, x, rows []float32, stride int) {
	checkRows("SqDistRows", dst, x, rows, stride)
	if len(dst)*len(x) > maxRows {
		stepSqDist.longRows(dst, x, rows, stride)
		return
	}
	sqDistRows(dst, x, rows, stride)
}

// L1DistRows sets dst[i] to the Manhattan distance of x and row i of a matrix, in
// the row form. Shapes and panics are those of [ScoreRows].
func L1DistRows(dst, x, rows []float32, stride int) {
	checkRows("L1DistRows", dst, x, rows, stride)
	if len(dst)*len(x) > maxRows {
		stepL1Dist.longRows(dst, x, rows, stride)
		return
	}
	l1DistRows(dst, x, rows, stride)
}

func checkRows[D, E any](name string, dst []D, x, rows []E, stride int) {
	n := extent(len(dst), len(x), stride)
	if n < 0 || n > len(rows) {
		panicMatrix(name, "rows", len(rows), len(dst), len(x), stride)
	}
	if alias.Overlap(dst, x) {
		panicOverlap(name, "dst", "x")
	}
	if alias.Overlap(dst, rows[:n]) {
		panicOverlap(name, "dst", "rows")
	}
}

// longRows cuts a matrix by rows.
func (s step) longRows(dst, x, rows []float32, stride int) {
	n := max(1, maxRows/len(x))
	for i := 0; i < len(dst); i += n {
		part, rest := dst[i:min(i+n, len(dst))], rows[i*stride:]
		switch s {
		case stepDot:
			scoreRows(part, x, rest, stride)
		case stepSqDist:
			sqDistRows(part, x, rest, stride)
		case stepL1Dist:
			l1DistRows(part, x, rest, stride)
		case stepLInfDist:
			lInfDistRows(part, x, rest, stride)
		}
	}
}
