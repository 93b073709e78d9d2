package wide

import (
	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/cpu"
)

func (s Sum) rows(dst []float64, x []float32, rows argmax.Strided[float32], index []int) {
	switch cpu.Active {
	case cpu.AVX512, cpu.AVX512VNNI:
		switch s {
		case Dot:
			dotAVX512(dst, x, rows.Data, rows.Stride, index)
		case SqDist:
			sqDistAVX512(dst, x, rows.Data, rows.Stride, index)
		case L1Dist:
			l1DistAVX512(dst, x, rows.Data, rows.Stride, index)
		}
	case cpu.AVX2:
		switch s {
		case Dot:
			dotAVX2(dst, x, rows.Data, rows.Stride, index)
		case SqDist:
			sqDistAVX2(dst, x, rows.Data, rows.Stride, index)
		case L1Dist:
			l1DistAVX2(dst, x, rows.Data, rows.Stride, index)
		}
	default:
		s.rowsGeneric(dst, x, rows, index)
	}
}
