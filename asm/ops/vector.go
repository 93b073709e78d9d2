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

// The terms where the accumulator is +0. Those that are no less than +0 need no
// addition to it, nor does a product in the sum of a single block.
func productOnly(m vectorMachine, acc, x vec.Block, y vec.Ptr, block int) {
	p := m.MulLoad(x, y, block)
	m.Set(acc, p)
	m.Free(p)
}

func productFirst(m vectorMachine, acc, x vec.Block, y vec.Ptr, block int) {
	m.Clear(acc)
	product(m, acc, x, y, block)
}

func squaredDifferenceFirst(m vectorMachine, acc, x vec.Block, y vec.Ptr, block int) {
	d := m.SubLoad(x, y, block)
	m.Mul(acc, d, d)
	m.Free(d)
}

func absoluteDifferenceFirst(m vectorMachine, acc, x vec.Block, y vec.Ptr, block int) {
	d := m.SubLoad(x, y, block)
	m.Abs(acc, d)
	m.Free(d)
}

// A step adds one block of some vectors to an accumulator.
type step func(m vectorMachine, ptrs []vec.Ptr, acc vec.Block, block int)

// A summand is what is summed: first adds to an accumulator that is +0, next to any.
// only is the whole sum of a single block.
type summand struct {
	only, first, next step
	zeros             zeros
}

// zeros tells where a sum can be −0, though the accumulators are +0 at first and the sum
// of +0 and −0 is +0.
type zeros int

const (
	neverNegative zeros = iota // nowhere, since terms are no less than +0
	single                     // in the sum of a single block
	anywhere
)

// pairwise is the step of a sum over two vectors.
func pairwise(add term) step {
	return func(m vectorMachine, ptrs []vec.Ptr, acc vec.Block, block int) {
		x := m.Load(ptrs[0], block)
		add(m, acc, x, ptrs[1], block)
		m.Free(x)
	}
}

var (
	products            = summand{pairwise(productOnly), pairwise(productFirst), pairwise(product), single}
	squaredDifferences  = summand{pairwise(squaredDifferenceFirst), pairwise(squaredDifferenceFirst), pairwise(squaredDifference), neverNegative}
	absoluteDifferences = summand{pairwise(absoluteDifferenceFirst), pairwise(absoluteDifferenceFirst), pairwise(absoluteDifference), neverNegative}
	elements            = summand{element, element, addElement, anywhere}
)

func element(m vectorMachine, ptrs []vec.Ptr, acc vec.Block, block int) {
	m.LoadTo(acc, ptrs[0], block)
}

func addElement(m vectorMachine, ptrs []vec.Ptr, acc vec.Block, block int) {
	m.AddLoad(acc, ptrs[0], block)
}

// reduce is a sum over vectors, whose names are listed in args, in one call. Of a single
// block the other accumulators would stay +0, which changes no sum but −0.
func reduce(args string, t summand) Emitter {
	return func(m vec.Machine, s Shape) {
		ptrs, n := vectors(m, args)
		m.Short(n, vec.Lanes, func() {
			acc := m.New()
			vec.Single(m, n, func() { m.Clear(acc) }, func() { t.only(m, ptrs, acc, 0) })
			m.Reduce(acc)
			if t.zeros != neverNegative {
				m.Positive(acc)
			}
			m.ReturnFirst(acc)
		})
		if s.Short > 0 {
			m.Short(n, s.Short, func() { t.several(m, ptrs, n) })
		}
		t.several(m, ptrs, n)
	}
}

func (t summand) several(m vec.Machine, ptrs []vec.Ptr, n vec.Int) {
	acc := made(m, accumulators)
	vec.Interleave(m, n, accumulators, ptrs,
		func() { zero(m, acc) },
		func(a, block int) { t.first(m, ptrs, acc[a], block) },
		func(a, block int) { t.next(m, ptrs, acc[a], block) })
	total := join(m, m.Add, acc)
	m.Reduce(total)
	if t.zeros == anywhere {
		m.Positive(total)
	}
	m.ReturnFirst(total)
}

// carry is the same sum with the accumulators in memory between the pieces of a
// long vector.
func carry(args string, t summand) Emitter {
	return func(m vec.Machine, _ Shape) {
		state := m.Ptr("acc")
		ptrs, n := vectors(m, args)
		var acc [accumulators]vec.Block
		for i := range acc {
			acc[i] = m.Load(state, i)
		}
		vec.While(m, n, accumulators*vec.Lanes, ptrs, func() {
			for i := range acc {
				t.next(m, ptrs, acc[i], i)
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

// zero clears blocks.
func zero(m vec.Memory, bs []vec.Block) {
	for _, b := range bs {
		m.Clear(b)
	}
}

// made returns blocks to be written.
func made(m vec.Memory, count int) []vec.Block {
	bs := make([]vec.Block, count)
	for i := range bs {
		bs[i] = m.New()
	}
	return bs
}

func cleared(m vec.Memory, count int) []vec.Block {
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
func lInfDist(m vec.Machine, s Shape) {
	x, y, n := m.Ptr("x_base"), m.Ptr("y_base"), m.Int("x_len")
	finish := func(acc vec.Block) {
		m.ReduceMaxBits(acc)
		m.ReturnFirst(acc)
	}
	m.Short(n, vec.Lanes, func() {
		acc := m.New()
		vec.Single(m, n, func() { m.Clear(acc) }, func() {
			u := m.Load(x, 0)
			absoluteDifferenceFirst(m, acc, u, y, 0)
			m.Free(u)
		})
		finish(acc)
	})
	several := func() {
		acc := cleared(m, accumulators)
		vec.Stream(m, n, accumulators, []vec.Ptr{x, y}, vec.Block{}, func(block int) {
			u := m.Load(x, block)
			largestDifference(m, acc[block], u, y, block)
			m.Free(u)
		})
		finish(join(m, m.MaxBits, acc))
	}
	if s.Short > 0 {
		m.Short(n, s.Short, several)
	}
	several()
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
