// Package wide computes sums in float64 of float32: those by which package index defines
// distances.
//
// Differences and products are computed in float64, which neither overflows nor underflows
// with numbers that came from float32, and are added in one order: element i goes to lane
// i mod 8, and the lanes are reduced by adding lane i and i+4, then i+2, then i+1. Nothing
// is fused. A sum of n terms is off by at most γ(⌈n/8⌉ + 3) times the sum of their
// magnitudes, where γ(m) = mu/(1 − mu) and u = 2⁻⁵³.
package wide

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

// A Sum is what is added for each element.
type Sum uint8

const (
	Dot    Sum = iota // xᵢ·yᵢ, which is exact
	SqDist            // (xᵢ − yᵢ)²
	L1Dist            // |xᵢ − yᵢ|
)

// callElements is the most elements of rows in one call of assembly, which cannot be
// preempted: about 10 µs.
const callElements = 1 << 16

// Of returns the sum of x and y, which have one length.
func (s Sum) Of(x, y []float32) float64 {
	var dst [1]float64
	first := [1]int{}
	s.RowsAt(dst[:], x, argmax.Strided[float32]{Data: y[:len(x)], Stride: len(x)}, first[:])
	return dst[0]
}

// RowsAt sets dst[i] to the sum of x and row index[i] of rows. It panics if there is no
// such row.
func (s Sum) RowsAt(dst []float64, x []float32, rows argmax.Strided[float32], index []int) {
	dst = dst[:len(index)]
	for _, row := range index {
		if row < 0 || rows.Stride > 0 && row > len(rows.Data)/rows.Stride || len(rows.Data)-row*rows.Stride < len(x) {
			panic(fmt.Sprintf("wide: row %d of %d elements with stride %d, of %d in all", row, len(x), rows.Stride, len(rows.Data)))
		}
	}
	most := max(1, callElements/max(1, len(x)))
	for len(index) > 0 {
		n := min(most, len(index))
		switch {
		case len(x) > callElements:
			s.rowsGeneric(dst[:n], x, rows, index[:n])
		default:
			s.rows(dst[:n], x, rows, index[:n])
		}
		dst, index = dst[n:], index[n:]
	}
}

func (s Sum) rowsGeneric(dst []float64, x []float32, rows argmax.Strided[float32], index []int) {
	for i, row := range index {
		y := rows.Data[row*rows.Stride:][:len(x)]
		switch s {
		case Dot:
			dst[i] = dot(x, y)
		case SqDist:
			dst[i] = sqDist(x, y)
		case L1Dist:
			dst[i] = l1Dist(x, y)
		}
	}
}
