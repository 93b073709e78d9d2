package ops

import (
	"strings"

	"github.com/seed842bec00/argmax/asm/vec"
)

// accumulators is part of the arithmetic: block b of a vector meets accumulator
// b mod 4. Four hide the latency of the addition (four cycles, two a cycle, want
// eight for the full rate; loads bind before that).
const accumulators = 4

// vectorMachine is what sums over vectors are made of.
type vectorMachine interface {
	vec.Memory
	vec.Arithmetic
}

// A term adds one block's share of a sum over two vectors: x in a register, y in
// memory.
type term func(m vectorMachine, acc, x vec.Block, y vec.Ptr, block int)

func product(m vectorMachine, acc, x vec.Block, y vec.Ptr, block int) { m.FMALoad(acc, x, y, block) }

func squaredDifference(m vectorMachine, acc, x vec.Block, y vec.Ptr, block int) {
	d := m.SubLoad(x, y, block)
	m.FMA(acc, d, d)
	m.Free(d)
}

func absoluteDifference(m vectorMachine, acc, x vec.Block, y vec.Ptr, block int) {
	d := m.SubLoad(x, y, block)
	m.Abs(d, d)
	m.Add(acc, acc, d)
	m.Free(d)
}

// largestDifference adds nothing: it keeps the larger, by the bits, among which NaN
// is the largest of all.
func largestDifference(m vectorMachine, acc, x vec.Block, y vec.Ptr, block int) {
	d := m.SubLoad(x, y, block)
	m.Abs(d, d)
	m.MaxBits(acc, acc, d)
	m.Free(d)
}

// A step adds one block of some vectors to an accumulator.
type step func(m vectorMachine, ptrs []vec.Ptr, acc vec.Block, block int)

// pairwise is the step of a sum over two vectors.
func pairwise(add term) step {
	return func(m vectorMachine, ptrs []vec.Ptr, acc vec.Block, block int) {
		x := m.Load(ptrs[0], block)
		add(m, acc, x, ptrs[1], block)
		m.Free(x)
	}
}

func sum(m vectorMachine, ptrs []vec.Ptr, acc vec.Block, block int) {
	m.AddLoad(acc, ptrs[0], block)
}

// reduce is a sum over vectors, whose names are listed in args, in one call. Of a single
// block the other accumulators stay +0: to add one +0 is to add all three.
func reduce(args string, add step) Emitter {
	return func(m vec.Machine, _ Shape) {
		ptrs, n := vectors(m, args)
		several, joined := m.NewLabel("several"), m.NewLabel("joined")
		acc := zeros(m, 2)
		m.JumpNotLess(n, vec.Lanes+1, several)
		vec.Single(m, n, func() { add(m, ptrs, acc[0], 0) })
		m.Add(acc[0], acc[0], acc[1])
		m.Jump(joined)
		m.Place(several)
		acc = append(acc, zeros(m, accumulators-2)...)
		vec.Interleave(m, n, accumulators, ptrs, func(a, block int) { add(m, ptrs, acc[a], block) })
		total := join(m, m.Add, acc)
		m.Place(joined)
		m.Reduce(total)
		m.ReturnFirst(total)
	}
}

// carry is the same sum with the accumulators in memory between the pieces of a
// long vector.
func carry(args string, add step) Emitter {
	return func(m vec.Machine, _ Shape) {
		state := m.Ptr("acc")
		ptrs, n := vectors(m, args)
		var acc [accumulators]vec.Block
		for i := range acc {
			acc[i] = m.Load(state, i)
		}
		vec.While(m, n, accumulators*vec.Lanes, ptrs, func() {
			for i := range acc {
				add(m, ptrs, acc[i], i)
			}
		})
		for i := range acc {
			m.Store(acc[i], state, i)
		}
		m.Free(acc[:]...)
		m.Return()
	}
}

// vectors loads the addresses of vectors, and their length.
func vectors(m vec.Arguments, args string) (ptrs []vec.Ptr, n vec.Int) {
	names := strings.Split(args, ", ")
	for _, name := range names {
		ptrs = append(ptrs, m.Ptr(name+"_base"))
	}
	return ptrs, m.Int(names[0] + "_len")
}

func zeros(m vec.Memory, count int) []vec.Block {
	acc := make([]vec.Block, count)
	for i := range acc {
		acc[i] = m.Zero()
	}
	return acc
}

// join combines four accumulators in the first, as the arithmetic says, and frees
// the others.
func join(m vec.Memory, combine func(dst, x, y vec.Block), acc []vec.Block) vec.Block {
	combine(acc[0], acc[0], acc[1])
	combine(acc[2], acc[2], acc[3])
	combine(acc[0], acc[0], acc[2])
	m.Free(acc[1:]...)
	return acc[0]
}

// lInfDist needs no carry: the largest of the pieces of a long vector is that of all.
func lInfDist(m vec.Machine, _ Shape) {
	x, y, n := m.Ptr("x_base"), m.Ptr("y_base"), m.Int("x_len")
	several, joined := m.NewLabel("several"), m.NewLabel("joined")
	acc := zeros(m, 1)
	add := func(block int) {
		u := m.Load(x, block)
		largestDifference(m, acc[block], u, y, block)
		m.Free(u)
	}
	m.JumpNotLess(n, vec.Lanes+1, several)
	vec.Single(m, n, func() { add(0) })
	m.Jump(joined)
	m.Place(several)
	acc = append(acc, zeros(m, accumulators-1)...)
	vec.Stream(m, n, accumulators, []vec.Ptr{x, y}, vec.Block{}, add)
	largest := join(m, m.MaxBits, acc)
	m.Place(joined)
	m.ReduceMaxBits(largest)
	m.ReturnFirst(largest)
}

// maximum finds NaNs by comparisons beside the maxima. One comparison serves two
// blocks, and several flags take turns, since each waits for its last comparison.
func maximum(m vec.Machine, s Shape) {
	x, n := m.Ptr("x_base"), m.Int("x_len")
	ptrs := []vec.Ptr{x}
	lowest := m.Constant(negativeInfinity)
	acc := make([]vec.Block, accumulators)
	for i := range acc {
		acc[i] = m.Copy(lowest)
	}
	nan := make([]vec.Flag, s.Flags)
	for i := range nan {
		nan[i] = m.NewFlag()
	}
	vec.While(m, n, 2*s.Flags*vec.Lanes, ptrs, func() {
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
	m.Free(lowest)
	largest := join(m, m.Max, acc)
	m.ReduceMax(largest, nan)
	m.ReturnFirst(largest)
}

func axpy(m vec.Machine, _ Shape) {
	alpha, x, y, n := m.Broadcast("alpha"), m.Ptr("x_base"), m.Ptr("y_base"), m.Int("x_len")
	vec.Stream(m, n, 4, []vec.Ptr{x, y}, vec.Block{}, func(block int) {
		v := m.Load(y, block)
		m.FMALoad(v, alpha, x, block)
		m.Store(v, y, block)
		m.Free(v)
	})
	m.Free(alpha)
	m.Return()
}

func scale(m vec.Machine, _ Shape) {
	alpha, x, n := m.Broadcast("alpha"), m.Ptr("x_base"), m.Int("x_len")
	vec.Stream(m, n, 4, []vec.Ptr{x}, vec.Block{}, func(block int) {
		v := m.Load(x, block)
		m.Mul(v, v, alpha)
		m.Store(v, x, block)
		m.Free(v)
	})
	m.Free(alpha)
	m.Return()
}

func fromBytes(m vec.Machine, _ Shape) {
	dst, x, n := m.Ptr("dst_base"), m.Ptr("x_base"), m.Int("x_len")
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
