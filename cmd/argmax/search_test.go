package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
)

func TestSearch(t *testing.T) {
	data, model := idx(t), filepath.Join(t.TempDir(), "model")
	out := mustRun(t, "search", data, "-o", model, "--trials", "6", "--folds", "3", "--test")
	assert.Contains(t, out, " test: accuracy 100.00 % (20 of 20)\n")
	m, err := classifier.ReadLinearFile(model)
	require.NoError(t, err)
	assert.NotEmpty(t, m.Info().Notes["chosen"])
	assert.Contains(t, m.Info().Notes["chosen_by"], "accuracy 1.0000 of ")
}

// With --trials, the model is the same however often the search is made, and on however
// many threads.
func TestSearchIsReproducible(t *testing.T) {
	data, dir := idx(t), t.TempDir()
	search := func(name string, more ...string) string {
		model := filepath.Join(dir, name)
		mustRun(t, append([]string{"search", data, "-o", model, "--trials", "5", "--halve=false", "--metric", "log-loss"}, more...)...)
		return contents(t, model)
	}
	journal := filepath.Join(dir, "journal")
	first := search("a", "--journal", journal)
	assert.Equal(t, first, search("b", "--workers", "1"))
	assert.Equal(t, first, search("c", "--journal", journal))
}

func TestSearchOfExactFits(t *testing.T) {
	data, model := idx(t), filepath.Join(t.TempDir(), "model")
	var r struct {
		Search struct {
			Trials []struct{ Candidate string }
		}
		Fit fitReport
	}
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "search", data, "-o", model, "--trials", "4", "--exact", "--members", "1",
		"--loss", "softmax,ovr-logistic", "--l2", "1e-5:1e-1", "--json")), &r))
	assert.NotEmpty(t, r.Search.Trials)
	assert.True(t, r.Fit.Converged)
}
