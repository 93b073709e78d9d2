package argmax

import "github.com/seed842bec00/argmax/internal/cpu"

// A switch: a call through a variable would make its arguments escape.

func tileShape() (rows, cols int) {
	switch cpu.Active {
	case cpu.NEON:
		return 6, 16
	}
	return tileRowsGeneric, tileColsGeneric
}

func scoreTileShape() (rows, classes int) {
	switch cpu.Active {
	case cpu.NEON:
		return 3, 2
	}
	return tileExamplesGeneric, tileClassesGeneric
}

func dot(x, y []float32) float32 {
	switch cpu.Active {
	case cpu.NEON:
		return dotNEON(x, y)
	}
	return dotGeneric(x, y)
}

func sqDist(x, y []float32) float32 {
	switch cpu.Active {
	case cpu.NEON:
		return sqDistNEON(x, y)
	}
	return sqDistGeneric(x, y)
}

func l1Dist(x, y []float32) float32 {
	switch cpu.Active {
	case cpu.NEON:
		return l1DistNEON(x, y)
	}
	return l1DistGeneric(x, y)
}

func sum(x []float32) float32 {
	switch cpu.Active {
	case cpu.NEON:
		return sumNEON(x)
	}
	return sumGeneric(x)
}

func maximum(x []float32) float32 {
	switch cpu.Active {
	case cpu.NEON:
		return maximumNEON(x)
	}
	return maximumGeneric(x)
}

func dotCarry(acc *[64]float32, x, y []float32) {
	switch cpu.Active {
	case cpu.NEON:
		dotCarryNEON(acc, x, y)
	default:
		dotCarryGeneric(acc, x, y)
	}
}

func sqDistCarry(acc *[64]float32, x, y []float32) {
	switch cpu.Active {
	case cpu.NEON:
		sqDistCarryNEON(acc, x, y)
	default:
		sqDistCarryGeneric(acc, x, y)
	}
}

func l1DistCarry(acc *[64]float32, x, y []float32) {
	switch cpu.Active {
	case cpu.NEON:
		l1DistCarryNEON(acc, x, y)
	default:
		l1DistCarryGeneric(acc, x, y)
	}
}

func sumCarry(acc *[64]float32, x []float32) {
	switch cpu.Active {
	case cpu.NEON:
		sumCarryNEON(acc, x)
	default:
		sumCarryGeneric(acc, x)
	}
}

func axpy(alpha float32, x, y []float32) {
	switch cpu.Active {
	case cpu.NEON:
		axpyNEON(alpha, x, y)
	default:
		axpyGeneric(alpha, x, y)
	}
}

func scale(alpha float32, x []float32) {
	switch cpu.Active {
	case cpu.NEON:
		scaleNEON(alpha, x)
	default:
		scaleGeneric(alpha, x)
	}
}

func fromBytes(dst []float32, x []uint8) {
	switch cpu.Active {
	case cpu.NEON:
		fromBytesNEON(dst, x)
	default:
		fromBytesGeneric(dst, x)
	}
}

func scoreRows(dst, x, rows []float32, stride int) {
	switch cpu.Active {
	case cpu.NEON:
		scoreRowsNEON(dst, x, rows, stride)
	default:
		scoreRowsGeneric(dst, x, rows, stride)
	}
}

func sqDistRows(dst, x, rows []float32, stride int) {
	switch cpu.Active {
	case cpu.NEON:
		sqDistRowsNEON(dst, x, rows, stride)
	default:
		sqDistRowsGeneric(dst, x, rows, stride)
	}
}

func l1DistRows(dst, x, rows []float32, stride int) {
	switch cpu.Active {
	case cpu.NEON:
		l1DistRowsNEON(dst, x, rows, stride)
	default:
		l1DistRowsGeneric(dst, x, rows, stride)
	}
}

func softmaxRows(n, rows int, scores []float32, lds int, dst []float32, ldd int) {
	switch cpu.Active {
	case cpu.NEON:
		softmaxRowsNEON(n, rows, scores, lds, dst, ldd)
	default:
		softmaxRowsGeneric(n, rows, scores, lds, dst, ldd)
	}
}

func crossEntropyRows(n, rows int, scores []float32, lds int, labels []int, weights, grad []float32, ldd int, sums, differences []float32) {
	switch cpu.Active {
	case cpu.NEON:
		crossEntropyRowsNEON(n, rows, scores, lds, labels, weights, grad, ldd, sums, differences)
	default:
		crossEntropyRowsGeneric(n, rows, scores, lds, labels, weights, grad, ldd, sums, differences)
	}
}

func logRows(sums, differences, losses []float32) {
	switch cpu.Active {
	case cpu.NEON:
		logRowsNEON(sums, differences, losses)
	default:
		logRowsGeneric(sums, differences, losses)
	}
}

func gemmColumns(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	switch cpu.Active {
	case cpu.NEON:
		gemmColumns6x16NEON(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	default:
		gemmColumnsGeneric(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	}
}

func gemmColumnsBytes(k int, a []float32, lda int, b []uint8, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	switch cpu.Active {
	case cpu.NEON:
		gemmColumnsBytes6x16NEON(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	default:
		gemmColumnsBytesGeneric(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	}
}

func gemmRows(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	switch cpu.Active {
	case cpu.NEON:
		gemmRows6x16NEON(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	default:
		gemmRowsGeneric(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	}
}

func scoreTile(k int, x []float32, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, far bool) {
	switch cpu.Active {
	case cpu.NEON:
		scoreTile3x2NEON(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
	default:
		scoreTileGeneric(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
	}
}

func scoreTileBytes(k int, x []uint8, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, far bool) {
	switch cpu.Active {
	case cpu.NEON:
		scoreTileBytes3x2NEON(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
	default:
		scoreTileBytesGeneric(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
	}
}
