package vectest

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/asm/vec"
)

// constants are what the function equalLanes stores; testdata/harness_test.go has
// the same list.
var constants = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, math.Pi, math.MaxFloat32,
	math.SmallestNonzeroFloat32, float32(math.Inf(1)), float32(math.Inf(-1)),
}

// Emit emits functions that use the methods of a machine, each for something that
// testdata/harness_test.go checks.
func Emit(m vec.Machine) {
	axpy(m)
	dot(m)
	squares(m)
	distance(m)
	sum(m)
	largest(m)
	for n := range 5 {
		rows(m, n+1)
	}
	scores(m)
	for n := range 6 {
		tile(m, n+1)
	}
	moves(m)
	equalLanes(m)
	growing(m)
	filled(m)
	copied(m)
	second(m)
}

func axpy(m vec.Machine) {
	m.Func("axpy", "func(alpha float32, x, y []float32)", "is y = fma(alpha, x, y).")
	x, y, n, alpha := m.Ptr("x_base"), m.Ptr("y_base"), m.Int("x_len"), m.Broadcast("alpha")
	vec.Stream(m, n, 4, []vec.Ptr{x, y}, vec.Block{}, func(block int) {
		b := m.Load(y, block)
		m.FMALoad(b, alpha, x, block)
		m.Store(b, y, block)
		m.Free(b)
	})
	m.Free(alpha)
	m.Return()
}

// zeros are n accumulators.
func zeros(m vec.Machine, n int) []vec.Block {
	bs := make([]vec.Block, n)
	for i := range bs {
		bs[i] = m.Zero()
	}
	return bs
}

// reduction reduces what body adds to four accumulators.
func reduction(m vec.Machine, ptrs []vec.Ptr, n vec.Int, body func(acc vec.Block, block int)) {
	acc := zeros(m, 4)
	vec.Interleave(m, n, 4, ptrs, func() {}, func(a, block int) { body(acc[a], block) }, func(a, block int) { body(acc[a], block) })
	m.Add(acc[0], acc[0], acc[1])
	m.Add(acc[2], acc[2], acc[3])
	m.Add(acc[0], acc[0], acc[2])
	m.Free(acc[1:]...)
	m.Reduce(acc[0])
	m.ReturnFirst(acc[0])
}

func dot(m vec.Machine) {
	m.Func("dot", "func(x, y []float32) float32", "is the inner product.")
	x, y, n := m.Ptr("x_base"), m.Ptr("y_base"), m.Int("x_len")
	reduction(m, []vec.Ptr{x, y}, n, func(acc vec.Block, block int) {
		b := m.Load(x, block)
		m.FMALoad(acc, b, y, block)
		m.Free(b)
	})
}

func squares(m vec.Machine) {
	m.Func("squares", "func(x, y []float32) float32", "is the squared L2 distance.")
	x, y, n := m.Ptr("x_base"), m.Ptr("y_base"), m.Int("x_len")
	reduction(m, []vec.Ptr{x, y}, n, func(acc vec.Block, block int) {
		b := m.Load(x, block)
		d := m.SubLoad(b, y, block)
		m.Free(b)
		m.FMA(acc, d, d)
		m.Free(d)
	})
}

func distance(m vec.Machine) {
	m.Func("distance", "func(x, y []float32) float32", "is the L1 distance.")
	x, y, n := m.Ptr("x_base"), m.Ptr("y_base"), m.Int("x_len")
	reduction(m, []vec.Ptr{x, y}, n, func(acc vec.Block, block int) {
		a, b := m.Load(x, block), m.Load(y, block)
		m.Sub(a, a, b)
		m.Abs(a, a)
		m.Add(acc, acc, a)
		m.Free(a, b)
	})
}

func sum(m vec.Machine) {
	m.Func("sum", "func(x []float32) float32", "is the sum.")
	x, n := m.Ptr("x_base"), m.Int("x_len")
	reduction(m, []vec.Ptr{x}, n, func(acc vec.Block, block int) { m.AddLoad(acc, x, block) })
}

