package argmax

// maxRows is the most elements of a matrix that one call of a row kernel covers,
// unless a single row has more; as maxVector, but nothing is carried from row to
// row, so there is room for 20 µs.
const maxRows = 1 << 16

// longRows cuts a matrix by rows.
func (s step) longRows(dst, x, rows []float32, stride int) {
	n := max(1, maxRows/len(x))
	for i := 0; i < len(dst); i += n {
		part, rest := dst[i:min(i+n, len(dst))], rows[i*stride:]
		switch s {
		case stepDot:
			scoreRows(part, x, rest, stride)
		case stepSqDist:
			sqDistRows(part, x, rest, stride)
		case stepL1Dist:
			l1DistRows(part, x, rest, stride)
		case stepLInfDist:
			lInfDistRows(part, x, rest, stride)
		}
	}
}

// longRowsAt checks, and cuts the list.
func (s step) longRowsAt(name string, dst, x, rows []float32, stride int, index []int) {
	checkRowsAt(name, dst, x, rows, stride, index)
	n := rowsAtOnce(len(x))
	for i := 0; i < len(dst); i += n {
		end := min(i+n, len(dst))
		part, list := dst[i:end], index[i:end]
		switch s {
		case stepDot:
			scoreRowsAt(part, x, rows, stride, list)
		case stepSqDist:
			sqDistRowsAt(part, x, rows, stride, list)
		case stepL1Dist:
			l1DistRowsAt(part, x, rows, stride, list)
		case stepLInfDist:
			lInfDistRowsAt(part, x, rows, stride, list)
		}
	}
}

// rowsAtOnce is how many rows that lie anywhere one call covers. To go to a row may
// take as long as to read 64 elements of one.
func rowsAtOnce(cols int) int { return max(1, maxRows/(cols+64)) }
