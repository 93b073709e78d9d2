package ops

import "github.com/seed842bec00/argmax/asm/vec"

// accumulators is part of the arithmetic: block b of a vector meets accumulator
// b mod 4. Four hide the latency of the addition (four cycles, two a cycle, want
// eight for the full rate; loads bind before that).
const accumulators = 4

// A term adds one block's share of a sum over two vectors: x in a register, y in
// memory.
type term func(m vec.Machine, acc, x vec.Block, y vec.Ptr, block int)

func product(m vec.Machine, acc, x vec.Block, y vec.Ptr, block int) { m.FMALoad(acc, x, y, block) }

func squaredDifference(m vec.Machine, acc, x vec.Block, y vec.Ptr, block int) {
	d := m.SubLoad(x, y, block)
	m.FMA(acc, d, d)
	m.Free(d)
}

func absoluteDifference(m vec.Machine, acc, x vec.Block, y vec.Ptr, block int) {
	d := m.SubLoad(x, y, block)
	m.Abs(d, d)
	m.Add(acc, acc, d)
	m.Free(d)
}

// largestDifference adds nothing: it keeps the larger, by the bits, among which NaN
// is the largest of all.
func largestDifference(m vec.Machine, acc, x vec.Block, y vec.Ptr, block int) {
	d := m.SubLoad(x, y, block)
	m.Abs(d, d)
	m.MaxBits(acc, acc, d)
	m.Free(d)
}

func vectors(m vec.Machine, flags int) {
	pair(m, "dot", "returns the inner product of x and y.", product)
	pair(m, "sqDist", "returns the squared L2 distance of x and y.", squaredDifference)
	pair(m, "l1Dist", "returns the L1 distance of x and y.", absoluteDifference)
	lInfDist(m)
	sum(m)
	maximum(m, flags)
	axpy(m)
	scale(m)
	fromBytes(m)
}

// reduction emits op, which reduces in one call, and opCarry, whose accumulators
// wait in memory between the pieces of a long vector. args are its vectors; body
// treats one block of them.
func reduction(m vec.Machine, op string, args, doc string, names []string, body func(ptrs []vec.Ptr, acc vec.Block, block int)) {
	pointers := func() (ptrs []vec.Ptr) {
		for _, name := range names {
			ptrs = append(ptrs, m.Ptr(name+"_base"))
		}
		return ptrs
	}
	var acc [accumulators]vec.Block

	m.Func(op, "func("+args+" []float32) float32", doc)
	ptrs, n := pointers(), m.Int(names[0]+"_len")
	for i := range acc {
		acc[i] = m.Zero()
	}
	vec.Interleave(m, n, accumulators, ptrs, func(a, block int) { body(ptrs, acc[a], block) })
	m.Add(acc[0], acc[0], acc[1])
	m.Add(acc[2], acc[2], acc[3])
	m.Add(acc[0], acc[0], acc[2])
	m.Reduce(acc[0])
	m.ReturnFirst(acc[0])

	m.Func(op+"Carry", "func(acc *[64]float32, "+args+" []float32)",
		"adds to the accumulators of "+op+" what the vectors hold, a multiple of 64 elements.")
	state, ptrs, n := m.Ptr("acc"), pointers(), m.Int(names[0]+"_len")
	for i := range acc {
		acc[i] = m.Load(state, i)
	}
	vec.While(m, n, accumulators*vec.Lanes, ptrs, func() {
		for i := range acc {
			body(ptrs, acc[i], i)
		}
	})
	for i := range acc {
		m.Store(acc[i], state, i)
	}
	m.Return()
}

func pair(m vec.Machine, op, doc string, add term) {
	reduction(m, op, "x, y", doc, []string{"x", "y"}, func(ptrs []vec.Ptr, acc vec.Block, block int) {
		x := m.Load(ptrs[0], block)
		add(m, acc, x, ptrs[1], block)
		m.Free(x)
	})
}

