package argmax_test

import (
	"testing"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/workload"
)

// rowsOperands are a vector, the rows of a matrix, and all of its rows in another order.
type rowsOperands[D, X, Y any] struct {
	dst   []D
	x     []X
	rows  []Y
	index []int
}

// benchmarkRows measures a function of a vector and all rows of a matrix. size is that of
// an element in bytes.
func benchmarkRows[D, X, Y any](b *testing.B, shapes []workload.Shape, flops, size int, x func(n int) []X, rows func(n int) []Y,
	call func(o rowsOperands[D, X, Y])) {
	for _, s := range workload.Few(shapes) {
		w := workload.Work{Calls: 1, Flops: flops * s.Elements(), Bytes: size * s.Elements()}
		workload.Run(b, s, w, func() func() {
			o := rowsOperands[D, X, Y]{make([]D, s.Rows), x(s.Columns), rows(s.Elements()), make([]int, s.Rows)}
			for i := range o.index {
				o.index[i] = (i*7919 + 1) % s.Rows // a prime, so that each row occurs once
			}
			return func() { call(o) }
		})
	}
}

func benchmarkFloatRows(b *testing.B, shapes []workload.Shape, flops int, call func(dst, x []float32, rows argmax.Strided[float32])) {
	benchmarkRows(b, shapes, flops, 4, workload.Pixels, workload.Signed, func(o rowsOperands[float32, float32, float32]) {
		call(o.dst, o.x, argmax.Strided[float32]{Data: o.rows, Stride: len(o.x)})
	})
}

func benchmarkFloatRowsAt(b *testing.B, flops int, call func(dst, x []float32, rows argmax.Strided[float32], index []int)) {
	benchmarkRows(b, workload.Bases, flops, 4, workload.Pixels, workload.Signed, func(o rowsOperands[float32, float32, float32]) {
		call(o.dst, o.x, argmax.Strided[float32]{Data: o.rows, Stride: len(o.x)}, o.index)
	})
}

func BenchmarkScoreRows(b *testing.B)  { benchmarkFloatRows(b, workload.Weights, 2, argmax.ScoreRows) }
func BenchmarkSqDistRows(b *testing.B) { benchmarkFloatRows(b, workload.Bases, 3, argmax.SqDistRows) }
func BenchmarkL1DistRows(b *testing.B) { benchmarkFloatRows(b, workload.Bases, 3, argmax.L1DistRows) }
func BenchmarkLInfDistRows(b *testing.B) {
	benchmarkFloatRows(b, workload.Bases, 3, argmax.LInfDistRows)
}
func BenchmarkCosineRows(b *testing.B) { benchmarkFloatRows(b, workload.Bases, 4, argmax.CosineRows) }

func BenchmarkScoreRowsAt(b *testing.B)    { benchmarkFloatRowsAt(b, 2, argmax.ScoreRowsAt) }
func BenchmarkSqDistRowsAt(b *testing.B)   { benchmarkFloatRowsAt(b, 3, argmax.SqDistRowsAt) }
func BenchmarkL1DistRowsAt(b *testing.B)   { benchmarkFloatRowsAt(b, 3, argmax.L1DistRowsAt) }
func BenchmarkLInfDistRowsAt(b *testing.B) { benchmarkFloatRowsAt(b, 3, argmax.LInfDistRowsAt) }
func BenchmarkCosineRowsAt(b *testing.B)   { benchmarkFloatRowsAt(b, 4, argmax.CosineRowsAt) }

func BenchmarkScoreFloat16Rows(b *testing.B) {
	benchmarkRows(b, workload.Weights, 2, 2, workload.Pixels, float16s, func(o rowsOperands[float32, float32, argmax.Float16]) {
		argmax.ScoreHalfRows(o.dst, o.x, argmax.Strided[argmax.Float16]{Data: o.rows, Stride: len(o.x)})
	})
}

func BenchmarkScoreBFloat16Rows(b *testing.B) {
	benchmarkRows(b, workload.Weights, 2, 2, workload.Pixels, bfloat16s, func(o rowsOperands[float32, float32, argmax.BFloat16]) {
		argmax.ScoreHalfRows(o.dst, o.x, argmax.Strided[argmax.BFloat16]{Data: o.rows, Stride: len(o.x)})
	})
}

func benchmarkByteRows(b *testing.B, call func(dst []int64, x []uint8, rows argmax.Strided[uint8])) {
	benchmarkRows(b, workload.Bases, 0, 1, workload.Bytes, workload.Bytes, func(o rowsOperands[int64, uint8, uint8]) {
		call(o.dst, o.x, argmax.Strided[uint8]{Data: o.rows, Stride: len(o.x)})
	})
}

func benchmarkByteRowsAt(b *testing.B, call func(dst []int64, x []uint8, rows argmax.Strided[uint8], index []int)) {
	benchmarkRows(b, workload.Bases, 0, 1, workload.Bytes, workload.Bytes, func(o rowsOperands[int64, uint8, uint8]) {
		call(o.dst, o.x, argmax.Strided[uint8]{Data: o.rows, Stride: len(o.x)}, o.index)
	})
}

func BenchmarkDotBytesRows(b *testing.B)    { benchmarkByteRows(b, argmax.DotBytesRows) }
func BenchmarkSqDistBytesRows(b *testing.B) { benchmarkByteRows(b, argmax.SqDistBytesRows) }
func BenchmarkL1DistBytesRows(b *testing.B) { benchmarkByteRows(b, argmax.L1DistBytesRows) }

func BenchmarkDotBytesRowsAt(b *testing.B)    { benchmarkByteRowsAt(b, argmax.DotBytesRowsAt) }
func BenchmarkSqDistBytesRowsAt(b *testing.B) { benchmarkByteRowsAt(b, argmax.SqDistBytesRowsAt) }
func BenchmarkL1DistBytesRowsAt(b *testing.B) { benchmarkByteRowsAt(b, argmax.L1DistBytesRowsAt) }

// BenchmarkPrefetchRowsAt asks for the rows of a batch of a training set, which is not
// read.
func BenchmarkPrefetchRowsAt(b *testing.B) {
	const batch = 256
	base := workload.Bases[len(workload.Bases)-1]
	shape := workload.Shape{Rows: batch, Columns: base.Columns}
	workload.Run(b, shape, workload.Work{Calls: 1, Bytes: shape.Elements()}, func() func() {
		rows := argmax.Strided[uint8]{Data: workload.Bytes(base.Elements()), Stride: base.Columns}
		index, at := make([]int, batch), 0
		return func() {
			for i := range index {
				at = (at + 7919) % base.Rows
				index[i] = at
			}
			argmax.PrefetchRowsAt(rows, base.Columns, index)
		}
	})
}
