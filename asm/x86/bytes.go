package x86

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// Instructions for 64 bytes of a row, besides the load, and those that rows share:
//
//	                    AVX2   AVX-512   VNNI
//	product              12       6        2   even and odd bytes as words: and, shift, two multiply-adds, two additions
//	square of difference 16       8        4   and two subtractions of words
//	distance              4       2            VPSADBW, addition
//
// Four of them, or two multiply-adds, are a cycle of a Zen 5: at 64 bytes a cycle,
// which its second-level cache can deliver, VNNI's products and distances do not
// count, nor what is loaded, five blocks for four rows. But rows of 784 bytes begin
// within lines, and a load from two of them is two: there it is 1.7 cycles, not 1.

// byteSums adds terms with VNNI's multiply-add of unsigned by signed bytes, or
// without it.
//
// VNNI takes t = y − 128, which is y with its highest bit inverted, for the signed
// factor. Then Σxy = Σxt + 128Σx, and Σ(x−y)² = Σyt + 128Σt − 2Σxt + c, where
// c = Σx² − 256Σx + 128²n depends on x alone; n counts the zeros that fill the last
// block, too.
type byteSums struct {
	m          *Machine
	term       vec.ByteTerm
	even       reg.VecVirtual // chooses bytes 0, 2, 4, …
	sign       reg.VecVirtual // VNNI: 128, as unsigned bytes, and −128, as signed ones
	correction reg.VecVirtual // VNNI: what depends on x alone, in lanes
	pair       bool           // VNNI: of products with one row, which have their correction
}

// byteSum is the parts of a block of lanes; of squares with VNNI those of Σxt, Σyt
// and 128Σt; of the products of a pair those of Σxt and −128Σx.
type byteSum [][]reg.VecVirtual

func (m *Machine) ByteSums(term vec.ByteTerm, each func(body func(x vec.Ptr))) vec.ByteSums {
	s := &byteSums{m: m, term: term}
	switch {
	case term == vec.ByteDistance:
	case m.vnni:
		s.sign = m.all(0x80808080)
		if s.pair = each == nil; !s.pair {
			s.correct(each)
		} else if term != vec.ByteProduct {
			m.function.Fail("of pairs only products are prepared")
		}
	default:
		s.even = m.all(0x00ff00ff)
	}
	return s
}

// all is a word in all lanes of a register.
func (m *Machine) all(bits uint32) reg.VecVirtual {
	r := m.register()
	m.VBROADCASTSS(m.file.constant(bits), r)
	return r
}

// correct computes the correction: to products 128Σx, to squares c. Each of its sums
// has a register, since each waits for its last addition.
func (s *byteSums) correct(each func(body func(x vec.Ptr))) {
	m := s.m
	var sums [3]reg.VecVirtual
	for i := range sums {
		sums[i] = m.register()
		m.zero(sums[i])
	}
	each(func(p vec.Ptr) {
		x := m.bytes(p, 0, 0)
		m.VPDPBUSD(s.sign, x, sums[0]) // −128Σx
		if s.term == vec.ByteSquare {
			t := m.register()
			m.VPXORD(s.sign, x, t)
			m.VPDPBUSD(t, x, sums[1])           // Σx² − 128Σx
			m.VPDPBUSD(s.sign, s.sign, sums[2]) // −128²n
		}
	})
	s.correction = sums[1]
	if s.term == vec.ByteSquare {
		m.VPADDD(sums[0], sums[1], sums[1])
		m.VPSUBD(sums[2], sums[1], sums[1])
	} else {
		m.VPSUBD(sums[0], sums[1], sums[1])
	}
}

func (s *byteSums) New() vec.Sum {
	count := 1
	switch {
	case s.pair:
		count = 2
	case s.m.vnni && s.term == vec.ByteSquare:
		count = 3
	}
	sum := make(byteSum, count)
	for i := range sum {
		sum[i] = s.m.parts()
		for _, r := range sum[i] {
			s.m.zero(r)
		}
	}
	return s.m.sums.New(sum)
}

func (s *byteSums) Add(sums []vec.Sum, x vec.Ptr, rows []vec.Ptr, blocks int) {
	m := s.m
	for part := range 8 * vec.ByteBlock / m.bits {
		var add func(sum byteSum, y Op)
		switch a := m.bytes(x, blocks, part); {
		case s.term == vec.ByteDistance:
			add = func(sum byteSum, y Op) {
				t := m.register()
				m.VPSADBW(y, a, t) // words of 64 bits whose upper halves are zero
				m.VPADDD(t, sum[0][part], sum[0][part])
			}
		case m.vnni:
			add = func(sum byteSum, y Op) { s.unsignedBySigned(sum, a, y) }
		default:
			xe, xo := s.words(a)
			add = func(sum byteSum, y Op) {
				e, o := s.words(y)
				if s.term == vec.ByteSquare {
					m.VPSUBW(xe, e, e)
					m.VPSUBW(xo, o, o)
					m.VPMADDWD(e, e, e)
					m.VPMADDWD(o, o, o)
				} else {
					m.VPMADDWD(xe, e, e)
					m.VPMADDWD(xo, o, o)
				}
				m.VPADDD(o, e, e)
				m.VPADDD(e, sum[0][part], sum[0][part])
			}
		}
		for i, row := range rows {
			add(m.sums.Get(sums[i]), m.byteSource(row, blocks, part))
		}
	}
}

