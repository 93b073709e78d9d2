package argmax

import "math"

// SqDist returns the squared Euclidean distance of x and y, Σ (xᵢ − yᵢ)², in the
// vector form. Each difference is rounded, its square is not. It panics if the
// lengths differ.
func SqDist(x, y []float32) float32 {
	if len(x) != len(y) {
		panicLengths("SqDist", len(x), len(y))
	}
	if len(x) > maxVector {
		return stepSqDist.long(x, y)
	}
	return sqDist(x, y)
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

// SqDistRowsAt is [SqDistRows] for the rows in a list. Shapes and panics are those
// of [ScoreRowsAt].
func SqDistRowsAt(dst, x, rows []float32, stride int, index []int) {
	stepSqDist.longRowsAt("SqDistRowsAt", dst, x, rows, stride, index)
}

// L1Dist returns the Manhattan distance of x and y, Σ |xᵢ − yᵢ|, in the vector
// form. It panics if the lengths differ.
func L1Dist(x, y []float32) float32 {
	if len(x) != len(y) {
		panicLengths("L1Dist", len(x), len(y))
	}
	if len(x) > maxVector {
		return stepL1Dist.long(x, y)
	}
	return l1Dist(x, y)
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

// L1DistRowsAt is [L1DistRows] for the rows in a list. Shapes and panics are those
// of [ScoreRowsAt].
func L1DistRowsAt(dst, x, rows []float32, stride int, index []int) {
	stepL1Dist.longRowsAt("L1DistRowsAt", dst, x, rows, stride, index)
}

// LInfDist returns the Chebyshev distance of x and y, max |xᵢ − yᵢ|: NaN if a
// difference is NaN (also that of two equal infinities), 0 for empty vectors. Each
// difference is rounded, which does not change their order: the result is the exact
// distance, rounded once. It panics if the lengths differ.
func LInfDist(x, y []float32) float32 {
	if len(x) != len(y) {
		panicLengths("LInfDist", len(x), len(y))
	}
	var largest float32
	for len(x) > maxVector {
		largest = max(largest, lInfDist(x[:maxVector], y[:maxVector]))
		x, y = x[maxVector:], y[maxVector:]
	}
	return max(largest, lInfDist(x, y))
}

// LInfDistRows sets dst[i] to the Chebyshev distance of x and row i of a matrix:
// the bits are those of [LInfDist]. Shapes and panics are those of [ScoreRows].
func LInfDistRows(dst, x, rows []float32, stride int) {
	checkRows("LInfDistRows", dst, x, rows, stride)
	if len(dst)*len(x) > maxRows {
		stepLInfDist.longRows(dst, x, rows, stride)
		return
	}
	lInfDistRows(dst, x, rows, stride)
}

// LInfDistRowsAt is [LInfDistRows] for the rows in a list. Shapes and panics are
// those of [ScoreRowsAt].
func LInfDistRowsAt(dst, x, rows []float32, stride int, index []int) {
	stepLInfDist.longRowsAt("LInfDistRowsAt", dst, x, rows, stride, index)
}

// CosineDist returns the cosine distance of x and y, 1 − x·y/√(x·x · y·y): 0 for the
// same direction, 1 for orthogonal vectors, 2 for opposite directions. The three
// products are those of [Dot], in the vector form; the rest is computed in float64
// and rounded at the end.
//
// If x or y is zero the distance is 1; so it is if x·x or y·y underflows to zero,
// which takes elements of 2⁻⁷⁵ or less. A NaN stays NaN. If x·x or y·y overflows,
// which takes elements of 2⁶⁰ or so, the distance is 1 or NaN.
//
// If nothing overflows or underflows, the distance before its last rounding differs
// from the exact one by at most 2g/(1 − g), where g is γ(⌈n/64⌉ + 6) of the package
// comment: the error of x·y is at most g·√(x·x · y·y), that of the root as much. By
// as much the distance may lie below 0 or above 2. That of x and x itself is 0.
//
// It panics if the lengths differ.
func CosineDist(x, y []float32) float32 {
	if len(x) != len(y) {
		panicLengths("CosineDist", len(x), len(y))
	}
	if len(x) > maxVector/2 { // of two vectors
		return cosine(Dot(x, y), Dot(x, x), Dot(y, y))
	}
	var sums [4]float32
	dotSquares(&sums, x, y)
	return cosine(sums[0], sums[1], sums[2])
}

// CosineRows sets dst[i] to the cosine distance of x and row i of a matrix, as
// [CosineDist] but from products in the row form: in the bound of the error, g is
// γ(⌈n/16⌉ + 4). Shapes and panics are those of [ScoreRows].
func CosineRows(dst, x, rows []float32, stride int) {
	checkRows("CosineRows", dst, x, rows, stride)
	square := rowSquare(x)
	var squares [cosineRows]float32
	n := max(1, min(cosineRows, maxRows/max(1, len(x))))
	for i := 0; i < len(dst); i += n {
		part := dst[i:min(i+n, len(dst))]
		dotSquareRows(part, squares[:len(part)], x, rows[i*stride:], stride)
		cosines(part, square, squares[:])
	}
}

// CosineRowsAt is [CosineRows] for the rows in a list. Shapes and panics are those
// of [ScoreRowsAt].
func CosineRowsAt(dst, x, rows []float32, stride int, index []int) {
	checkRowsAt("CosineRowsAt", dst, x, rows, stride, index)
	square := rowSquare(x)
	var squares [cosineRows]float32
	n := min(cosineRows, rowsAtOnce(len(x)))
	for i := 0; i < len(dst); i += n {
		part := dst[i:min(i+n, len(dst))]
		dotSquareRowsAt(part, squares[:len(part)], x, rows, stride, index[i:])
		cosines(part, square, squares[:])
	}
}

// cosineRows is how many squares wait for their products.
const cosineRows = 128

// rowSquare is x·x in the row form.
func rowSquare(x []float32) float32 {
	var square [1]float32
	scoreRows(square[:], x, x, 0)
	return square[0]
}

// cosines makes distances of the products in dst.
func cosines(dst []float32, square float32, squares []float32) {
	for i, dot := range dst {
		dst[i] = cosine(dot, square, squares[i])
	}
}

// cosine is the distance of vectors of which the products are known. The product of
// the squares is exact in float64, and no sum follows a product that could be fused
// with it.
func cosine(dot, xx, yy float32) float32 {
	squares := float64(xx) * float64(yy)
	if squares == 0 {
		return 1
	}
	return float32(1 - float64(dot)/math.Sqrt(squares))
}
