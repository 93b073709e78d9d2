package classifier

import "github.com/seed842bec00/argmax/kernels"

// reader returns a function that returns rows lo to hi, hi excluded: where they lie, or
// in memory that the next call uses again.
func reader(rows Rows) func(lo, hi int) kernels.Matrix {
	if r, ok := rows.(InPlace[float32]); ok {
		return r.Dense().Slice
	}
	var buffer kernels.Matrix
	var indices []int
	return func(lo, hi int) kernels.Matrix {
		if n := hi - lo; buffer.Rows < n {
			buffer, indices = kernels.NewMatrix(n, rows.Features()), make([]int, n)
		}
		x := buffer.Slice(0, hi-lo)
		for i := range x.Rows {
			indices[i] = lo + i
		}
		rows.Gather(x, indices[:x.Rows])
		return x
	}
}