// words are the even bytes and the odd ones of y, widened.
func (s *byteSums) words(y Op) (even, odd reg.VecVirtual) {
	m := s.m
	r, ok := y.(reg.VecVirtual)
	if !ok {
		r = m.register()
		m.VMOVUPS(y, r)
	}
	even, odd = m.register(), m.register()
	if m.wide() {
		m.VPANDD(s.even, r, even)
	} else {
		m.VPAND(s.even, r, even)
	}
	m.VPSRLW(U8(8), r, odd)
	return even, odd
}

func (s *byteSums) unsignedBySigned(sum byteSum, x reg.VecVirtual, y Op) {
	m, t := s.m, s.m.register()
	if s.term == vec.ByteProduct {
		m.VPXORD(y, s.sign, t)
		m.VPDPBUSD(t, x, sum[0][0])
		if s.pair {
			m.VPDPBUSD(s.sign, x, sum[1][0])
		}
		return
	}
	r, ok := y.(reg.VecVirtual)
	if !ok {
		r = m.register()
		m.VMOVUPS(y, r)
	}
	m.VPXORD(r, s.sign, t)
	m.VPDPBUSD(t, x, sum[0][0])
	m.VPDPBUSD(t, r, sum[1][0])
	m.VPDPBUSD(t, s.sign, sum[2][0])
}

// lanes is what a sum comes to, lane by lane, in one register.
func (s *byteSums) lanes(sum byteSum) reg.VecVirtual {
	m, r := s.m, sum[0][0]
	switch {
	case !m.wide():
		m.VPADDD(sum[0][1], r, r)
	case s.pair:
		m.VPSUBD(sum[1][0], r, r)
	case len(sum) > 1:
		m.VPADDD(r, r, r)
		m.VPSUBD(r, sum[1][0], r)
		m.VPADDD(sum[2][0], r, r)
	}
	if s.correction != nil {
		m.VPADDD(s.correction, r, r)
	}
	return r
}

func (s *byteSums) AddTo(sums []vec.Sum, to []vec.Ptr) {
	m := s.m
	var r [4]reg.VecVirtual
	for i, sum := range sums {
		r[i] = s.lanes(m.sums.Get(sum))
	}
	ab := m.interleave(m.VPUNPCKLDQ, m.VPUNPCKHDQ, r[0], r[1]) // a b a b in every quarter
	cd := m.interleave(m.VPUNPCKLDQ, m.VPUNPCKHDQ, r[2], r[3])
	abcd := m.quarter(m.interleave(m.VPUNPCKLQDQ, m.VPUNPCKHQDQ, ab, cd))
	for i, p := range to {
		g := m.GP64()
		m.VPEXTRD(U8(i), abcd, g.As32())
		m.ADDQ(g, m.mem(p, 0, 0))
	}
	m.sums.Free(sums...)
}

// interleave adds the two ways to take elements of x and y in turn.
func (m *Machine) interleave(low, high func(...Op), x, y reg.VecVirtual) reg.VecVirtual {
	s, t := m.register(), m.register()
	low(y, x, s)
	high(y, x, t)
	m.VPADDD(t, s, s)
	return s
}

// quarter adds the quarters or halves of a register.
func (m *Machine) quarter(r reg.VecVirtual) reg.Register {
	y, x := r.AsY(), m.XMM()
	if !m.wide() {
		m.VEXTRACTI128(U8(1), y, x)
	} else {
		t := m.YMM()
		m.VEXTRACTI64X4(U8(1), r, t)
		m.VPADDD(t, y, y)
		m.VEXTRACTI32X4(U8(1), y, x) // reaches registers 16 to 31
	}
	m.VPADDD(r.AsX(), x, x)
	return x
}

func (s *byteSums) AddTotalTo(sums []vec.Sum, to vec.Ptr) {
	s.m.ADDQ(s.total(sums), s.m.mem(to, 0, 0))
}

func (s *byteSums) Total(sums []vec.Sum) vec.Int { return s.m.ints.New(s.total(sums)) }

// total adds sums in a general register, and frees them.
func (s *byteSums) total(sums []vec.Sum) reg.GPVirtual {
	m, total := s.m, s.m.sums.Get(sums[0])
	for _, sum := range sums[1:] {
		for i, b := range m.sums.Get(sum) {
			for part, r := range b {
				m.VPADDD(r, total[i][part], total[i][part])
			}
		}
	}
	x, t, g := m.quarter(s.lanes(total)), m.XMM(), m.GP64()
	steps := []uint8{swap, swapOne}
	if s.term == vec.ByteDistance {
		steps = steps[:1] // the sums are in every other lane
	}
	for _, step := range steps {
		m.VPSHUFD(U8(step), x, t)
		m.VPADDD(t, x, x)
	}
	m.VMOVD(x, g.As32())
	m.sums.Free(sums...)
	return g
}

