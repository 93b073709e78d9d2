package ops

import "github.com/seed842bec00/argmax/asm/vec"

// prefetchRows prefetches every line of each listed row. The lines of a row follow one
// another, so that the loads of its pages do, too.
func prefetchRows(m vec.Machine, _ Shape) {
	base, index, left := m.Ptr("rows_base"), m.Ptr("index_base"), m.Int("index_len")
	vec.While(m, left, 1, []vec.Ptr{index}, func() {
		m.Scope(func() {
			row := m.RowAt(base, m.Int("stride"), m.LoadInt(index, 0))
			vec.While(m, m.Int("n"), vec.ByteBlock, []vec.Ptr{row}, func() { m.Prefetch(row, 0) })
		})
	})
	m.Return()
}
