package selection_test

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

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

var pathRows = flag.Int("path", 0, "rows of Fashion-MNIST for the path of 20 penalties and 5 folds; 0 skips the test")

// The time of 20 penalties × 5 folds of the softmax loss, in single fits: of all rows, from
// zero, the mean of those of five of the penalties.
//
//	ARGMAX_DATA=... go test ./classifier/selection -run PathOfFashionMNIST -v -path 60000 -timeout 30m
func TestPathOfFashionMNIST(t *testing.T) {
	data := os.Getenv("ARGMAX_DATA")
	if data == "" || *pathRows == 0 {
		t.Skip("needs ARGMAX_DATA and -path")
	}
	sets, err := dataset.Load(t.Context(), filepath.Join(data, "fashion-mnist"), dataset.Config{})
	require.NoError(t, err)
	rows := make([]int, *pathRows)
	for i := range rows {
		rows[i] = i
	}
	ex := classifier.Subset(sets.Train, rows)
	grid := selection.Grid{}
	for i := range 20 {
		grid.L2 = append(grid.L2, math.Pow(10, -1-float64(i)*4/19)) // 1e-1 to 1e-5
	}
	var single time.Duration
	passes := 0.0
	for i := 1; i < 20; i += 4 {
		began := time.Now()
		_, report, err := classifier.Auto{}.Fit(t.Context(), ex, classifier.Objective{L2: grid.L2[i]}, classifier.Options{})
		require.NoError(t, err)
		single += time.Since(began) / 5
		passes += report.Passes / 5
	}
	result, err := selection.Search{Folds: 5, Metric: metrics.LogLoss}.Run(t.Context(), ex, grid.Candidates())
	require.NoError(t, err)
	t.Logf("\n%v", result)
	t.Logf("a single fit: %v, %.0f passes; 100 fits: %v, that is %.1f single fits", single, passes, result.Elapsed, result.Elapsed.Seconds()/single.Seconds())
}
