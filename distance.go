package argmax

import "math"

// SqDist returns the squared Euclidean distance of x and y, Σ (xᵢ − yᵢ)², in the
// vector form. Each difference is rounded, its square is not. It panics if the
// lengths differ.
func SqDist(x, y []float32) float32 {
	if len(x) != len(y) {
		panicLengths("SqDist", len(x), len(y))
	}
	if len(x) <= few {
		var a, b, c, d float32
		switch y = y[:len(x)]; len(x) {
		case 4:
			d = squared(x[3] - y[3])
			fallthrough
		case 3:
			c = squared(x[2] - y[2])
			fallthrough
		case 2:
			b = squared(x[1] - y[1])
			fallthrough
		case 1:
			a = squared(x[0] - y[0])
		}
		return sumFew(a, b, c, d)
	}
	if len(x) > maxVector {
		return stepSqDist.long(x, y)
	}
	return sqDist(x, y)
}

// squared returns v², rounded: no addition is fused with it.
func squared(v float32) float32 { return float32(v * v) }

// SqDistRows sets dst[i] to the squared Euclidean distance of x and row i of rows, in
// the row form. For shapes and panics see [ScoreRows].
func SqDistRows(dst, x []float32, rows Strided[float32]) {
	checkRows("SqDistRows", dst, x, rows)
	if len(dst)*len(x) > maxRows {
		stepSqDist.longRows(dst, x, rows)
		return
	}
	sqDistRows(dst, x, rows.Data, rows.Stride)
}

// SqDistRowsAt is like [SqDistRows] for listed rows. For shapes and panics see
// [ScoreRowsAt].
func SqDistRowsAt(dst, x []float32, rows Strided[float32], index []int) {
	stepSqDist.rowsAt("SqDistRowsAt", dst, x, rows, index)
}

// L1Dist returns the Manhattan distance of x and y, Σ |xᵢ − yᵢ|, in the vector form.
// It panics if the lengths differ.
func L1Dist(x, y []float32) float32 {
	if len(x) != len(y) {
		panicLengths("L1Dist", len(x), len(y))
	}
	if len(x) <= few {
		var a, b, c, d float32
		switch y = y[:len(x)]; len(x) {
		case 4:
			d = abs(x[3] - y[3])
			fallthrough
		case 3:
			c = abs(x[2] - y[2])
			fallthrough
		case 2:
			b = abs(x[1] - y[1])
			fallthrough
		case 1:
			a = abs(x[0] - y[0])
		}
		return sumFew(a, b, c, d)
	}
	if len(x) > maxVector {
		return stepL1Dist.long(x, y)
	}
	return l1Dist(x, y)
}

// L1DistRows sets dst[i] to the Manhattan distance of x and row i of rows, in the row
// form. For shapes and panics see [ScoreRows].
func L1DistRows(dst, x []float32, rows Strided[float32]) {
	checkRows("L1DistRows", dst, x, rows)
	if len(dst)*len(x) > maxRows {
		stepL1Dist.longRows(dst, x, rows)
		return
	}
	l1DistRows(dst, x, rows.Data, rows.Stride)
}

// L1DistRowsAt is like [L1DistRows] for listed rows. For shapes and panics see
// [ScoreRowsAt].
func L1DistRowsAt(dst, x []float32, rows Strided[float32], index []int) {
	stepL1Dist.rowsAt("L1DistRowsAt", dst, x, rows, index)
}

// LInfDist returns the Chebyshev distance of x and y, max |xᵢ − yᵢ|: 0 if they are
// empty, NaN if a difference is NaN (as that of two equal infinities is). Rounding a
// difference does not change which is largest, so the result is the exact distance
// rounded once. It panics if the lengths differ.
func LInfDist(x, y []float32) float32 {
	if len(x) != len(y) {
		panicLengths("LInfDist", len(x), len(y))
	}
	switch {
	case len(x) <= few:
		return lInfDistGeneric(x, y)
	case len(x) <= maxVector:
		return lInfDist(x, y)
	}
	var largest float32
	for len(x) > maxVector {
		largest = max(largest, lInfDist(x[:maxVector], y[:maxVector]))
		x, y = x[maxVector:], y[maxVector:]
	}
	return max(largest, lInfDist(x, y))
}

// LInfDistRows sets dst[i] to the Chebyshev distance of x and row i of rows, with the
// bits of [LInfDist]. For shapes and panics see [ScoreRows].
func LInfDistRows(dst, x []float32, rows Strided[float32]) {
	checkRows("LInfDistRows", dst, x, rows)
	if len(dst)*len(x) > maxRows {
		stepLInfDist.longRows(dst, x, rows)
		return
	}
	lInfDistRows(dst, x, rows.Data, rows.Stride)
}

