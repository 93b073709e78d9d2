package ops

import "github.com/seed842bec00/argmax/asm/vec"

// Wides are the kernels of package internal/wide.
var Wides = []Kernel{
	{Name: "dot", Signature: overWideRows, ISAs: wideISAs, Emit: wideRows(vec.WideProduct),
		Doc: "stores in dst the inner products of x and the listed rows."},
	{Name: "sqDist", Signature: overWideRows, ISAs: wideISAs, Emit: wideRows(vec.WideSquare),
		Doc: "stores in dst the squared L2 distances of x and the listed rows."},
	{Name: "l1Dist", Signature: overWideRows, ISAs: wideISAs, Emit: wideRows(vec.WideDistance),
		Doc: "stores in dst the L1 distances of x and the listed rows."},
}

const overWideRows = "func(dst []float64, x, rows []float32, stride int, index []int)"

var wideISAs = []string{"AVX2", "AVX512"}

// wideGroup is how many rows meet a vector together: their accumulators hide each other's
// latency, and x is converted once for all. Four take 13 of the 16 registers of AVX2.
const wideGroup = 4

func wideRows(term vec.WideTerm) Emitter {
	return func(m vec.Machine, _ Shape) {
		left, to, index := m.Int("dst_len"), m.Ptr("dst_base"), m.Ptr("index_base")
		group := func(count int) {
			base, stride := m.Ptr("rows_base"), m.Scale(m.Int("stride"), 4)
			var rows []vec.Ptr
			for i := range count {
				rows = append(rows, m.RowAt(base, stride, m.LoadInt(index, i)))
			}
			m.(vec.Wide).WideSums(term, m.Int("x_len"), m.Ptr("x_base"), rows, to)
		}
		vec.While(m, left, wideGroup, []vec.Ptr{to}, func() {
			m.Scope(func() { group(wideGroup) })
			m.Advance([]vec.Ptr{index}, wideGroup)
		})
		vectorToRows{group: wideGroup}.rest(m, left, group)
		m.Return()
	}
}
