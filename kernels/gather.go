package kernels

import "fmt"

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
