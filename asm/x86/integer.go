package x86

import (
	"fmt"
	"math/bits"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

func (m *Machine) CopyInt(n vec.Int) vec.Int { return m.ints.New(m.copy(m.ints.Get(n))) }

func (m *Machine) copy(n reg.GPVirtual) reg.GPVirtual {
	c := m.GP64()
	m.MOVQ(n, c)
	return c
}

func (m *Machine) CopyPtr(p vec.Ptr) vec.Ptr {
	c := m.GP64()
	m.LEAQ(m.mem(p, 0, 0), c)
	return m.pointers.New(pointer{base: c, element: m.pointers.Get(p).element})
}

func (m *Machine) LoadInt(p vec.Ptr, elem int) vec.Int {
	n := m.GP64()
	m.MOVQ(m.at(p).Offset(8*elem), n)
	return m.ints.New(n)
}

func (m *Machine) Element(p vec.Ptr, index vec.Int) vec.Ptr {
	e, a := m.GP64(), m.pointers.Get(p)
	m.LEAQ(Mem{Base: a.base, Index: m.ints.Get(index), Scale: 4}, e)
	return m.pointers.New(pointer{base: e, index: a.index, scale: a.scale})
}

func (m *Machine) RowAt(p vec.Ptr, stride, index vec.Int) vec.Ptr {
	row := m.GP64()
	m.MOVQ(m.ints.Get(index), row)
	m.IMULQ(m.ints.Get(stride), row)
	m.ADDQ(m.pointers.Get(p).base, row)
	return m.pointers.New(pointer{base: row, element: m.pointers.Get(p).element})
}

func (m *Machine) Scale(n vec.Int, k int) vec.Int {
	if k <= 0 || k&(k-1) != 0 {
		m.function.Fail("Scale by %d, not a power of two", k)
	}
	c := m.copy(m.ints.Get(n))
	m.SHLQ(U8(bits.TrailingZeros(uint(k))), c)
	return m.ints.New(c)
}

// Divide multiplies by 2^(64+s) ÷ k, rounded up, with the largest s for which that
// has 64 bits. Rounding adds less than n ÷ 2^(64+s) < 2^−(s+1) < 1 ÷ k to the
// quotient, which does not reach the next integer.
func (m *Machine) Divide(n vec.Int, k int) vec.Int {
	s := bits.Len(uint(k)) - 1
	if k == 1<<s {
		quotient := m.copy(m.ints.Get(n))
		m.SHRQ(U8(s), quotient)
		return m.ints.New(quotient)
	}
	reciprocal, _ := bits.Div64(1<<s, 0, uint64(k))
	factor, low, quotient := m.GP64(), m.GP64(), m.GP64()
	m.MOVQ(m.ints.Get(n), reg.RDX)
	m.MOVQ(U64(reciprocal+1), factor)
	m.MULXQ(factor, low, quotient)
	m.SHRQ(U8(s), quotient)
	return m.ints.New(quotient)
}

func (m *Machine) Times(x, y vec.Int) vec.Int {
	p := m.copy(m.ints.Get(x))
	m.IMULQ(m.ints.Get(y), p)
	return m.ints.New(p)
}

func (m *Machine) Decrease(n vec.Int, k int) { m.SUBQ(I32(k), m.ints.Get(n)) }

// reach is how many rows one base register serves: offsets 0, s, 2s, 4s by the
// scale of the index, and 3s by an index of its own.
const reach = 5

func (m *Machine) Rows(p vec.Ptr, stride vec.Int, count int) []vec.Ptr {
	rows := make([]vec.Ptr, count)
	s := m.ints.Get(stride)
	var s3 reg.Register
	if count > 3 {
		s3 = m.GP64()
		m.LEAQ(Mem{Base: s, Index: s, Scale: 2}, s3)
	}
	base, element := m.pointers.Get(p).base, m.pointers.Get(p).element
	for i := range rows {
		switch i % reach {
		case 0:
			if i > 0 {
				next := m.GP64()
				m.LEAQ(Mem{Base: base, Index: s, Scale: 4}, next)
				m.ADDQ(s, next)
				base = next
			}
			rows[i] = m.pointers.New(pointer{base: base, element: element})
		case 3:
			rows[i] = m.pointers.New(pointer{base, s3, 1, element})
		default:
			rows[i] = m.pointers.New(pointer{base, s, uint8(i % reach), element})
		}
	}
	return rows
}

func (m *Machine) Advance(ptrs []vec.Ptr, elems int) {
	seen := map[reg.Register]bool{}
	for _, p := range ptrs {
		if a := m.pointers.Get(p); !seen[a.base] {
			seen[a.base] = true
			m.ADDQ(I32(a.element.Size()*elems), a.base)
		}
	}
}

func (m *Machine) Move(p vec.Ptr, distance vec.Int, times int) {
	base, d := m.pointers.Get(p).base, m.ints.Get(distance)
	for ; times >= 8; times -= 8 {
		m.LEAQ(Mem{Base: base, Index: d, Scale: 8}, base)
	}
	for _, scale := range []int{4, 2, 1} {
		if times >= scale {
			m.LEAQ(Mem{Base: base, Index: d, Scale: uint8(scale)}, base)
			times -= scale
		}
	}
}

func (m *Machine) NewLabel(hint string) vec.Label {
	m.labels++
	return vec.Label(fmt.Sprintf("%s%d", hint, m.labels))
}

func (m *Machine) Place(l vec.Label) { m.Label(string(l)) }
func (m *Machine) Jump(l vec.Label)  { m.JMP(LabelRef(l)) }

func (m *Machine) JumpLess(n vec.Int, k int, l vec.Label) {
	m.CMPQ(m.ints.Get(n), I32(k))
	m.JLT(LabelRef(l))
}

func (m *Machine) JumpNotLess(n vec.Int, k int, l vec.Label) {
	m.CMPQ(m.ints.Get(n), I32(k))
	m.JGE(LabelRef(l))
}

func (m *Machine) UpTo(n vec.Int, most int, body func()) {
	more := m.NewLabel("more")
	m.JumpNotLess(n, most+1, more)
	m.early = true
	body()
	m.early = false
	m.Place(more)
}

func (m *Machine) JumpZero(n vec.Int, l vec.Label) {
	m.TESTQ(m.ints.Get(n), m.ints.Get(n))
	m.JEQ(LabelRef(l))
}

func (m *Machine) CountDown(n vec.Int, k int, l vec.Label) {
	m.SUBQ(I32(k), m.ints.Get(n))
	m.JGE(LabelRef(l))
}

func (m *Machine) CountUp(n vec.Int, k int, l vec.Label) {
	m.ADDQ(I32(k), m.ints.Get(n))
	m.JEQ(LabelRef(l))
}