func largest(m vec.Machine) {
	m.Func("largest", "func(x []float32) float32", "is the maximum, −Inf of nothing.")
	x, n := m.Ptr("x_base"), m.Int("x_len")
	lowest := float32(math.Inf(-1))
	fill, flag := m.Constant(lowest), m.NewFlag()
	acc := []vec.Block{m.Constant(lowest), m.Constant(lowest)}
	vec.Stream(m, n, 2, []vec.Ptr{x}, fill, func(block int) {
		b := m.Load(x, block)
		m.Unordered(flag, acc[block], b)
		m.Max(acc[block], acc[block], b)
		m.Free(b)
	})
	m.Unordered(flag, acc[0], acc[1])
	m.Max(acc[0], acc[0], acc[1])
	m.Free(acc[1], fill)
	m.ReduceMax(acc[0], []vec.Flag{flag})
	m.ReturnFirst(acc[0])
}

// rows takes the inner products of x with up to five rows: 28 registers.
func rows(m vec.Machine, count int) {
	m.Func(fmt.Sprintf("rows%d", count), "func(scores, w *float32, stride int, x []float32)",
		fmt.Sprintf("is the inner products of x with %d rows of w.\nstride is in elements.", count))
	scores, x, n := m.Ptr("scores"), m.Ptr("x_base"), m.Int("x_len")
	innerProducts(m, scores, m.Rows(m.Ptr("w"), m.Scale(m.Int("stride"), 4), count), x, n)
	m.Return()
}

// innerProducts consumes all but scores.
func innerProducts(m vec.Machine, scores vec.Ptr, w []vec.Ptr, x vec.Ptr, n vec.Int) {
	acc := zeros(m, len(w))
	vec.Stream(m, n, 1, append(w, x), vec.Block{}, func(block int) {
		b := m.Load(x, block)
		for i := range acc {
			m.FMALoad(acc[i], b, w[i], block)
		}
		m.Free(b)
	})
	m.ReduceTo(acc, scores)
}

func scores(m vec.Machine) {
	m.Func("scores", "func(scores, w *float32, rows, stride int, x []float32)", "is the inner products of x with the rows of w.")
	scores, w, x := m.Ptr("scores"), m.Ptr("w"), m.Ptr("x_base")
	count, n, stride := m.Int("rows"), m.Int("x_len"), m.Scale(m.Int("stride"), 4)
	for _, step := range []int{3, 1} {
		next, done := m.NewLabel("next"), m.NewLabel("done")
		m.Place(next)
		m.JumpLess(count, step, done)
		m.Scope(func() {
			w := m.Rows(m.CopyPtr(w), stride, step)
			innerProducts(m, scores, w, m.CopyPtr(x), m.CopyInt(n))
		})
		m.Advance([]vec.Ptr{scores}, step)
		m.Move(w, stride, step)
		m.Decrease(count, step)
		m.Jump(next)
		m.Place(done)
	}
	m.Return()
}

func tile(m vec.Machine, height int) {
	m.Func(fmt.Sprintf("tile%d", height), "func(c *[96]float32, a, b *float32, k int, add, again bool)",
		"is c = aᵀ·b, plus c if add, plus c if again.")
	c, a, b, k := m.Ptr("c"), m.Ptr("a"), m.Ptr("b"), m.Int("k")
	acc := make([][]vec.Block, height)
	scalars := make([]vec.Scalar, height)
	for i := range acc {
		acc[i] = []vec.Block{m.Zero()}
		scalars[i] = vec.Scalar{Ptr: a, Element: i}
	}
	vec.While(m, k, 1, nil, func() {
		x := m.Load(b, 0)
		m.Outer(acc, scalars, []vec.Block{x})
		m.Free(x)
		m.Advance([]vec.Ptr{a, a}, height)
		m.Advance([]vec.Ptr{b}, vec.Lanes)
	})
	for _, arg := range []string{"add", "again"} {
		skip := m.NewLabel("skip")
		m.JumpZero(m.Int(arg), skip)
		for i := range acc {
			m.AddLoad(acc[i][0], c, i)
		}
		m.Place(skip)
	}
	for i := range acc {
		m.Store(acc[i][0], c, i)
		m.Free(acc[i]...)
	}
	m.Return()
}

// moves also goes beyond the reach of an immediate offset.
func moves(m vec.Machine) {
	m.Func("moves", "func(out, p *float32, distance int)", "stores in block i what is i distances after p.")
	out, p, distance := m.Ptr("out"), m.Ptr("p"), m.Int("distance")
	for i := range 24 {
		m.Scope(func() {
			q := m.CopyPtr(p)
			m.Move(q, distance, i)
			b := m.LoadBroadcast(q, 0)
			m.Store(b, out, i)
			m.Free(b)
		})
	}
	m.Return()
}

