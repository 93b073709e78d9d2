package index_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/index"
)

// Images of clothes, of which a search looks at a part.
func ExampleIVF() {
	train, test, err := fashion.Load()
	if err != nil {
		log.Fatal(err)
	}
	x, err := index.NewIVF(train.Dense().Slice(0, 1000), index.L2, index.IVFOptions{Lists: 30, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	const k = 10
	tuning, err := x.Tune(test.Dense().Slice(0, 50), k, 0.9, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x.Lists(), "lists by", x.Metric(), "- a recall of 0.9 takes less than a third:", tuning.Probes < 10 && tuning.Recall >= 0.9)

	dir, err := os.MkdirTemp("", "ivf")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "images.index")
	if err := x.WriteFile(path, nil); err != nil {
		log.Fatal(err)
	}
	again, err := index.OpenIVF[uint8](path, index.OpenOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer again.Close()
	nearest, count := make([]index.Neighbour, k), make([]int, 1)
	again.Search(nearest, count, test.Dense().Slice(300, 301), k, tuning.Probes, nil)
	fmt.Println(test.Classes()[test.Labels()[300]], "is next to", train.Classes()[train.Labels()[nearest[0].Row]])
	// Output:
	// 30 lists by L2 - a recall of 0.9 takes less than a third: true
	// Dress is next to Dress
}
