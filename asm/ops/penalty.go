package ops

import "github.com/seed842bec00/argmax/asm/vec"

var (
	squares    = summand{square, square, addSquare, neverNegative}
	magnitudes = summand{magnitude, magnitude, addMagnitude, neverNegative}
)

func square(m vectorMachine, ptrs []vec.Ptr, acc vec.Block, block int) {
	x := m.Load(ptrs[0], block)
	m.Mul(acc, x, x)
	m.Free(x)
}

func addSquare(m vectorMachine, ptrs []vec.Ptr, acc vec.Block, block int) {
	x := m.Load(ptrs[0], block)
	m.FMA(acc, x, x)
	m.Free(x)
}

func magnitude(m vectorMachine, ptrs []vec.Ptr, acc vec.Block, block int) {
	x := m.Load(ptrs[0], block)
	m.Abs(acc, x)
	m.Free(x)
}

func addMagnitude(m vectorMachine, ptrs []vec.Ptr, acc vec.Block, block int) {
	x := m.Load(ptrs[0], block)
	m.Abs(x, x)
	m.Add(acc, acc, x)
	m.Free(x)
}

// softThreshold has a load and a store for three operations, which bind: with two
// adders one and a half cycles. The order of the operands of Min makes x − (−0) = +0
// of a zero x also if high is +0.
func softThreshold(m vec.Machine, _ Shape) {
	low, high, x, n := m.Broadcast("low"), m.Broadcast("high"), m.Ptr("x_base"), m.Int("x_len")
	vec.Stream(m, n, 4, []vec.Ptr{x}, vec.Block{}, func(block int) {
		v := m.Load(x, block)
		nearest := m.Copy(low)
		m.Max(nearest, nearest, v)
		m.Min(nearest, high, nearest)
		m.Sub(v, v, nearest)
		m.Store(v, x, block)
		m.Free(v, nearest)
	})
	m.Free(low, high)
	m.Return()
}
