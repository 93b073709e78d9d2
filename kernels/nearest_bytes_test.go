package kernels_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	. "github.com/seed842bec00/argmax/kernels"
)

func TestNearestOfBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	forEachISA(t, func(t *testing.T) {
		for _, c := range []struct{ rows, cols, k, largest int }{
			{0, 3, 2, 256}, {1, 70, 3, 256}, {300, 5, 10, 4}, {300, 784, 7, 256}, {129, 1, 129, 256}, {257, 65, 1, 2}, {10, 0, 4, 1}, {9, 9, 0, 256},
		} {
			base := Dense[uint8]{c.rows, c.cols, c.cols + r.IntN(3), nil}
			base.Data = make([]uint8, c.rows*base.Stride)
			q := make([]uint8, c.cols)
			for i := range base.Data {
				base.Data[i] = uint8(r.IntN(c.largest))
			}
			for i := range q {
				q[i] = uint8(r.IntN(c.largest))
			}
			for metric, distance := range map[Metric]func(x, y []uint8) int64{
				L2: argmax.SqDistBytes, L1: argmax.L1DistBytes,
				InnerProduct: func(x, y []uint8) int64 { return -argmax.DotBytes(x, y) },
			} {
				checkNearest(t, make([]Neighbour, c.k), q, base, metric, distance)
			}
		}
	})
}

// Squared distances beyond 2²⁴ that differ by less than float32 can tell.
func TestNearestBytesOfLargeDistances(t *testing.T) {
	const rows, cols = 200, 4000
	base, q := Dense[uint8]{rows, cols, cols, make([]uint8, rows*cols)}, slices.Repeat([]uint8{255}, cols)
	for i := range rows {
		base.Row(i)[i%3] = uint8(1 - i%2) // less by 255² − 254² or not
		base.Row(i)[5+i] = 254
		base.Row(i)[1000+i] = uint8(i % 2)
	}
	base.Row(100)[7] = 2
	checkNearest(t, make([]Neighbour, rows), q, base, L2, argmax.SqDistBytes)
}

func checkNearest(t *testing.T, dst []Neighbour, q []uint8, base Dense[uint8], metric Metric, distance func(x, y []uint8) int64) {
	t.Helper()
	order, exact := make([]int, base.Rows), make([]int64, base.Rows)
	for i := range order {
		order[i], exact[i] = i, distance(q, base.Row(i))
	}
	slices.SortStableFunc(order, func(i, j int) int { return int(exact[i] - exact[j]) })
	var want []Neighbour
	for _, i := range order[:min(len(dst), base.Rows)] {
		want = append(want, Neighbour{Row: i, Distance: float32(exact[i])})
	}
	n := Nearest(dst, q, base, metric)
	require.Len(t, want, n)
	assert.Equal(t, want, append([]Neighbour(nil), dst[:n]...), "%v of %d×%d", metric, base.Rows, base.Cols)
}

func TestNearestOfBytesPanics(t *testing.T) {
	base := Dense[uint8]{2, 3, 3, make([]uint8, 6)}
	dst := make([]Neighbour, 1)
	assert.Panics(t, func() { Nearest(dst, make([]uint8, 2), base, L2) })
	assert.Panics(t, func() { Nearest(dst, make([]uint8, 3), Dense[uint8]{2, 3, 3, base.Data[:5]}, L2) })
	assert.PanicsWithValue(t, "kernels: Nearest: unknown metric Metric(9)", func() { Nearest(dst, make([]uint8, 3), base, 9) })
}

func TestNearestOfBytesAllocatesNothing(t *testing.T) {
	base, dst := Dense[uint8]{300, 100, 100, make([]uint8, 30_000)}, make([]Neighbour, 5)
	assert.Zero(t, testing.AllocsPerRun(3, func() { Nearest(dst, base.Row(3), base, L1) }))
}

func ExampleNearest_bytes() {
	base := Dense[uint8]{Rows: 3, Cols: 2, Stride: 2, Data: []uint8{0, 0, 200, 10, 255, 0}}
	neighbours := make([]Neighbour, 2)
	n := Nearest(neighbours, []uint8{250, 0}, base, L2)
	fmt.Println(neighbours[:n])
	// Output: [{2 25} {1 2600}]
}
