package suite

import "math"

// Vectors take turns in a pass, all of them, so often that the start of the pass
// does not count.

// laps is how often a pass goes through n vectors.
func laps(n int) int {
	const calls = 64
	return (calls + n - 1) / n
}

// shift is zero, but depends on a result: the processor cannot know the address of
// ys[i+shift(r)] before it knows r.
func shift(result float32) int { return int(math.Float32bits(result) & never) }

// never is zero, but neither compiler nor processor knows that it stays so.
var never uint32

func each[V any](as func([]float32) V, xs [][]float32) []V {
	vs := make([]V, len(xs))
	for i, x := range xs {
		vs[i] = as(x)
	}
	return vs
}
