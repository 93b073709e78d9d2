package ops

import "github.com/seed842bec00/argmax/asm/vec"

// Meters are the loops that find the limits of a processor. With data that are all
// one, and accumulators that start at zero, the first two return how many
// multiply-adds they did: the caller need not know the shape.
var Meters = []Kernel{
	{Name: "fma", Signature: "func(turns int, factors *[32]float32, start []float32) float32", ISAs: everywhere, Emit: meterFMA,
		Doc: "multiplies and adds in registers. It reads one block of start for each accumulator."},
	{Name: "fmaLoad", Signature: "func(turns int, factor float32, x []float32) float32", ISAs: everywhere, Emit: meterFMALoad,
		Doc: "multiplies and adds with an operand in memory, all of x each turn."},
	{Name: "read", Signature: "func(turns int, x []float32)", ISAs: everywhere, Emit: meterRead,
		Doc: "loads x, whose length is a multiple of 128, each turn."},
}

// meterAccumulators are those of a GEMM tile, as many as the registers hold: more
// than latency times ports on every machine.
func meterAccumulators(s Shape) int { return s.TileHeights[0] * s.TileBlocks }

func meterFMA(m vec.Machine, s Shape) {
	turns, factors, start := m.Int("turns"), m.Ptr("factors"), m.Ptr("start_base")
	x, y := m.Load(factors, 0), m.Load(factors, 1)
	acc := make([]vec.Block, meterAccumulators(s))
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

func meterFMALoad(m vec.Machine, s Shape) {
	turns, factor, base, length := m.Int("turns"), m.Broadcast("factor"), m.Ptr("x_base"), m.Int("x_len")
	acc := cleared(m, meterAccumulators(s))
	eachTurn(m, turns, base, length, len(acc), func(x vec.Ptr, block int) {
		m.FMALoad(acc[block], factor, x, block)
	})
	m.Free(factor)
	returnTotal(m, acc)
}

// meterRead only loads: no arithmetic can be what limits it.
func meterRead(m vec.Machine, _ Shape) {
	turns, base, length := m.Int("turns"), m.Ptr("x_base"), m.Int("x_len")
	eachTurn(m, turns, base, length, 8, func(x vec.Ptr, block int) {
		m.Free(m.Load(x, block))
	})
	m.Return()
}

// eachTurn passes turns times over a vector, unroll blocks at a time.
func eachTurn(m vec.Base, turns vec.Int, base vec.Ptr, length vec.Int, unroll int, body func(x vec.Ptr, block int)) {
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
