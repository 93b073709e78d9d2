package suite

import (
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/internal/workload"
)

// vectors cuts x into vectors of length n.
func vectors(x []float32, n int) [][]float32 {
	var vs [][]float32
	for ; len(x) >= n; x = x[n:] {
		vs = append(vs, x[:n:n])
	}
	return vs
}

// fit returns how many vectors of length n, beside one that is always used, fit in a
// cache: in three quarters of L1, which also holds the stack, or in half of another.
func fit(n int, data meter.Level) int {
	room := data.Bytes() / 2
	if data == meter.L1 {
		room = data.Bytes() * 3 / 4
	}
	return max(1, room/(4*n)-1)
}

// overSizes returns contests on vectors of all sizes in L1 and in L2, and if chained
// those for latency in L1.
func overSizes(chained bool, contest func(turns [][]float32, data meter.Level, chain bool) Contest) []Contest {
	var cs []Contest
	for _, n := range workload.Lengths {
		for _, data := range []meter.Level{meter.L1, meter.L2} {
			turns := vectors(workload.Pixels(n*fit(n, data)), n)
			cs = append(cs, contest(turns, data, false))
			if chained && data == meter.L1 {
				cs = append(cs, contest(turns, data, true))
			}
		}
	}
	return cs
}

// Ways to pass a vector to a function.
func asSlice(x []float32) []float32      { return x }
func asVector(x []float32) blas32.Vector { return blas32.Vector{N: len(x), Inc: 1, Data: x} }
