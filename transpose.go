package argmax

import "github.com/seed842bec00/argmax/internal/alias"

// maxTranspose is the most elements of a call, some 20 µs if they are in memory.
const maxTranspose = 1 << 15

// Transpose sets dst to the transpose of src: element i of row j of dst to element j of
// row i of src.
//
// src has m rows of n columns, dst has n rows of m columns. Transpose panics if m or n is
// negative, if an operand is too short or its stride is less than the length of its rows,
// or if dst overlaps src.
func Transpose(dst, src Strided[float32], m, n int) {
	sizeD, sizeS := extent(n, m, dst.Stride), extent(m, n, src.Stride)
	if uint(sizeD) > uint(len(dst.Data)) {
		panicMatrix("Transpose", "dst", len(dst.Data), n, m, dst.Stride)
	}
	if uint(sizeS) > uint(len(src.Data)) {
		panicMatrix("Transpose", "src", len(src.Data), m, n, src.Stride)
	}
	if alias.Overlap(dst.Data[:sizeD], src.Data[:sizeS]) {
		panicOverlap("Transpose", "dst", "src")
	}
	if m < lanes || n < 4 { // less than the assembly takes at a time
		transposeRest(dst.Data, dst.Stride, src.Data, src.Stride, m, n)
		return
	}
	const most = maxTranspose / lanes // columns
	for i := 0; i < m; i += lanes {
		i := min(i, m-lanes) // the last rows again, if they are fewer
		for j := 0; j < n&^3; j += most {
			transpose(dst.Data[j*dst.Stride+i:], dst.Stride, src.Data[i*src.Stride+j:], src.Stride, min(most, n&^3-j))
		}
		if n%4 != 0 {
			j := n - 4
			transpose(dst.Data[j*dst.Stride+i:], dst.Stride, src.Data[i*src.Stride+j:], src.Stride, 4)
		}
	}
}
