package argmax

import "github.com/seed842bec00/argmax/internal/alias"

// SqDistMatrix sets dst to the squared Euclidean distances of the m rows of x and the n
// rows of y, all of k columns: element j of row i is that of row i of x and row j of y,
// with the bits of [SqDistRows]. A block of either, once loaded, serves several distances,
// which gains with AVX-512 (16 × 84 rows of 784 in the second-level cache: 0.67 of the time
// of SqDistRows, 0.82 of the others); the row kernels of other instruction sets are bound
// by arithmetic. A few rows of y meet all of x before the next ones.
//
// It panics if m, n or k is negative, if an operand is too short or its stride less than
// the length of its rows, or if dst overlaps x or y.
func SqDistMatrix(dst, x, y Strided[float32], m, n, k int) {
	stepSqDist.matrix("SqDistMatrix", dst, x, y, m, n, k)
}

// L1DistMatrix is like [SqDistMatrix] for Manhattan distances, with the bits of
// [L1DistRows].
func L1DistMatrix(dst, x, y Strided[float32], m, n, k int) {
	stepL1Dist.matrix("L1DistMatrix", dst, x, y, m, n, k)
}

// LInfDistMatrix is like [SqDistMatrix] for Chebyshev distances, with the bits of
// [LInfDist].
func LInfDistMatrix(dst, x, y Strided[float32], m, n, k int) {
	stepLInfDist.matrix("LInfDistMatrix", dst, x, y, m, n, k)
}

// distTileColumns is the most columns that a tile takes: its rows are some of maxRows.
const distTileColumns = maxRows / 4

// matrix computes whole tiles, and what is left by row kernels.
func (s step) matrix(name string, dst, x, y Strided[float32], m, n, k int) {
	checkDistMatrix(name, dst, x, y, m, n, k)
	wholeM, wholeN := 0, 0
	height, width := distTileShape()
	if k <= distTileColumns {
		wholeM, wholeN = m/height*height, n/width*width
	}
	for j := 0; j < wholeN; j += width {
		for i := 0; i < wholeM; i += height {
			s.tile(k, x.Data[i*x.Stride:], x.Stride, y.Data[j*y.Stride:], y.Stride, dst.Data[i*dst.Stride+j:], dst.Stride)
		}
	}
	for i := range m {
		j := 0
		if i < wholeM {
			j = wholeN
		}
		if row := dst.Data[i*dst.Stride:][j:n]; len(row) > 0 {
			s.longRows(row, x.Data[i*x.Stride:][:k], Strided[float32]{y.Data[min(j*y.Stride, len(y.Data)):], y.Stride})
		}
	}
}

func (s step) tile(k int, x []float32, ldx int, y []float32, ldy int, dst []float32, ldd int) {
	switch s {
	case stepSqDist:
		sqDistTile(k, x, ldx, y, ldy, dst, ldd)
	case stepL1Dist:
		l1DistTile(k, x, ldx, y, ldy, dst, ldd)
	case stepLInfDist:
		lInfDistTile(k, x, ldx, y, ldy, dst, ldd)
	}
}

func checkDistMatrix(name string, dst, x, y Strided[float32], m, n, k int) {
	sizeX, sizeY, sizeD := extent(m, k, x.Stride), extent(n, k, y.Stride), extent(m, n, dst.Stride)
	switch {
	case uint(sizeX) > uint(len(x.Data)):
		panicMatrix(name, "x", len(x.Data), m, k, x.Stride)
	case uint(sizeY) > uint(len(y.Data)):
		panicMatrix(name, "y", len(y.Data), n, k, y.Stride)
	case uint(sizeD) > uint(len(dst.Data)):
		panicMatrix(name, "dst", len(dst.Data), m, n, dst.Stride)
	}
	switch d := dst.Data[:sizeD]; {
	case alias.Overlap(d, x.Data[:sizeX]):
		panicOverlap(name, "dst", "x")
	case alias.Overlap(d, y.Data[:sizeY]):
		panicOverlap(name, "dst", "y")
	}
}
