package classifier_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
)

// The accuracies of whole test sets, which integers decide: the majority of k nearest of
// all training images, ties to the class that is met first.
func TestKNNOfRealSets(t *testing.T) {
	dir := os.Getenv("ARGMAX_DATA")
	if dir == "" || testing.Short() || os.Getenv("ARGMAX_EMULATED") != "" {
		t.Skip("needs real data: set ARGMAX_DATA to a directory that holds mnist and fashion-mnist")
	}
	for _, c := range []struct {
		set    string
		metric classifier.Metric
		right  [3]int // of 10,000 with k = 1, 3, 5
	}{
		{"mnist", classifier.L2, [3]int{9691, 9717, 9693}},
		{"mnist", classifier.L1, [3]int{9631, 9640, 9629}},
		{"fashion-mnist", classifier.L2, [3]int{8497, 8556, 8567}},
	} {
		data, err := dataset.Load(t.Context(), filepath.Join(dir, c.set), dataset.Config{})
		require.NoError(t, err)
		m, err := classifier.NewKNN(data.Train, classifier.KNNConfig{Metric: c.metric})
		require.NoError(t, err)
		n := data.Test.Len()
		predicted := [][]int{make([]int, n), make([]int, n), make([]int, n)}
		require.NoError(t, m.PredictEach(context.Background(), predicted, data.Test, []int{1, 3, 5}, 0, nil))
		var right [3]int
		for i := range predicted {
			for row, p := range predicted[i] {
				if p == data.Test.Labels()[row] {
					right[i]++
				}
			}
		}
		assert.Equal(t, c.right, right, "%s, %v", c.set, c.metric)
	}
}
