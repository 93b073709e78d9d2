package argmax

import "github.com/seed842bec00/argmax/internal/cpu"

// A switch: a call through a variable would make its arguments escape.

func tileShape() (rows, cols int) {
	switch cpu.Active {
	case cpu.AVX512:
		return 14, 32
	case cpu.AVX2:
		return 6, 16
	}
	return tileRowsGeneric, tileColsGeneric
}

func scoreTileShape() (rows, classes int) {
	switch cpu.Active {
	case cpu.AVX512:
		return 5, 5
	case cpu.AVX2:
		return 3, 2
	}
	return tileExamplesGeneric, tileClassesGeneric
}

func dot(x, y []float32) float32 {
	switch cpu.Active {
	case cpu.AVX512:
		return dotAVX512(x, y)
	case cpu.AVX2:
		return dotAVX2(x, y)
	}
	return dotGeneric(x, y)
}

func sqDist(x, y []float32) float32 {
	switch cpu.Active {
	case cpu.AVX512:
		return sqDistAVX512(x, y)
	case cpu.AVX2:
		return sqDistAVX2(x, y)
	}
	return sqDistGeneric(x, y)
}

func l1Dist(x, y []float32) float32 {
	switch cpu.Active {
	case cpu.AVX512:
		return l1DistAVX512(x, y)
	case cpu.AVX2:
		return l1DistAVX2(x, y)
	}
	return l1DistGeneric(x, y)
}

func sum(x []float32) float32 {
	switch cpu.Active {
	case cpu.AVX512:
		return sumAVX512(x)
	case cpu.AVX2:
		return sumAVX2(x)
	}
	return sumGeneric(x)
}

func maximum(x []float32) float32 {
	switch cpu.Active {
	case cpu.AVX512:
		return maximumAVX512(x)
	case cpu.AVX2:
		return maximumAVX2(x)
	}
	return maximumGeneric(x)
}

func dotCarry(acc *[64]float32, x, y []float32) {
	switch cpu.Active {
	case cpu.AVX512:
		dotCarryAVX512(acc, x, y)
	case cpu.AVX2:
		dotCarryAVX2(acc, x, y)
	default:
		dotCarryGeneric(acc, x, y)
	}
}

func sqDistCarry(acc *[64]float32, x, y []float32) {
	switch cpu.Active {
	case cpu.AVX512:
		sqDistCarryAVX512(acc, x, y)
	case cpu.AVX2:
		sqDistCarryAVX2(acc, x, y)
	default:
		sqDistCarryGeneric(acc, x, y)
	}
}

func l1DistCarry(acc *[64]float32, x, y []float32) {
	switch cpu.Active {
	case cpu.AVX512:
		l1DistCarryAVX512(acc, x, y)
	case cpu.AVX2:
		l1DistCarryAVX2(acc, x, y)
	default:
		l1DistCarryGeneric(acc, x, y)
	}
}

func sumCarry(acc *[64]float32, x []float32) {
	switch cpu.Active {
	case cpu.AVX512:
		sumCarryAVX512(acc, x)
	case cpu.AVX2:
		sumCarryAVX2(acc, x)
	default:
		sumCarryGeneric(acc, x)
	}
}

func axpy(alpha float32, x, y []float32) {
	switch cpu.Active {
	case cpu.AVX512:
		axpyAVX512(alpha, x, y)
	case cpu.AVX2:
		axpyAVX2(alpha, x, y)
	default:
		axpyGeneric(alpha, x, y)
	}
}

func scale(alpha float32, x []float32) {
	switch cpu.Active {
	case cpu.AVX512:
		scaleAVX512(alpha, x)
	case cpu.AVX2:
		scaleAVX2(alpha, x)
	default:
		scaleGeneric(alpha, x)
	}
}

func fromBytes(dst []float32, x []uint8) {
	switch cpu.Active {
	case cpu.AVX512:
		fromBytesAVX512(dst, x)
	case cpu.AVX2:
		fromBytesAVX2(dst, x)
	default:
		fromBytesGeneric(dst, x)
	}
}

