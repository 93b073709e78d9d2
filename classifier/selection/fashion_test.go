package selection_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/classifier/selection"
	"github.com/seed842bec00/argmax/dataset"
)

var (
	searchTime  = flag.Duration("search", 0, "time to search for a model of Fashion-MNIST; 0 skips the test")
	searchSeeds = flag.Uint64("seeds", 1, "number of searches, each with a seed of its own")
)

// What a search in a minute finds for Fashion-MNIST, by the training images alone:
//
//	ARGMAX_DATA=... go test ./classifier/selection -run SearchOfFashionMNIST -v -search 60s -seeds 5 -timeout 30m
func TestSearchOfFashionMNIST(t *testing.T) {
	data := os.Getenv("ARGMAX_DATA")
	if data == "" || *searchTime == 0 {
		t.Skip("needs ARGMAX_DATA and -search")
	}
	sets, err := dataset.Load(t.Context(), filepath.Join(data, "fashion-mnist"), dataset.Config{})
	require.NoError(t, err)
	train, test := sets.Train, sets.Test
	for seed := range *searchSeeds {
		candidates, err := selection.DefaultSpace().Sample(10000, seed)
		require.NoError(t, err)
		s := selection.Default()
		s.Seed, s.Time = seed, *searchTime
		result, err := s.Run(t.Context(), train, candidates)
		require.NoError(t, err)
		report, err := classifier.Evaluate(t.Context(), result.Model, test, metrics.Options{}, 0)
		require.NoError(t, err)
		if seed == 0 {
			t.Logf("\n%v", result)
		}
		t.Logf("seed %d: %d trials, validation %v, test accuracy %.4f, members %v, %.1f s", seed, len(result.Trials), result.Best.Mean, report.Accuracy, result.Members, result.Elapsed.Seconds())
		assert.Greater(t, report.Accuracy, 0.844)
	}
}
