package argmax

import "github.com/seed842bec00/argmax/internal/cpu"

// A switch: a call through a variable would make its arguments escape.

func tileRows() int {
	switch cpu.Active {
	case cpu.NEON:
		return 6
	}
	return tileRowsGeneric
}

func tileCols() int {
	switch cpu.Active {
	case cpu.NEON:
		return 16
	}
	return tileColsGeneric
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

func gemmTile(k int, a, b []float32, ldb int, c []float32, ldc, m, n int, add bool) {
	switch cpu.Active {
	case cpu.NEON:
		gemmTile6x16NEON(k, a, b, ldb, c, ldc, m, n, add)
	default:
		gemmTileGeneric(k, a, b, ldb, c, ldc, m, n, add)
	}
}
