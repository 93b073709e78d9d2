package x86

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// Instructions of a step, for each row and register of queries, besides the broadcast:
//
//	VNNI products   1   VPDPBUSD: four bytes of the row, unsigned, by four less 128 of each query
//	products        5   two multiply-adds of words and two additions; even and odd bytes of
//	                    the row as words, an and and a shift that registers share
//	distances       2   VPSADBW: eight bytes of the row and of each query, and an addition
//
// 14 rows by two registers and what a step holds besides take 31 or 32 registers of
// AVX-512, 6 rows 15 or 16 of AVX2. Panels of words are operands in memory: there is no
// register for them.
type byteTile struct {
	m         *Machine
	term      vec.ByteTerm
	registers int
	even      reg.VecVirtual // products of words: chooses bytes 0 and 2
	acc       [][]reg.VecVirtual
}

func (m *Machine) ByteTile(term vec.ByteTerm, registers int) vec.ByteTile {
	t := &byteTile{m: m, term: term, registers: registers}
	if term == vec.ByteCoarse {
		return coarseTile{t}
	}
	if t.words() {
		t.even = m.all(0x00ff00ff)
	}
	return t
}

// words tells whether products are those of words.
func (t *byteTile) words() bool { return t.term == vec.ByteProduct && !t.m.vnni }

func (t *byteTile) RowBytes() int {
	if t.term == vec.ByteDistance {
		return 8
	}
	return 4
}

func (t *byteTile) PanelBytes() int {
	bytes := t.registers * t.m.bits / 8
	if t.words() {
		bytes *= 2
	}
	return bytes
}

func (t *byteTile) New(rows int) {
	t.acc = make([][]reg.VecVirtual, rows)
	for i := range t.acc {
		for range t.registers {
			t.acc[i] = append(t.acc[i], t.m.register())
		}
	}
}

// Begin: the products by VNNI lack 128 times the sum of the row.
func (t *byteTile) Begin(sums vec.Ptr) {
	m := t.m
	for i, row := range t.acc {
		for j, r := range row {
			switch {
			case t.term == vec.ByteDistance || t.words():
				m.zero(r)
			case j > 0:
				m.VMOVAPS(row[0], r)
			default:
				m.VPBROADCASTD(m.at(sums).Offset(4*i), r)
				m.VPSLLD(U8(7), r, r)
			}
		}
	}
}

func (t *byteTile) Resume(from vec.Ptr, stride vec.Int) {
	m := t.m
	for _, row := range t.acc {
		for j, r := range row {
			if at := m.at(from); t.term == vec.ByteDistance {
				m.VPMOVZXDQ(at.Offset(j*m.bits/16), r)
			} else {
				m.VMOVUPS(at.Offset(j*m.bits/8), r)
			}
		}
		m.Move(from, stride, 1)
	}
}

func (t *byteTile) Step(rows []vec.Ptr, panel vec.Ptr) {
	m := t.m
	at := func(register int) Mem { return m.at(panel).Offset(register * m.bits / 8) }
	var held []reg.VecVirtual
	if !t.words() {
		for j := range t.registers {
			r := m.register()
			m.VMOVUPS(at(j), r)
			held = append(held, r)
		}
	}
	for i, row := range rows {
		y := m.register()
		if t.term == vec.ByteDistance {
			m.VPBROADCASTQ(m.at(row), y)
			for j, acc := range t.acc[i] {
				d := y // the last one needs no other register
				if j < t.registers-1 {
					d = m.register()
				}
				m.VPSADBW(held[j], y, d)
				m.VPADDD(d, acc, acc) // words of 64 bits whose upper halves are zero
			}
			continue
		}
		m.VPBROADCASTD(m.at(row), y)
		if !t.words() {
			for j, acc := range t.acc[i] {
				m.VPDPBUSD(held[j], y, acc)
			}
			continue
		}
		even, p := m.register(), m.register()
		if m.wide() {
			m.VPANDD(t.even, y, even)
		} else {
			m.VPAND(t.even, y, even)
		}
		m.VPSRLW(U8(8), y, y)
		for j, acc := range t.acc[i] {
			m.VPMADDWD(at(2*j), even, p)
			m.VPADDD(p, acc, acc)
			m.VPMADDWD(at(2*j+1), y, p)
			m.VPADDD(p, acc, acc)
		}
	}
}

func (t *byteTile) Store(to vec.Ptr, stride vec.Int) {
	m := t.m
	for _, row := range t.acc {
		for j, r := range row {
			at := m.at(to)
			switch {
			case t.term != vec.ByteDistance:
				m.VMOVUPS(r, at.Offset(j*m.bits/8))
			case m.wide():
				m.VPMOVQD(r, at.Offset(j*m.bits/16))
			default:
				m.VSHUFPS(U8(even), r, r, r) // 0 1 0 1, 2 3 2 3
				m.VPERMQ(U8(0x08), r, r)
				m.VMOVUPS(r.AsX(), at.Offset(j*m.bits/16))
			}
		}
		m.Move(to, stride, 1)
	}
}