func scoreRows(dst, x, rows []float32, stride int) {
	switch cpu.Active {
	case cpu.AVX512:
		scoreRowsAVX512(dst, x, rows, stride)
	case cpu.AVX2:
		scoreRowsAVX2(dst, x, rows, stride)
	default:
		scoreRowsGeneric(dst, x, rows, stride)
	}
}

func sqDistRows(dst, x, rows []float32, stride int) {
	switch cpu.Active {
	case cpu.AVX512:
		sqDistRowsAVX512(dst, x, rows, stride)
	case cpu.AVX2:
		sqDistRowsAVX2(dst, x, rows, stride)
	default:
		sqDistRowsGeneric(dst, x, rows, stride)
	}
}

func l1DistRows(dst, x, rows []float32, stride int) {
	switch cpu.Active {
	case cpu.AVX512:
		l1DistRowsAVX512(dst, x, rows, stride)
	case cpu.AVX2:
		l1DistRowsAVX2(dst, x, rows, stride)
	default:
		l1DistRowsGeneric(dst, x, rows, stride)
	}
}

func softmaxRows(n, rows int, scores []float32, lds int, dst []float32, ldd int) {
	switch cpu.Active {
	case cpu.AVX512:
		softmaxRowsAVX512(n, rows, scores, lds, dst, ldd)
	case cpu.AVX2:
		softmaxRowsAVX2(n, rows, scores, lds, dst, ldd)
	default:
		softmaxRowsGeneric(n, rows, scores, lds, dst, ldd)
	}
}

func crossEntropyRows(n, rows int, scores []float32, lds int, labels []int, weights, grad []float32, ldd int, sums, differences []float32) {
	switch cpu.Active {
	case cpu.AVX512:
		crossEntropyRowsAVX512(n, rows, scores, lds, labels, weights, grad, ldd, sums, differences)
	case cpu.AVX2:
		crossEntropyRowsAVX2(n, rows, scores, lds, labels, weights, grad, ldd, sums, differences)
	default:
		crossEntropyRowsGeneric(n, rows, scores, lds, labels, weights, grad, ldd, sums, differences)
	}
}

func logRows(sums, differences, losses []float32) {
	switch cpu.Active {
	case cpu.AVX512:
		logRowsAVX512(sums, differences, losses)
	case cpu.AVX2:
		logRowsAVX2(sums, differences, losses)
	default:
		logRowsGeneric(sums, differences, losses)
	}
}

func gemmColumns(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	switch cpu.Active {
	case cpu.AVX512:
		gemmColumns14x32AVX512(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	case cpu.AVX2:
		gemmColumns6x16AVX2(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	default:
		gemmColumnsGeneric(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	}
}

func gemmColumnsBytes(k int, a []float32, lda int, b []uint8, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	switch cpu.Active {
	case cpu.AVX512:
		gemmColumnsBytes14x32AVX512(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	case cpu.AVX2:
		gemmColumnsBytes6x16AVX2(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	default:
		gemmColumnsBytesGeneric(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	}
}

func gemmRows(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc, m, n int, alpha float32, add bool) {
	switch cpu.Active {
	case cpu.AVX512:
		gemmRows14x32AVX512(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	case cpu.AVX2:
		gemmRows6x16AVX2(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	default:
		gemmRowsGeneric(k, a, lda, b, ldb, c, ldc, m, n, alpha, add)
	}
}

func scoreTile(k int, x []float32, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, far bool) {
	switch cpu.Active {
	case cpu.AVX512:
		scoreTile5x5AVX512(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
	case cpu.AVX2:
		scoreTile3x2AVX2(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
	default:
		scoreTileGeneric(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
	}
}

func scoreTileBytes(k int, x []uint8, ldx int, w []float32, ldw int, state, bias, dst []float32, ldd int, resume, wait, far bool) {
	switch cpu.Active {
	case cpu.AVX512:
		scoreTileBytes5x5AVX512(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
	case cpu.AVX2:
		scoreTileBytes3x2AVX2(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
	default:
		scoreTileBytesGeneric(k, x, ldx, w, ldw, state, bias, dst, ldd, resume, wait, far)
	}
}