// LInfDistRowsAt is like [LInfDistRows] for listed rows. For shapes and panics see
// [ScoreRowsAt].
func LInfDistRowsAt(dst, x []float32, rows Strided[float32], index []int) {
	stepLInfDist.rowsAt("LInfDistRowsAt", dst, x, rows, index)
}

// CosineDist returns the cosine distance of x and y, 1 − x·y/√(x·x · y·y): 0 for the
// same direction, 1 for orthogonal vectors, 2 for opposite directions. The three
// inner products are those of [Dot], in the vector form; the rest is computed in
// float64 and rounded once, at the end.
//
// The distance is 1 if x or y is zero, or if x·x or y·y underflows to zero, which
// takes elements of magnitude 2⁻⁷⁵ or less. It is NaN if an element is NaN. If x·x or
// y·y overflows, which takes elements of magnitude about 2⁶⁰, it is 1 or NaN.
//
// If nothing overflows or underflows, the distance before its last rounding differs
// from the exact one by at most 2g/(1 − g), where g is γ(⌈n/64⌉ + 6) of the package
// comment: the error of x·y is at most g·√(x·x · y·y), and that of the root is as
// large. So the distance may be slightly below 0 or above 2. The distance of x and x
// is exactly 0.
//
// It panics if the lengths differ.
func CosineDist(x, y []float32) float32 {
	if len(x) != len(y) {
		panicLengths("CosineDist", len(x), len(y))
	}
	if len(x) <= few {
		return cosineFew(x, y)
	}
	if len(x) > maxVector/2 { // three sums at once take longer than one
		return cosine(Dot(x, y), Dot(x, x), Dot(y, y))
	}
	return cosineDist(x, y)
}

// cosineFew returns the distance of vectors of few elements. The sign of a zero does not
// matter to it.
func cosineFew(x, y []float32) float32 {
	var a, b, c, d, e, f, g, h float32
	switch y = y[:len(x)]; len(x) {
	case 4:
		d, h = x[3], y[3]
		fallthrough
	case 3:
		c, g = x[2], y[2]
		fallthrough
	case 2:
		b, f = x[1], y[1]
		fallthrough
	case 1:
		a, e = x[0], y[0]
	}
	return cosine(
		sumFew(float32(a*e), float32(b*f), float32(c*g), float32(d*h)),
		sumFew(squared(a), squared(b), squared(c), squared(d)),
		sumFew(squared(e), squared(f), squared(g), squared(h)))
}

// CosineRows sets dst[i] to the cosine distance of x and row i of rows. It is like
// [CosineDist] with inner products in the row form: in the error bound, g is
// γ(⌈n/16⌉ + 4). For shapes and panics see [ScoreRows].
func CosineRows(dst, x []float32, rows Strided[float32]) {
	checkRows("CosineRows", dst, x, rows)
	square := rowSquare(x)
	var squares [cosineRows]float32
	n := max(1, min(cosineRows, maxRows/max(1, len(x))))
	for i := 0; i < len(dst); i += n {
		part := dst[i:min(i+n, len(dst))]
		dotSquareRows(part, squares[:len(part)], x, rows.Data[i*rows.Stride:], rows.Stride)
		cosines(part, square, squares[:])
	}
}

// CosineRowsAt is like [CosineRows] for listed rows. For shapes and panics see
// [ScoreRowsAt].
func CosineRowsAt(dst, x []float32, rows Strided[float32], index []int) {
	checkRowsAt("CosineRowsAt", dst, x, rows, index)
	square := rowSquare(x)
	var squares [cosineRows]float32
	n := min(cosineRows, rowsAtOnce(len(x)))
	for i := 0; i < len(dst); i += n {
		part := dst[i:min(i+n, len(dst))]
		dotSquareRowsAt(part, squares[:len(part)], x, rows.Data, rows.Stride, index[i:])
		cosines(part, square, squares[:])
	}
}

// cosineRows is the largest number of rows whose squares are kept on the stack.
const cosineRows = 128

// rowSquare returns x·x in the row form.
func rowSquare(x []float32) float32 {
	var square [1]float32
	scoreRows(square[:], x, x, 0)
	return square[0]
}

// cosines replaces the inner products in dst by distances.
func cosines(dst []float32, square float32, squares []float32) {
	for i, dot := range dst {
		dst[i] = cosine(dot, square, squares[i])
	}
}

// cosine returns the distance of two vectors from their inner products. The product
// of xx and yy is exact in float64, and it is not added to anything, so the compiler
// cannot fuse it.
func cosine(dot, xx, yy float32) float32 {
	squares := float64(xx) * float64(yy)
	if squares == 0 {
		return 1
	}
	return float32(1 - float64(dot)/math.Sqrt(squares))
}
