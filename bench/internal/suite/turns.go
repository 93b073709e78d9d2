package suite

import "math"

// A pass goes through all vectors, often enough for its overhead not to count.

// laps returns how often a pass goes through n vectors.
func laps(n int) int {
	const calls = 64
	return (calls + n - 1) / n
}

// shift returns 0, but depends on a result: the processor cannot compute the address of
// ys[i+shift(r)] before r.
func shift(result float32) int { return int(math.Float32bits(result) & never) }

// never is 0, which neither the compiler nor the processor can rely on.
var never uint32

func each[V any](as func([]float32) V, xs [][]float32) []V {
	vs := make([]V, len(xs))
	for i, x := range xs {
		vs[i] = as(x)
	}
	return vs
}