// partialBytes is what loads of bytes need to know inside PartialBytes and ShortBytes.
type partialBytes struct {
	k      reg.Register                 // AVX-512: a mask of the bytes that count
	window Mem                          // AVX2: the window of a table that masks them
	short  map[vec.Ptr][]reg.VecVirtual // AVX2: the parts of short vectors
}

// PartialBytes: AVX-512 loads what is left; AVX2 goes back to whole blocks.
func (m *Machine) PartialBytes(n vec.Int, ptrs []vec.Ptr, body func()) {
	left := m.ints.Get(n)
	m.last = &partialBytes{}
	if m.wide() {
		ones, k := m.GP64(), m.K()
		m.INCQ(left)
		m.MOVQ(I32(-1), ones)
		m.BZHIQ(left, ones, ones)
		m.KMOVQ(ones, k)
		m.last.k = k
	} else {
		for _, p := range ptrs {
			base := m.pointers.Get(p).base
			m.LEAQ(Mem{Base: base, Index: left, Scale: 1, Disp: 1 - vec.ByteBlock}, base)
		}
		table := m.GP64()
		m.LEAQ(m.file.byteWindow(), table)
		m.last.window = Mem{Base: table, Index: left, Scale: 1, Disp: 1}
	}
	body()
	m.last = nil
}

// ShortBytes: AVX-512 has a mask; AVX2 loads a run of bytes for each bit of n, to a place
// of its own.
func (m *Machine) ShortBytes(n vec.Int, ptrs []vec.Ptr, body func()) {
	if m.wide() {
		m.DECQ(m.ints.Get(n))
		m.PartialBytes(n, ptrs, body)
		return
	}
	m.last = &partialBytes{short: map[vec.Ptr][]reg.VecVirtual{}}
	type half struct{ low, high reg.VecVirtual } // of the second part
	halves := make([]half, len(ptrs))
	for i, p := range ptrs {
		parts := m.parts()
		m.last.short[p] = parts
		halves[i] = half{m.XMM(), m.XMM()}
		for _, r := range []reg.VecVirtual{parts[0], halves[i].low, halves[i].high} {
			m.VPXOR(r, r, r)
		}
	}
	run := func(bytes int, load func(from Mem, part reg.VecVirtual, h half)) {
		skip := m.NewLabel("skip")
		m.TESTQ(U32(bytes), m.ints.Get(n))
		m.JEQ(LabelRef(skip))
		for i, p := range ptrs {
			load(m.at(p), m.last.short[p][0], halves[i])
			if bytes > 1 {
				m.ADDQ(U32(bytes), m.pointers.Get(p).base)
			}
		}
		m.Place(skip)
	}
	run(32, func(from Mem, part reg.VecVirtual, h half) { m.VMOVUPS(from, part) })
	run(16, func(from Mem, part reg.VecVirtual, h half) { m.VMOVUPS(from, h.low) })
	run(8, func(from Mem, part reg.VecVirtual, h half) { m.VMOVQ(from, h.high) })
	run(4, func(from Mem, part reg.VecVirtual, h half) { m.VPINSRD(U8(2), from, h.high, h.high) })
	run(2, func(from Mem, part reg.VecVirtual, h half) { m.VPINSRW(U8(6), from, h.high, h.high) })
	run(1, func(from Mem, part reg.VecVirtual, h half) { m.VPINSRB(U8(14), from, h.high, h.high) })
	for i, p := range ptrs {
		m.VINSERTI128(U8(1), halves[i].high, halves[i].low.AsY(), m.last.short[p][1])
	}
	body()
	m.last = nil
}

// byteSource is part i of a block of bytes, as an operand.
func (m *Machine) byteSource(p vec.Ptr, blocks, i int) Op {
	if m.last == nil {
		return m.at(p).Offset(blocks*vec.ByteBlock + i*m.bits/8)
	}
	return m.bytes(p, blocks, i)
}

// bytes is part i of a block of bytes.
func (m *Machine) bytes(p vec.Ptr, blocks, i int) reg.VecVirtual {
	if m.last != nil && m.last.short != nil {
		return m.last.short[p][i]
	}
	r, from := m.register(), m.at(p).Offset(blocks*vec.ByteBlock+i*m.bits/8)
	switch {
	case m.last == nil:
		m.VMOVUPS(from, r)
	case m.wide():
		m.VMOVDQU8_Z(from, m.last.k, r)
	default:
		m.VMOVUPS(from, r)
		m.VPAND(m.last.window.Offset(i*m.bits/8), r, r)
	}
	return r
}

// PrefetchAhead prefetches two lines, the second of them again a block later: of 60,000 rows of 784 in memory a Zen 5 reads 37 GB/s without, 42 with one
// and 49 with two, 48 in order and without arithmetic.
func (m *Machine) PrefetchAhead(p vec.Ptr, distance vec.Int) {
	at := Mem{Base: m.pointers.Get(p).base, Index: m.ints.Get(distance), Scale: 1}
	m.PREFETCHT0(at)
	m.PREFETCHT0(at.Offset(64))
}
