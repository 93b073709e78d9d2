package argmax

// maxRows is the largest number of elements of a matrix that one call of a row kernel
// covers, unless a single row has more. It is larger than maxVector, since no
// accumulators are carried from call to call: 2¹⁶ elements take up to 20 µs.
const maxRows = 1 << 16

// longRows calls the row kernel of s for as many rows at a time as maxRows allows.
func (s step) longRows(dst, x []float32, rows Strided[float32]) {
	n := max(1, maxRows/max(1, len(x)))
	for i := 0; i < len(dst); i += n {
		part, rest := dst[i:min(i+n, len(dst))], rows.Data[i*rows.Stride:]
		switch s {
		case stepDot:
			scoreRows(part, x, rest, rows.Stride)
		case stepSqDist:
			sqDistRows(part, x, rest, rows.Stride)
		case stepL1Dist:
			l1DistRows(part, x, rest, rows.Stride)
		case stepLInfDist:
			lInfDistRows(part, x, rest, rows.Stride)
		}
	}
}

// rowsAt checks the operands of a function over listed rows and calls its kernel for
// as many rows at a time as rowsAtOnce allows.
func (s step) rowsAt(name string, dst, x []float32, rows Strided[float32], index []int) {
	checkRowsAt(name, dst, x, rows, index)
	n := rowsAtOnce(len(x))
	for i := 0; i < len(dst); i += n {
		end := min(i+n, len(dst))
		part, list := dst[i:end], index[i:end]
		switch s {
		case stepDot:
			scoreRowsAt(part, x, rows.Data, rows.Stride, list)
		case stepSqDist:
			sqDistRowsAt(part, x, rows.Data, rows.Stride, list)
		case stepL1Dist:
			l1DistRowsAt(part, x, rows.Data, rows.Stride, list)
		case stepLInfDist:
			lInfDistRowsAt(part, x, rows.Data, rows.Stride, list)
		}
	}
}

// rowsAtOnce returns how many listed rows one call covers. Finding a row in memory
// may take as long as reading 64 elements of it.
func rowsAtOnce(cols int) int { return max(1, maxRows/(cols+64)) }
