package kernels

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

// Convert sets dst to src. It panics if the shapes differ or the two overlap.
func Convert[E Element](dst Matrix, src Dense[E]) {
	must(dst.Check(), src.Check())
	mustEqual("Convert", "rows of dst", dst.Rows, src.Rows)
	mustEqual("Convert", "columns of dst", dst.Cols, src.Cols)
	mustNotOverlap("Convert", matrix("dst", dst), matrix("src", src))
	convert(dst, src)
}

func convert[E Element](dst Matrix, src Dense[E]) {
	if src.Cols == 0 {
		return
	}
	for i := range src.Rows {
		to := dst.Row(i)
		switch from := any(src.Row(i)).(type) {
		case []float32:
			copy(to, from)
		case []uint8:
			argmax.FromBytes(to, from)
		}
	}
}

// Gather sets row i of dst to row rows[i] of src, as [Convert] does. A row may occur
// more than once. It panics if a shape does not fit, if src has no such row, or if dst
// overlaps src or the list of rows.
func Gather[E Element](dst Matrix, src Dense[E], rows []int) {
	must(dst.Check(), src.Check())
	mustEqual("Gather", "rows of dst", dst.Rows, len(rows))
	mustEqual("Gather", "columns of dst", dst.Cols, src.Cols)
	mustNotOverlap("Gather", matrix("dst", dst), matrix("src", src), vector("the list of rows", rows))
	for _, r := range rows {
		if uint(r) >= uint(src.Rows) {
			panic(fmt.Sprintf("kernels: Gather: row %d of %d", r, src.Rows))
		}
	}
	for i, r := range rows {
		convert(dst.Slice(i, i+1), src.Slice(r, r+1))
	}
}
