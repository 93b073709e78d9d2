package x86

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/seed842bec00/argmax/asm/vec"
)

// coarseTile computes products with queries below 64, which are packed less 32. A step
// takes eight bytes of each row, four at a time: VPMADDUBSW multiplies them, unsigned, by
// those of each query and adds pairs, in words. Two such words are added before they become
// integers, at most 4·255·32 = 32640. For eight bytes, each row and each register of queries
// that takes five instructions besides two broadcasts that registers share; products of any
// queries take eight, and six that registers share.
//
// The accumulators, two sums of words, a product and the broadcast take all 16 registers
// of AVX2, or 32 of AVX-512.
type coarseTile struct{ *byteTile }

// coarseParts is how many broadcasts of a row a step takes.
const coarseParts = 2

func (t coarseTile) RowBytes() int { return 4 * coarseParts }

func (t coarseTile) PanelBytes() int { return coarseParts * t.byteTile.registers * t.m.bits / 8 }

// Begin: the products lack 32 times the sum of the row.
func (t coarseTile) Begin(sums vec.Ptr) {
	m := t.m
	for i, row := range t.acc {
		m.VPBROADCASTD(m.at(sums).Offset(4*i), row[0])
		m.VPSLLD(U8(5), row[0], row[0])
		for _, r := range row[1:] {
			m.VMOVAPS(row[0], r)
		}
	}
}

func (t coarseTile) Step(rows []vec.Ptr, panel vec.Ptr) {
	m := t.m
	ones := m.file.wideConstant(0x00010001)
	for i, row := range rows {
		words := make([]reg.VecVirtual, t.registers)
		for part := range coarseParts {
			y := m.register()
			m.VPBROADCASTD(m.at(row).Offset(4*part), y)
			for j := range words {
				p := m.register()
				m.VPMADDUBSW(m.at(panel).Offset((coarseParts*j+part)*m.bits/8), y, p)
				if part == 0 {
					words[j] = p
				} else {
					m.VPADDW(p, words[j], words[j])
				}
			}
		}
		for j, acc := range t.acc[i] {
			m.VPMADDWD(ones, words[j], words[j])
			m.VPADDD(words[j], acc, acc)
		}
	}
}
