package argmax_test

import (
	"fmt"
	"testing"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/workload"
)

// Tiles of matrix products, which package kernels puts together. Their shape depends on
// the instruction set.

// tile is the shape of a tile: m·n elements, each of k multiply-adds.
type tile struct{ m, n, k int }

func (t tile) String() string { return fmt.Sprintf("m=%d/n=%d/k=%d", t.m, t.n, t.k) }

func (t tile) work() workload.Work {
	return workload.Work{Calls: 1, Flops: 2 * t.m * t.n * t.k, Bytes: (t.m + t.n) * t.k}
}

func benchmarkScoreTiles[E argmax.Element](b *testing.B, x func(n int) []E) {
	rows, classes := argmax.ScoreTileShape()
	t := tile{6 * rows, max(10, classes), 512}
	workload.Run(b, t, t.work(), func() func() {
		dst := argmax.Strided[float32]{Data: make([]float32, t.m*t.n), Stride: t.n}
		x := argmax.Strided[E]{Data: x(t.m * t.k), Stride: t.k}
		w, bias := argmax.Strided[float32]{Data: workload.Signed(t.n * t.k), Stride: t.k}, make([]float32, t.n)
		state := make([]float32, argmax.ScoreStateSize[E](t.m, t.n, t.k))
		return func() { argmax.ScoreTiles(dst, state, x, w, bias, t.m, t.n, t.k, 0) }
	})
}

func BenchmarkScoreTiles(b *testing.B)      { benchmarkScoreTiles(b, workload.Pixels) }
func BenchmarkScoreTilesBytes(b *testing.B) { benchmarkScoreTiles(b, workload.Bytes) }

func benchmarkGemmColumns[E argmax.Element](b *testing.B, x func(n int) []E) {
	rows, cols := argmax.TileShape()
	t := tile{rows, cols, argmax.KC}
	workload.Run(b, t, t.work(), func() func() {
		c := argmax.Strided[float32]{Data: make([]float32, t.m*t.n), Stride: t.n}
		a := argmax.Strided[float32]{Data: workload.Signed(t.m * t.k), Stride: t.m}
		x := argmax.Strided[E]{Data: x(t.n * t.k), Stride: t.n}
		return func() { argmax.GemmColumns(c, a, x, t.m, t.n, t.k, 1, argmax.Overwrite) }
	})
}

func BenchmarkGemmColumns(b *testing.B)      { benchmarkGemmColumns(b, workload.Pixels) }
func BenchmarkGemmColumnsBytes(b *testing.B) { benchmarkGemmColumns(b, workload.Bytes) }

func BenchmarkGemmRows(b *testing.B) {
	rows, cols := argmax.TileShape()
	t := tile{rows, cols, argmax.KC}
	workload.Run(b, t, t.work(), func() func() {
		c := argmax.Strided[float32]{Data: make([]float32, t.m*t.n), Stride: t.n}
		x := argmax.Strided[float32]{Data: workload.Signed(t.m * t.k), Stride: t.k}
		y := argmax.Strided[float32]{Data: workload.Pixels(t.n * t.k), Stride: t.n}
		return func() { argmax.GemmRows(c, x, y, t.m, t.n, t.k, 1, argmax.Overwrite) }
	})
}

// BenchmarkTranspose takes rows as those of a matrix that is packed for a product.
func BenchmarkTranspose(b *testing.B) {
	t := tile{m: 32, k: argmax.KC}
	workload.Run(b, t, workload.Work{Calls: 1, Bytes: 2 * 4 * t.m * t.k}, func() func() {
		src := argmax.Strided[float32]{Data: workload.Signed(t.m * t.k), Stride: t.k}
		dst := argmax.Strided[float32]{Data: make([]float32, t.m*t.k), Stride: t.m}
		return func() { argmax.Transpose(dst, src, t.m, t.k) }
	})
}

// benchmarkDistances measures distances of queries and rows that fit in the second cache.
func benchmarkDistances(b *testing.B, call func(dst, x, y argmax.Strided[float32], m, n, k int)) {
	t := tile{16, 84, 784}
	w := t.work()
	w.Flops = 3 * t.m * t.n * t.k
	workload.Run(b, t, w, func() func() {
		dst := argmax.Strided[float32]{Data: make([]float32, t.m*t.n), Stride: t.n}
		x := argmax.Strided[float32]{Data: workload.Signed(t.m * t.k), Stride: t.k}
		y := argmax.Strided[float32]{Data: workload.Pixels(t.n * t.k), Stride: t.k}
		return func() { call(dst, x, y, t.m, t.n, t.k) }
	})
}

func BenchmarkSqDistMatrix(b *testing.B)   { benchmarkDistances(b, argmax.SqDistMatrix) }
func BenchmarkL1DistMatrix(b *testing.B)   { benchmarkDistances(b, argmax.L1DistMatrix) }
func BenchmarkLInfDistMatrix(b *testing.B) { benchmarkDistances(b, argmax.LInfDistMatrix) }

// benchmarkByteTile measures sums over bytes of rows and packed queries. The rate is that
// of pairs of bytes.
func benchmarkByteTile(b *testing.B, kind argmax.ByteTile) {
	t := tile{84, 16, 784}
	workload.Run(b, t, workload.Work{Calls: 1, Bytes: t.m * t.n * t.k}, func() func() {
		rows := argmax.Strided[uint8]{Data: workload.Bytes(t.m * t.k), Stride: t.k}
		queries := argmax.Strided[uint8]{Data: workload.Bytes(t.n * t.k), Stride: t.k}
		if kind == argmax.CoarseDotTile {
			for i := range queries.Data {
				queries.Data[i] %= argmax.CoarseLevels
			}
		}
		packed := make([]uint8, kind.PackedSize(t.n, t.k))
		kind.Pack(packed, queries, t.n, t.k)
		stride := kind.Padded(t.n)
		dst, sums := make([]int32, t.m*stride), make([]int32, t.m)
		for i := range sums {
			for _, v := range rows.Data[i*t.k:][:t.k] {
				sums[i] += int32(v)
			}
		}
		return func() { kind.Sums(dst, stride, rows, sums, packed, t.m, t.n, t.k) }
	})
}

func BenchmarkDotTile(b *testing.B)       { benchmarkByteTile(b, argmax.DotTile) }
func BenchmarkL1DistTile(b *testing.B)    { benchmarkByteTile(b, argmax.L1DistTile) }
func BenchmarkCoarseDotTile(b *testing.B) { benchmarkByteTile(b, argmax.CoarseDotTile) }
