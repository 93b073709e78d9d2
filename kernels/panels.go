package kernels

import "github.com/seed842bec00/argmax"

// panels is a matrix of k rows in the order in which tiles of a product read it:
// panels of width columns, the last perhaps narrower, each with its k rows one
// after the other.
type panels struct {
	k, cols, width int
	data           []float32
}

// panel returns the panel that begins at column j, a multiple of width.
func (p panels) panel(j int) Matrix {
	n := min(p.width, p.cols-j)
	return Matrix{p.k, n, n, p.data[j*p.k : (j+n)*p.k]}
}

// pack copies b to dst in panels.
func pack(dst []float32, b Matrix) panels {
	_, width := argmax.TileShape()
	p := panels{b.Rows, b.Cols, width, dst}
	for j := 0; j < b.Cols; j += width {
		panel := p.panel(j)
		for q := range b.Rows {
			copy(panel.Row(q), b.Row(q)[j:])
		}
	}
	return p
}

// packTransposed copies bᵀ to dst in panels.
func packTransposed(dst []float32, b Matrix) panels {
	_, width := argmax.TileShape()
	p := panels{b.Cols, b.Rows, width, dst}
	for j := 0; j < b.Rows; j += width {
		panel := p.panel(j)
		transpose(panel, b.Slice(j, j+panel.Cols))
	}
	return p
}

// transposeColumns is the number of columns that are transposed at a time, few enough
// for the lines that are written to stay in the L1 cache until they are full.
const transposeColumns = 64

// transpose sets dst to bᵀ: eight rows of b at a time, so that writes are adjacent.
func transpose(dst, b Matrix) {
	for q := 0; q < b.Cols; q += transposeColumns {
		end := min(q+transposeColumns, b.Cols)
		transposePart(dst.Slice(q, end), b.Columns(q, end))
	}
}

func transposePart(dst, b Matrix) {
	i := 0
	for ; i+8 <= b.Rows; i += 8 {
		r0, r1, r2, r3 := b.Row(i), b.Row(i+1), b.Row(i+2), b.Row(i+3)
		r4, r5, r6, r7 := b.Row(i+4), b.Row(i+5), b.Row(i+6), b.Row(i+7)
		for q, v := range r0 {
			to := (*[8]float32)(dst.Data[q*dst.Stride+i:])
			to[0], to[1], to[2], to[3] = v, r1[q], r2[q], r3[q]
			to[4], to[5], to[6], to[7] = r4[q], r5[q], r6[q], r7[q]
		}
	}
	for ; i < b.Rows; i++ {
		for q, v := range b.Row(i) {
			dst.Data[q*dst.Stride+i] = v
		}
	}
}
