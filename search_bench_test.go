package argmax_test

import (
	"testing"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/workload"
)

// The bounds of these searches select few elements, or none.

func benchmarkFind(b *testing.B, find func(positions []int32, x []float32) int) {
	const n = 16384
	workload.Run(b, length(n), workload.Work{Calls: 1, Bytes: 4 * n}, func() func() {
		x, positions := workload.Pixels(n), make([]int32, n)
		return func() { find(positions, x) }
	})
}

func BenchmarkFindAtMost(b *testing.B) {
	benchmarkFind(b, func(positions []int32, x []float32) int { return argmax.FindAtMost(positions, x, 0.001) })
}

func BenchmarkFindAtLeast(b *testing.B) {
	benchmarkFind(b, func(positions []int32, x []float32) int { return argmax.FindAtLeast(positions, x, 0.999) })
}

func BenchmarkFindNear(b *testing.B) {
	s := workload.Shape{Rows: 84, Columns: 16}
	workload.Run(b, s, workload.Work{Calls: 1, Bytes: 4 * s.Elements()}, func() func() {
		positions, sums := make([]int32, s.Elements()), make([]int32, s.Elements())
		rows, queries := make([]float32, 4*s.Rows), make([]float32, 5*s.Columns)
		for i := range s.Rows {
			rows[4*i+3] = 1 // the excess of all
		}
		return func() { argmax.FindNear(positions, sums, s.Rows, s.Columns, rows, queries) }
	})
}
