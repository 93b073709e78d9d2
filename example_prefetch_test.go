package argmax_test

import (
	"fmt"

	"github.com/seed842bec00/argmax"
)

// Of a matrix that is larger than the caches, rows are scored in an order of one's own; those
// of the next step are on their way while one computes.
func ExamplePrefetchRowsAt() {
	images := argmax.Strided[float32]{Data: []float32{
		1, 2,
		3, 4,
		5, 6,
		7, 8,
	}, Stride: 2}
	steps := [][]int{{3, 0}, {2, 1}}
	scores := make([]float32, 2)
	for i, rows := range steps {
		if i+1 < len(steps) {
			argmax.PrefetchRowsAt(images, 2, steps[i+1])
		}
		argmax.ScoreRowsAt(scores, []float32{1, 1}, images, rows)
		fmt.Println(scores)
	}
	// Output:
	// [15 3]
	// [11 7]
}
