package ops

import "github.com/seed842bec00/argmax/asm/vec"

// Meter writes the loops that find the limits of a processor. With data that are
// all one, and accumulators that start at zero, the first two return how many
// multiply-adds they did: whoever calls them need not know the shape.
func Meter(m vec.Machine, s Shape) {
	meterFMA(m, s.TileHeights[0]*s.TileBlocks)
	meterFMALoad(m, s.TileHeights[0]*s.TileBlocks)
	meterRead(m)
}

// meterFMA works on the accumulators of a GEMM tile, which are as many as the
// registers hold: more than latency times ports on every machine.
func meterFMA(m vec.Machine, accumulators int) {
	m.Func("fma", "func(turns int, factors *[32]float32, start []float32) float32",
		"multiplies and adds in registers. It reads one block of start for each accumulator.")
	turns, factors, start := m.Int("turns"), m.Ptr("factors"), m.Ptr("start_base")
	x, y := m.Load(factors, 0), m.Load(factors, 1)
	acc := make([]vec.Block, accumulators)
	for i := range acc {
		acc[i] = m.Load(start, i)
	}
	vec.While(m, turns, 1, nil, func() {
		for _, a := range acc {
			m.FMA(a, x, y)
		}
	})
	m.Free(x, y)
	returnTotal(m, acc)
}

func meterFMALoad(m vec.Machine, accumulators int) {
	m.Func("fmaLoad", "func(turns int, factor float32, x []float32) float32",
		"multiplies and adds with an operand in memory, all of x each turn.")
	turns, factor, base, length := m.Int("turns"), m.Splat("factor"), m.Ptr("x_base"), m.Int("x_len")
	acc := make([]vec.Block, accumulators)
	for i := range acc {
		acc[i] = m.Zero()
	}
	eachTurn(m, turns, base, length, accumulators, func(x vec.Ptr, block int) {
		m.FMALoad(acc[block], factor, x, block)
	})
	m.Free(factor)
	returnTotal(m, acc)
}

// meterRead only loads: no arithmetic can be what limits it.
func meterRead(m vec.Machine) {
	m.Func("read", "func(turns int, x []float32)", "loads x, whose length is a multiple of 128, each turn.")
	turns, base, length := m.Int("turns"), m.Ptr("x_base"), m.Int("x_len")
	eachTurn(m, turns, base, length, 8, func(x vec.Ptr, block int) {
		m.Free(m.Load(x, block))
	})
	m.Return()
}

// eachTurn passes turns times over a vector, unroll blocks at a time.
func eachTurn(m vec.Machine, turns vec.Int, base vec.Ptr, length vec.Int, unroll int, body func(x vec.Ptr, block int)) {
	vec.While(m, turns, 1, nil, func() {
		m.Scope(func() {
			x, n := m.CopyPtr(base), m.CopyInt(length)
			vec.While(m, n, unroll*vec.Lanes, []vec.Ptr{x}, func() {
				for block := range unroll {
					body(x, block)
				}
			})
		})
	})
}

func returnTotal(m vec.Machine, acc []vec.Block) {
	for _, a := range acc[1:] {
		m.Add(acc[0], acc[0], a)
	}
	m.Free(acc[1:]...)
	m.Reduce(acc[0])
	m.ReturnFirst(acc[0])
}
