package x86

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

const (
	notAtLeast = 0x19 // a predicate of VCMPPS, true of NaN
	leastRoot  = 0x1p-35
	leastSeed  = 0x1p-72 // the approximation of less, and of 0, would be infinite
)

// Sqrt: the unit that divides takes as long for a root as for a quotient. With
// AVX-512 no root waits for it; with AVX2, whose approximation has two bits less, half of
// them do. Where x is neither +0 nor at least leastRoot², the root by multiplications is NaN
// or less than leastRoot.
func (m *Machine) Sqrt(dst, x vec.Block) {
	if m.half == nil {
		m.first(func() { m.half, m.least = m.everywhere(0.5), m.everywhere(leastRoot) })
	}
	to, from := m.write(dst), m.read(x)
	for i, r := range to[1:] {
		m.VSQRTPS(from[1+i], r)
	}
	odd, done := m.NewLabel("odd"), m.NewLabel("root")
	v, s := from[0], m.register()
	if m.wide() {
		k, y := m.K(), m.register()
		m.VPTESTMD(v, v, k)
		m.VRSQRT14PS_Z(v, k, y)
		m.VMULPS(y, v, s)
		m.VMULPS(m.half, y, y)
		m.root(v, s, y)
		m.VCMPPS(U8(notAtLeast), m.least, s, k, k)
		m.KORTESTW(k, k)
	} else {
		y, small := m.YMM(), m.YMM()
		m.VMAXPS(m.file.constant(math.Float32bits(leastSeed)), v, y)
		m.VRSQRTPS(y, y)
		m.VMULPS(y, v, s)
		m.VMULPS(m.half, y, y)
		m.inverse(s, y)
		m.VADDPS(y, y, s)
		m.VMULPS(v, s, s)
		m.root(v, s, y)
		m.VCMPPS(U8(notAtLeast), m.least, s, small)
		m.VPTEST(v, small)
	}
	m.JNE(LabelRef(odd))
	m.VMOVAPS(s, to[0])
	m.Place(done)
	m.apart = append(m.apart, func() {
		m.Place(odd)
		m.VSQRTPS(v, to[0])
		m.Jump(done)
	})
}

// inverse brings h, about 1/(2s), closer, and returns by what part.
func (m *Machine) inverse(s, h reg.VecVirtual) (e reg.VecVirtual) {
	e = m.register()
	m.VMOVUPS(m.half, e)
	m.VFNMADD231PS(s, h, e)
	m.VFMADD231PS(e, h, h)
	return e
}

// root sets s to √v, correctly rounded, if it was v·y and h was y/2 of an approximation y
// of 1/√v within 2⁻¹⁴: the library's TestRootsFromApproximations proves it.
func (m *Machine) root(v, s, h reg.VecVirtual) {
	e := m.inverse(s, h)
	m.VFMADD231PS(e, s, s)
	m.VMOVAPS(v, e)
	m.VFNMADD231PS(s, s, e)
	m.VFMADD231PS(e, h, s)
}
