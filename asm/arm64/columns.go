package arm64

import "github.com/seed842bec00/argmax/asm/vec"

// StoreColumns transposes four by four.
func (m *Machine) StoreColumns(to, rows []vec.Ptr, elem int) {
	for part := range vec.Lanes / 4 {
		var from, dst [4]string
		for i := range 4 {
			from[i], dst[i] = m.after(rows[4*part+i], 4*elem), m.after(to[i], 16*part)
		}
		m.later(func(out *printer) {
			var v, t [4]int
			for i := range v {
				v[i], t[i] = out.vector(), out.vector()
				out.line("FMOVQ %s, F%d", from[i], v[i])
			}
			for half, zip := range []string{"VZIP1", "VZIP2"} { // columns 0 and 1, columns 2 and 3
				out.line("%s V%d.S4, V%d.S4, V%d.S4", zip, v[1], v[0], t[2*half])
				out.line("%s V%d.S4, V%d.S4, V%d.S4", zip, v[3], v[2], t[2*half+1])
			}
			for half := range 2 {
				x, y := t[2*half], t[2*half+1]
				out.line("VZIP1 V%d.D2, V%d.D2, V%d.D2", y, x, v[2*half])
				out.line("VZIP2 V%d.D2, V%d.D2, V%d.D2", y, x, v[2*half+1])
			}
			for i := range v {
				out.line("FMOVQ F%d, %s", v[i], dst[i])
			}
			out.release(v[:]...)
			out.release(t[:]...)
		})
	}
}
