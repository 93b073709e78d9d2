package classifier

import "github.com/seed842bec00/argmax/kernels"

// reader returns a function that returns rows lo to hi, hi excluded, at most size of
// them: where they lie, or in memory that is used again by the next call.
func reader(rows Rows, size int) func(lo, hi int) kernels.Matrix {
	if r, ok := rows.(InPlace[float32]); ok {
		return r.Dense().Slice
	}
	size = min(size, rows.Len())
	buffer, indices := kernels.NewMatrix(size, rows.Features()), make([]int, size)
	return func(lo, hi int) kernels.Matrix {
		x := buffer.Slice(0, hi-lo)
		for i := range x.Rows {
			indices[i] = lo + i
		}
		rows.Gather(x, indices[:x.Rows])
		return x
	}
}
