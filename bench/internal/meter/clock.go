package meter

import "runtime"

// Clock returns the frequency of this core in GHz, or 0 on processors other than amd64.
// It times a chain of integer multiplications, which take three cycles each on every
// core since Intel's Nehalem and AMD's Zen. Another thread on the same core would slow
// down a loop of independent operations, but not a chain.
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
