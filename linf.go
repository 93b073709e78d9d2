package argmax

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
