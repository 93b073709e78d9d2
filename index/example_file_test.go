package index_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "index")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "rows.index")

	rows := kernels.Matrix{Rows: 3, Cols: 2, Stride: 2, Data: []float32{0, 0, 3, 4, 1, 1}}
	built := index.New(rows, index.L2, index.Options{})
	if err := built.WriteFile(path, index.Attachments{"source": []byte("an example")}); err != nil {
		log.Fatal(err)
	}

	info, err := index.ReadInfo(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Kind, "of", info.Rows, "rows of", info.Columns, info.Element+",", info.Metric)

	// The rows are not read until they are searched, or verified.
	x, err := index.Open[float32](path, index.OpenOptions{Unverified: true})
	if err != nil {
		log.Fatal(err)
	}
	defer x.Close()
	nearest, count := make([]index.Neighbour, 1), make([]int, 1)
	x.Search(nearest, count, rows.Slice(1, 2), 1, nil)
	fmt.Println(nearest, string(x.Attached("source")), x.Verify(nil))
	// Output:
	// an index of 3 rows of 2 float32, L2
	// [{1 0}] an example <nil>
}

func ExampleOpenLive() {
	dir, err := os.MkdirTemp("", "index")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "live.index")

	x := index.NewLive[uint8](1, index.L1)
	rows := kernels.Dense[uint8]{Rows: 2, Cols: 1, Stride: 1, Data: []uint8{10, 20}}
	if err := x.Add([]uint64{1, 2}, rows, nil); err != nil {
		log.Fatal(err)
	}
	if err := x.Snapshot().WriteFile(path, nil); err != nil {
		log.Fatal(err)
	}

	again, err := index.OpenLive[uint8](path, index.OpenOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer again.Close()
	again.Remove(1)
	fmt.Println(again.Snapshot().Len(), "row;", x.Snapshot().Len(), "before")
	// Output: 1 row; 2 before
}
