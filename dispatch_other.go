//go:build !amd64 && !arm64

package argmax

func tileShape() (rows, cols int)         { return tileRowsGeneric, tileColsGeneric }
func scoreTileShape() (rows, classes int) { return tileExamplesGeneric, tileClassesGeneric }

func dot(x, y []float32) float32    { return dotGeneric(x, y) }
func sqDist(x, y []float32) float32 { return sqDistGeneric(x, y) }
func l1Dist(x, y []float32) float32 { return l1DistGeneric(x, y) }
func sum(x []float32) float32       { return sumGeneric(x) }
func maximum(x []float32) float32   { return maximumGeneric(x) }

func dotCarry(acc *[64]float32, x, y []float32)    { dotCarryGeneric(acc, x, y) }
func sqDistCarry(acc *[64]float32, x, y []float32) { sqDistCarryGeneric(acc, x, y) }
func l1DistCarry(acc *[64]float32, x, y []float32) { l1DistCarryGeneric(acc, x, y) }
func sumCarry(acc *[64]float32, x []float32)       { sumCarryGeneric(acc, x) }

func axpy(alpha float32, x, y []float32) { axpyGeneric(alpha, x, y) }
func scale(alpha float32, x []float32)   { scaleGeneric(alpha, x) }

func fromBytes(dst []float32, x []uint8) {
	fromBytesGeneric(dst, x)
}

func scoreRows(dst, x, rows []float32, stride int)  { scoreRowsGeneric(dst, x, rows, stride) }
func sqDistRows(dst, x, rows []float32, stride int) { sqDistRowsGeneric(dst, x, rows, stride) }
func l1DistRows(dst, x, rows []float32, stride int) { l1DistRowsGeneric(dst, x, rows, stride) }

func softmaxRows(n, rows int, scores []float32, lds int, dst []float32, ldd int) {
	softmaxRowsGeneric(n, rows, scores, lds, dst, ldd)
}

func crossEntropyRows(n, rows int, scores []float32, lds int, labels []int, weights, grad []float32, ldd int, sums, differences []float32) {
	crossEntropyRowsGeneric(n, rows, scores, lds, labels, weights, grad, ldd, sums, differences)
}

func logRows(sums, differences, losses []float32) {
	logRowsGeneric(sums, differences, losses)
}

func gemmColumns(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	gemmColumnsGeneric(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
}

func gemmColumnsBytes(k int, a []float32, lda int, b []uint8, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	gemmColumnsBytesGeneric(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
}

func gemmRows(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	gemmRowsGeneric(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
}

func scoreTile(k int, x []float32, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, far bool) {
	scoreTileGeneric(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
}

func scoreTileBytes(k int, x []uint8, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, far bool) {
	scoreTileBytesGeneric(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
}
