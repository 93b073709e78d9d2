package ops

import "github.com/seed842bec00/argmax/asm/vec"

// transpose takes four columns of the 16 rows at a time.
func transpose(m vec.Machine, _ Shape) {
	to, n := m.Ptr("dst_base"), m.Int("n")
	ldd := m.Scale(m.Int("ldd"), 4)
	rows := m.Rows(m.Ptr("src_base"), m.Scale(m.Int("lds"), 4), vec.Lanes)
	four := func(elem int) {
		m.Scope(func() { m.StoreColumns(m.Rows(to, ldd, 4), rows, elem) })
		m.Move(to, ldd, 4)
	}
	vec.While(m, n, vec.Lanes, rows, func() {
		for elem := 0; elem < vec.Lanes; elem += 4 {
			four(elem)
		}
	})
	vec.While(m, n, 4, rows, func() { four(0) })
	m.Return()
}
