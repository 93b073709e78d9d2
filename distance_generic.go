package argmax

import "math"

func sqDistGeneric(x, y []float32) float32                 { return stepSqDist.vector(x, y) }
func l1DistGeneric(x, y []float32) float32                 { return stepL1Dist.vector(x, y) }
func sqDistCarryGeneric(acc *[64]float32, x, y []float32)  { stepSqDist.blocks(acc[:], x, y) }
func l1DistCarryGeneric(acc *[64]float32, x, y []float32)  { stepL1Dist.blocks(acc[:], x, y) }
func sqDistRowsGeneric(dst, x, rows []float32, stride int) { stepSqDist.rows(dst, x, rows, stride) }
func l1DistRowsGeneric(dst, x, rows []float32, stride int) { stepL1Dist.rows(dst, x, rows, stride) }

// lInfDistGeneric returns the largest |xᵢ − yᵢ|. It compares bits: without the sign they
// are in the order of the numbers, with NaN above infinity, so that a NaN wins wherever
// it is.
func lInfDistGeneric(x, y []float32) float32 {
	y = y[:len(x)]
	var a, b uint32
	i := 0
	for ; i+2 <= len(x); i += 2 {
		a = max(a, magnitude(x[i]-y[i]))
		b = max(b, magnitude(x[i+1]-y[i+1]))
	}
	if i < len(x) {
		a = max(a, magnitude(x[i]-y[i]))
	}
	return math.Float32frombits(max(a, b))
}

// magnitude returns the bits of |x|.
func magnitude(x float32) uint32 { return math.Float32bits(x) &^ (1 << 31) }

func lInfDistRowsGeneric(dst, x, rows []float32, stride int) {
	stepLInfDist.rows(dst, x, rows, stride)
}

func sqDistRowsAtGeneric(dst, x, rows []float32, stride int, index []int) {
	stepSqDist.listedRows(dst, x, rows, stride, index)
}

func l1DistRowsAtGeneric(dst, x, rows []float32, stride int, index []int) {
	stepL1Dist.listedRows(dst, x, rows, stride, index)
}

func lInfDistRowsAtGeneric(dst, x, rows []float32, stride int, index []int) {
	stepLInfDist.listedRows(dst, x, rows, stride, index)
}

func cosineDistGeneric(x, y []float32) float32 {
	return cosine(stepDot.vector(x, y), stepDot.vector(x, x), stepDot.vector(y, y))
}

// dotSquareRowsGeneric sets dots to the inner products of x and each row and squares to
// those of each row with itself, all in the row form.
func dotSquareRowsGeneric(dots, squares, x, rows []float32, stride int) {
	for i := range dots {
		row := rows[i*stride:][:len(x)]
		dots[i], squares[i] = stepDot.row(x, row), stepDot.row(row, row)
	}
}

func dotSquareRowsAtGeneric(dots, squares, x, rows []float32, stride int, index []int) {
	for i := range dots {
		row := rows[index[i]*stride:][:len(x)]
		dots[i], squares[i] = stepDot.row(x, row), stepDot.row(row, row)
	}
}