// lInfDist needs no carry: the largest of the pieces of a long vector is that of all.
func lInfDist(m vec.Machine) {
	m.Func("lInfDist", "func(x, y []float32) float32", "returns the L∞ distance of x and y.")
	x, y, n := m.Ptr("x_base"), m.Ptr("y_base"), m.Int("x_len")
	var acc [accumulators]vec.Block
	for i := range acc {
		acc[i] = m.Zero()
	}
	vec.Stream(m, n, accumulators, []vec.Ptr{x, y}, nil, func(block int) {
		u := m.Load(x, block)
		largestDifference(m, acc[block], u, y, block)
		m.Free(u)
	})
	m.MaxBits(acc[0], acc[0], acc[1])
	m.MaxBits(acc[2], acc[2], acc[3])
	m.MaxBits(acc[0], acc[0], acc[2])
	m.ReduceMaxBits(acc[0])
	m.ReturnFirst(acc[0])
}

func sum(m vec.Machine) {
	reduction(m, "sum", "x", "returns the sum of x.", []string{"x"}, func(ptrs []vec.Ptr, acc vec.Block, block int) {
		m.AddLoad(acc, ptrs[0], block)
	})
}

// maximum finds NaNs by comparisons beside the maxima. One comparison serves two
// blocks, and several flags take turns, since each waits for its last comparison.
func maximum(m vec.Machine, flags int) {
	m.Func("maximum", "func(x []float32) float32", "returns the largest of x, NaN if one is NaN, −Inf if x is empty.")
	x, n := m.Ptr("x_base"), m.Int("x_len")
	ptrs := []vec.Ptr{x}
	lowest := m.Constant(negativeInfinity)
	var acc [accumulators]vec.Block
	for i := range acc {
		acc[i] = m.Copy(lowest)
	}
	nan := make([]vec.Flag, flags)
	for i := range nan {
		nan[i] = m.NewFlag()
	}
	vec.While(m, n, 2*flags*vec.Lanes, ptrs, func() {
		for i := range nan {
			u, v := m.Load(x, 2*i), m.Load(x, 2*i+1)
			m.Max(acc[2*i%accumulators], acc[2*i%accumulators], u)
			m.Max(acc[2*i%accumulators+1], acc[2*i%accumulators+1], v)
			m.Unordered(nan[i], u, v)
			m.Free(u, v)
		}
	})
	vec.Stream(m, n, 1, ptrs, lowest, func(block int) {
		u := m.Load(x, block)
		m.Max(acc[0], acc[0], u)
		m.Unordered(nan[0], u, u)
		m.Free(u)
	})
	m.Max(acc[0], acc[0], acc[1])
	m.Max(acc[2], acc[2], acc[3])
	m.Max(acc[0], acc[0], acc[2])
	m.ReduceMax(acc[0], nan)
	m.ReturnFirst(acc[0])
}

func axpy(m vec.Machine) {
	m.Func("axpy", "func(alpha float32, x, y []float32)", "adds alpha·x to y, fused.")
	alpha, x, y, n := m.Splat("alpha"), m.Ptr("x_base"), m.Ptr("y_base"), m.Int("x_len")
	vec.Stream(m, n, 4, []vec.Ptr{x, y}, nil, func(block int) {
		v := m.Load(y, block)
		m.FMALoad(v, alpha, x, block)
		m.Store(v, y, block)
		m.Free(v)
	})
	m.Return()
}

func scale(m vec.Machine) {
	m.Func("scale", "func(alpha float32, x []float32)", "multiplies x by alpha.")
	alpha, x, n := m.Splat("alpha"), m.Ptr("x_base"), m.Int("x_len")
	vec.Stream(m, n, 4, []vec.Ptr{x}, nil, func(block int) {
		v := m.Load(x, block)
		m.Mul(v, v, alpha)
		m.Store(v, x, block)
		m.Free(v)
	})
	m.Return()
}

func fromBytes(m vec.Machine) {
	m.Func("fromBytes", "func(dst []float32, x []uint8)", "converts x, whose length is a multiple of 16.")
	dst, x, n := m.Ptr("dst_base"), m.Bytes("x_base"), m.Int("x_len")
	for _, unroll := range []int{4, 1} {
		vec.While(m, n, unroll*vec.Lanes, []vec.Ptr{dst, x}, func() {
			for b := range unroll {
				v := m.Load(x, b)
				m.Store(v, dst, b)
				m.Free(v)
			}
		})
	}
	m.Return()
}
