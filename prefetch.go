package argmax

import "unsafe"

// PrefetchRowsAt asks the processor to bring the listed rows, of n elements, into its
// caches. It returns before they are there, and changes nothing but the time that
// reading them takes: rows at random places of a large matrix, such as those of the next
// batch while one computes on this one. The pure Go code does nothing.
//
// PrefetchRowsAt panics if an index is out of range: there are as many rows as rows.Data
// has room for; if the stride is less than n, there is at most one.
func PrefetchRowsAt[E Element](rows Strided[E], n int, index []int) {
	count := rowsIn(len(rows.Data), n, rows.Stride)
	for i, row := range index {
		if uint(row) >= uint(count) {
			panicIndex("PrefetchRowsAt", i, row, count)
		}
	}
	size := int(unsafe.Sizeof(*new(E)))
	if n == 0 || len(index) == 0 {
		return
	}
	// The last line of a row that does not begin with one is one more.
	const line = 64
	bytes := unsafe.Slice((*uint8)(unsafe.Pointer(unsafe.SliceData(rows.Data))), size*len(rows.Data))
	length := size*n + 2*(line-1)
	for most := max(1, byteMatrix/length); len(index) > 0; {
		part := index[:min(most, len(index))]
		prefetchRows(bytes, size*rows.Stride, part, length)
		index = index[len(part):]
	}
}
