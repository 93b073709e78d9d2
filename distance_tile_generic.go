package argmax

// The tile of the twins below.
const (
	distTileRowsGeneric = 2
	distTileColsGeneric = 2
)

// sqDistTileGeneric stores in a tile of dst the squared L2 distances of rows of x and
// rows of y, in the row form.
func sqDistTileGeneric(k int, x []float32, ldx int, y []float32, ldy int, dst []float32, ldd int) {
	stepSqDist.tileGeneric(k, x, ldx, y, ldy, dst, ldd)
}

// l1DistTileGeneric is the same for L1 distances.
func l1DistTileGeneric(k int, x []float32, ldx int, y []float32, ldy int, dst []float32, ldd int) {
	stepL1Dist.tileGeneric(k, x, ldx, y, ldy, dst, ldd)
}

// lInfDistTileGeneric is the same for L∞ distances.
func lInfDistTileGeneric(k int, x []float32, ldx int, y []float32, ldy int, dst []float32, ldd int) {
	stepLInfDist.tileGeneric(k, x, ldx, y, ldy, dst, ldd)
}

func (s step) tileGeneric(k int, x []float32, ldx int, y []float32, ldy int, dst []float32, ldd int) {
	for i := range distTileRowsGeneric {
		s.rows(dst[i*ldd:][:distTileColsGeneric], x[i*ldx:][:k], y, ldy)
	}
}
