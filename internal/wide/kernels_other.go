//go:build !amd64

package wide

import "github.com/seed842bec00/argmax"

func (s Sum) rows(dst []float64, x []float32, rows argmax.Strided[float32], index []int) {
	s.rowsGeneric(dst, x, rows, index)
}
