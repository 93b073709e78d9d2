package index_test

import (
	"fmt"

	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

func ExampleLive() {
	x := index.NewLive[float32](2, index.L2)
	rows := kernels.Matrix{Rows: 3, Cols: 2, Stride: 2, Data: []float32{0, 0, 3, 4, 1, 1}}
	if err := x.Add([]uint64{100, 200, 300}, rows, nil); err != nil {
		fmt.Println(err)
	}
	before := x.Snapshot()
	x.Remove(100)
	if err := x.Update([]uint64{200}, rows.Slice(2, 3), nil); err != nil {
		fmt.Println(err)
	}
	x.Compact(nil)

	query := kernels.NewMatrix(1, x.Columns())
	nearest, count := make([]index.Match, 2), make([]int, 1)
	x.Search(nearest, count, query, 2, nil)
	fmt.Println("now:", nearest)
	before.Search(nearest, count, query, 2, nil)
	fmt.Println("before:", nearest, "of", before.Len())
	// Output:
	// now: [{200 2} {300 2}]
	// before: [{100 0} {300 2}] of 3
}

func ExampleSnapshot() {
	x := index.NewLive[uint8](1, index.L1)
	rows := kernels.Dense[uint8]{Rows: 3, Cols: 1, Stride: 1, Data: []uint8{10, 20, 30}}
	if err := x.Add([]uint64{7, 5, 6}, rows, nil); err != nil {
		fmt.Println(err)
	}
	s := x.Snapshot()
	for id, row := range s.All {
		fmt.Println(id, row)
	}
	row, ok := s.Row(7)
	fmt.Println(row, ok)

	count := make([]int, 1)
	odd := s.Among(func(id uint64) bool { return id%2 == 1 })
	near, _ := odd.Within(nil, count, rows.Slice(0, 1), 10, nil)
	fmt.Println(x.Metric(), near)
	// Output:
	// 5 [20]
	// 6 [30]
	// 7 [10]
	// [10] true
	// L1 [{7 0} {5 10}]
}