// equalLanes overwrites every other block, so that it takes four registers.
func equalLanes(m vec.Machine) {
	m.Func("equalLanes", "func(out, x *float32, v float32)", "stores v, x[3] and constants, the sum of each with itself, and a product.")
	out, x := m.Ptr("out"), m.Ptr("x")
	blocks := []func() vec.Block{
		func() vec.Block { return broadcast(m, "v") },
		func() vec.Block { return m.LoadBroadcast(x, 3) },
	}
	for _, v := range constants {
		blocks = append(blocks, func() vec.Block { return m.Constant(v) })
	}
	for _, block := range blocks {
		once, twice := block(), block()
		m.Add(twice, twice, once)
		m.Store(once, out, 0)
		m.Store(twice, out, 1)
		m.Advance([]vec.Ptr{out}, 2*vec.Lanes)
		m.Free(once, twice)
	}
	v := broadcast(m, "v")
	m.Mul(v, v, v)
	m.Store(v, out, 0)
	m.Free(v)
	m.Return()
}

// broadcast returns an argument in all lanes, to be overwritten.
func broadcast(m vec.Machine, arg string) vec.Block {
	v := m.Broadcast(arg)
	defer m.Free(v)
	return m.Copy(v)
}

// growing reads a block, in the text, before it is first overwritten.
func growing(m vec.Machine) {
	m.Func("growing", "func(out, x *float32, n int)", "stores 1.5, 1.5 + x, 1.5 + 2x, …")
	out, x, n := m.Ptr("out"), m.Ptr("x"), m.Int("n")
	b := m.Constant(1.5)
	vec.While(m, n, 1, nil, func() {
		m.Store(b, out, 0)
		m.AddLoad(b, x, 0)
		m.Advance([]vec.Ptr{out}, vec.Lanes)
	})
	m.Free(b)
	m.Return()
}

func filled(m vec.Machine) {
	m.Func("filled", "func(out *float32, x []float32, fill float32)", "stores len(x) < 16 lanes of x and fill in the others.")
	out, x, n, fill := m.Ptr("out"), m.Ptr("x_base"), m.Int("x_len"), m.Broadcast("fill")
	b := m.Copy(fill)
	vec.Tail(m, n, fill, func() {
		x := m.Load(x, 0)
		m.Sub(b, x, fill)
		m.Add(b, b, fill)
		m.Free(x)
	})
	m.Store(b, out, 0)
	m.Free(b, fill)
	m.Return()
}

func copied(m vec.Machine) {
	m.Func("copied", "func(out, x []float32, fill float32) float32", "copies x, of which there are 1 to 15, to out, and returns the sum of fill in the lanes that are left, negated.")
	out, x, n, fill := m.Ptr("out_base"), m.Ptr("x_base"), m.Int("x_len"), m.Broadcast("fill")
	result := m.Zero()
	m.Alone(n, fill, func() {
		b := m.Load(x, 0)
		m.Store(b, out, 0)
		missing := m.Zero()
		valid := m.ValidLanes()
		others := m.Not(valid)
		m.ZeroMask(missing, b, others)
		m.FreeMask(valid, others)
		m.Reduce(missing)
		m.Set(result, missing)
		m.Free(b, missing)
	})
	var narrow vec.Block
	m.Narrow(func() {
		narrow = m.Zero()
		m.Sub(narrow, narrow, result)
	})
	m.Free(result, fill)
	m.ReturnFirst(narrow)
}

// second works with full registers up to V31.
func second(m vec.Machine) {
	m.Func("second", "func(out, x *float32, n int)", "adds the n lanes of the second block of x to those of out, and 6.")
	out, x, n := m.Ptr("out"), m.Ptr("x"), m.Int("n")
	held := zeros(m, 6)
	one := m.Constant(1)
	for _, b := range held {
		m.Add(b, b, one)
	}
	m.Free(one)
	vec.Tail(m, n, vec.Block{}, func() {
		b := m.Load(out, 1)
		m.AddLoad(held[0], x, 1)
		for _, h := range held {
			m.Add(b, b, h)
		}
		m.Store(b, out, 1)
		m.Free(b)
	})
	m.Free(held...)
	m.Return()
}
