package vec

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// An interpreter is the part of a machine that loops need, with one counter and one
// pointer, both starting at known values. Its program can be run.
type interpreter struct {
	program []func() (jump Label)
	labels  map[Label]int

	n, at, valid int // of a run: what is left, the position, the valid lanes
	blocks       []visit
}

// A visit is a block that the body of a loop was given.
type visit struct{ start, lanes, accumulator int }

func (m *interpreter) do(f func()) {
	m.program = append(m.program, func() Label { f(); return "" })
}

func (m *interpreter) jumpIf(condition func() bool, l Label) {
	m.program = append(m.program, func() Label {
		if condition() {
			return l
		}
		return ""
	})
}

func (m *interpreter) NewLabel(hint string) Label {
	l := Label(hint + string(rune('A'+len(m.labels))))
	m.labels[l] = -1
	return l
}
func (m *interpreter) Place(l Label)                               { m.labels[l] = len(m.program) }
func (m *interpreter) Jump(l Label)                                { m.jumpIf(func() bool { return true }, l) }
func (m *interpreter) JumpLess(_ Int, k int, l Label)              { m.jumpIf(func() bool { return m.n < k }, l) }
func (m *interpreter) JumpZero(_ Int, l Label)                     { m.jumpIf(func() bool { return m.n == 0 }, l) }
func (m *interpreter) Decrease(_ Int, k int)                       { m.do(func() { m.n -= k }) }
func (m *interpreter) Advance(_ []Ptr, elems int)                  { m.do(func() { m.at += elems }) }
func (m *interpreter) PrefetchAhead(_ Ptr, _ Int)                  {}
func (m *interpreter) ByteSums(ByteTerm, func(func(Ptr))) ByteSums { return nil }
func (m *interpreter) ShortBytes(Int, []Ptr, func())               {}
func (m *interpreter) CountDown(n Int, k int, l Label) {
	m.Decrease(n, k)
	m.JumpNotLess(n, 0, l)
}
func (m *interpreter) CountUp(n Int, k int, l Label) {
	m.Decrease(n, -k)
	m.JumpZero(n, l)
}
func (m *interpreter) JumpNotLess(_ Int, k int, l Label) {
	m.jumpIf(func() bool { return m.n >= k }, l)
}

func (m *interpreter) Partial(_ Int, _ Block, body func()) {
	m.do(func() { m.valid = m.n })
	body()
	m.do(func() { m.valid = Lanes })
}

// PartialBytes visits the n+1 bytes that are left.
func (m *interpreter) PartialBytes(_ Int, _ []Ptr, body func()) {
	m.do(func() { m.valid = m.n + 1 })
	body()
}

// visit records a block.
func (m *interpreter) visit(lanes int, accumulator, block int) {
	m.do(func() {
		m.blocks = append(m.blocks, visit{m.at + block*lanes, m.valid, accumulator})
	})
}

// run executes the program with a count and full blocks.
func (m *interpreter) run(n, lanes int) []visit {
	m.n, m.at, m.valid, m.blocks = n, 0, lanes, nil
	for at := 0; at < len(m.program); at++ {
		if l := m.program[at](); l != "" {
			at = m.labels[l] - 1
		}
	}
	return m.blocks
}

func newInterpreter() *interpreter { return &interpreter{labels: map[Label]int{}} }

// covers checks that visits are blocks one behind the other, all but the last full.
func covers(t *testing.T, visits []visit, n, lanes int) {
	covered := 0
	for _, v := range visits {
		assert.Equal(t, covered, v.start, "n=%d", n)
		assert.Equal(t, min(lanes, n-covered), v.lanes, "n=%d", n)
		covered += v.lanes
	}
	assert.Equal(t, n, covered, "n=%d", n)
}

func TestStream(t *testing.T) {
	for _, unroll := range []int{1, 2, 3, 4} {
		m := newInterpreter()
		Stream(m, Int{}, unroll, nil, Block{}, func(block int) { m.visit(Lanes, 0, block) })
		for n := range 6*Lanes*unroll + 2 {
			covers(t, m.run(n, Lanes), n, Lanes)
		}
	}
}

func TestInterleave(t *testing.T) {
	for _, accumulators := range []int{1, 2, 4} {
		m := newInterpreter()
		visit := func(a, block int) { m.visit(Lanes, a, block) }
		Interleave(m, Int{}, accumulators, nil, func() {}, visit, visit)
		for n := range 3*Lanes*accumulators + 2 {
			visits := m.run(n, Lanes)
			covers(t, visits, n, Lanes)
			for b, v := range visits {
				assert.Equal(t, b%accumulators, v.accumulator, "n=%d block=%d", n, b)
			}
		}
	}
}

func TestByteBlocks(t *testing.T) {
	for _, unroll := range []int{1, 4} {
		m := newInterpreter()
		ByteBlocks(m, Int{}, unroll, nil, func(block int) { m.visit(ByteBlock, 0, block) })
		for n := ByteBlock; n < 10*ByteBlock; n++ {
			covers(t, m.run(n, ByteBlock), n, ByteBlock)
		}
	}
}
