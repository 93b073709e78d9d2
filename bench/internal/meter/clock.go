package meter

import "runtime"

// Clock is the frequency of this core in GHz, or 0 on processors other than amd64:
// from a chain of multiplications of integers, three cycles each on every core since
// Intel's Nehalem and AMD's Zen. A neighbour on the same core takes ports from a
// loop of independent operations, but does not make a chain slower.
func Clock() float64 {
	if runtime.GOARCH != "amd64" {
		return 0
	}
	const latency, turns, unroll = 3, 1 << 10, 16
	return best(latency*turns*unroll, func() { chain = squares(chain, turns) })
}

var chain uint64 = 3

func squares(x uint64, turns int) uint64 {
	for range turns {
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
		x *= x
	}
	return x
}
