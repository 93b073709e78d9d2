package classifier_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

func ExampleKNN() {
	ex := &classifier.Table{
		X:     kernels.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 1, 0, 5, 5, 6, 5}},
		Y:     []int{0, 0, 1, 1},
		Names: []string{"near the origin", "far away"},
	}
	m, err := classifier.NewKNN(ex, classifier.KNNConfig{K: 3, Vote: classifier.SoftmaxVote, Temperature: 10})
	if err != nil {
		log.Fatal(err)
	}
	x := []float32{4, 4}
	p := make([]float32, len(m.Classes()))
	if err := m.Probabilities(p, x); err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.Classes()[m.Predict(x)], p)
	nearest := make([]classifier.Neighbour, 2)
	for _, n := range nearest[:m.Neighbours(nearest, x)] {
		fmt.Printf("row %d, %s, at %v\n", n.Row, n.Class, n.Distance)
	}

	// How well each example is predicted by the others.
	predicted := [][]int{make([]int, 4), make([]int, 4)}
	if err := m.LeaveOneOut(context.Background(), predicted, []int{1, 3}, 1, nil); err != nil {
		log.Fatal(err)
	}
	fmt.Println("k = 1:", predicted[0], "k = 3:", predicted[1])

	// Each row from those of other folds.
	if err := m.CrossPredict(context.Background(), predicted[:1], []int{0, 1, 0, 1}, []int{1}, 1, nil); err != nil {
		log.Fatal(err)
	}
	fmt.Println("two folds:", predicted[0])
	// Output:
	// far away [0.054456625 0.94554335]
	// row 2, far away, at 2
	// row 3, far away, at 5
	// k = 1: [0 0 1 1] k = 3: [0 0 1 1]
	// two folds: [0 0 1 1]
}

func ExampleOpenKNN() {
	dir, err := os.MkdirTemp("", "knn")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "model.index")

	ex := &classifier.Table{X: kernels.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{0, 1}}, Y: []int{0, 1}, Names: []string{"a", "b"}}
	built, err := classifier.NewKNN(ex, classifier.KNNConfig{})
	if err != nil {
		log.Fatal(err)
	}
	if err := built.WriteFile(path); err != nil {
		log.Fatal(err)
	}
	m, err := classifier.OpenKNN(path, index.OpenOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	rows := classifier.Batch[float32]{Rows: 2, Cols: 1, Stride: 1, Data: []float32{0.1, 0.8}}
	nearest, count := make([]classifier.Neighbour, 2), make([]int, 2)
	if err := m.NeighboursAll(context.Background(), nearest, count, rows, 1, 1); err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.Config().K, nearest[0].Class, nearest[1].Class)
	// Output: 1 a b
}
