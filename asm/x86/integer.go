package x86

import (
	"fmt"
	"math/bits"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

func (m *Machine) CopyInt(n vec.Int) vec.Int {
	c := m.GP64()
	m.MOVQ(n.(Op), c)
	return c
}

func (m *Machine) CopyPtr(p vec.Ptr) vec.Ptr {
	c := m.GP64()
	m.LEAQ(m.mem(p, 0, 0), c)
	return pointer{base: c, bytes: p.(pointer).bytes}
}

func (m *Machine) LoadInt(p vec.Ptr, elem int) vec.Int {
	n := m.GP64()
	m.MOVQ(p.(pointer).memory().Offset(8*elem), n)
	return n
}

func (m *Machine) Element(p vec.Ptr, index vec.Int) vec.Ptr {
	e, a := m.GP64(), p.(pointer)
	m.LEAQ(Mem{Base: a.base, Index: index.(reg.Register), Scale: 4}, e)
	return pointer{base: e, index: a.index, scale: a.scale}
}

func (m *Machine) RowAt(p vec.Ptr, stride, index vec.Int) vec.Ptr {
	row := m.GP64()
	m.MOVQ(index.(Op), row)
	m.IMULQ(stride.(Op), row)
	m.ADDQ(p.(pointer).base, row)
	return pointer{base: row, bytes: p.(pointer).bytes}
}

func (m *Machine) Scale(n vec.Int, k int) vec.Int {
	c := m.CopyInt(n).(reg.Register)
	m.SHLQ(U8(bits.TrailingZeros(uint(k))), c)
	return c
}

// Divide multiplies by 2^(64+s) ÷ k, rounded up, with the largest s for which that
// has 64 bits. Rounding adds less than n ÷ 2^(64+s) < 2^−(s+1) < 1 ÷ k to the
// quotient, which does not reach the next integer.
func (m *Machine) Divide(n vec.Int, k int) vec.Int {
	s := bits.Len(uint(k)) - 1
	if k == 1<<s {
		quotient := m.CopyInt(n)
		m.SHRQ(U8(s), quotient.(Op))
		return quotient
	}
	reciprocal, _ := bits.Div64(1<<s, 0, uint64(k))
	factor, low, quotient := m.GP64(), m.GP64(), m.GP64()
	m.MOVQ(n.(Op), reg.RDX)
	m.MOVQ(U64(reciprocal+1), factor)
	m.MULXQ(factor, low, quotient)
	m.SHRQ(U8(s), quotient)
	return quotient
}

func (m *Machine) Times(x, y vec.Int) vec.Int {
	p := m.CopyInt(x)
	m.IMULQ(y.(Op), p.(Op))
	return p
}

func (m *Machine) Decrease(n vec.Int, k int) { m.SUBQ(I32(k), n.(Op)) }

// reach is how many rows one base register serves: offsets 0, s, 2s, 4s by the
// scale of the index, and 3s by an index of its own.
const reach = 5

func (m *Machine) Rows(p vec.Ptr, stride vec.Int, count int) []vec.Ptr {
	rows := make([]vec.Ptr, count)
	s := stride.(reg.Register)
	var s3 reg.Register
	if count > 3 {
		s3 = m.GP64()
		m.LEAQ(Mem{Base: s, Index: s, Scale: 2}, s3)
	}
	base, bytes := p.(pointer).base, p.(pointer).bytes
	for i := range rows {
		switch i % reach {
		case 0:
			if i > 0 {
				next := m.GP64()
				m.LEAQ(Mem{Base: base, Index: s, Scale: 4}, next)
				m.ADDQ(s, next)
				base = next
			}
			rows[i] = pointer{base: base, bytes: bytes}
		case 3:
			rows[i] = pointer{base, s3, 1, bytes}
		default:
			rows[i] = pointer{base, s, uint8(i % reach), bytes}
		}
	}
	return rows
}

func (m *Machine) Advance(ptrs []vec.Ptr, elems int) {
	seen := map[reg.Register]bool{}
	for _, p := range ptrs {
		if a := p.(pointer); !seen[a.base] {
			seen[a.base] = true
			m.ADDQ(I32(a.size()*elems), a.base)
		}
	}
}

func (m *Machine) Move(p vec.Ptr, distance vec.Int, times int) {
	base, d := p.(pointer).base, distance.(reg.Register)
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
	m.CMPQ(n.(Op), I32(k))
	m.JLT(LabelRef(l))
}

func (m *Machine) JumpNotLess(n vec.Int, k int, l vec.Label) {
	m.CMPQ(n.(Op), I32(k))
	m.JGE(LabelRef(l))
}

func (m *Machine) JumpZero(n vec.Int, l vec.Label) {
	m.TESTQ(n.(Op), n.(Op))
	m.JEQ(LabelRef(l))
}
