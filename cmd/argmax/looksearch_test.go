package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

// The accuracies of neighbours are those of index choose-k, and the choice of λ is the
// largest within a standard error of the best.
func TestLookSearch(t *testing.T) {
	data, picture := flowers(t, 90), filepath.Join(t.TempDir(), "x.svg")
	type curve struct {
		Chosen float64
		Points []look.ErrorPoint
	}
	var d struct {
		Examples, Folds int
		L1, Softmax     curve
	}
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "look", "search", data, "-o", picture, "-k", "1,5,20", "--metric", "l1", "--folds", "3", "--json")), &d))
	assert.Equal(t, 90, d.Examples)
	assert.Equal(t, 3, d.Folds)
	var chosen struct {
		Results []kScore
		Best    kScore
	}
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "index", "choose-k", data, "-k", "1,5,20", "--metric", "l1", "--folds", "3", "--json")), &chosen))
	require.Len(t, d.L1.Points, 3)
	assert.Equal(t, float64(chosen.Best.K), d.L1.Chosen)
	for i, r := range chosen.Results {
		p := d.L1.Points[i]
		assert.Equal(t, []float64{float64(r.K), r.Mean, r.StandardError}, []float64{p.X, p.Mean, p.StandardError})
		assert.Len(t, p.Folds, 3)
	}
	require.Len(t, d.Softmax.Points, len(lambdas))
	best := d.Softmax.Points[0]
	for _, p := range d.Softmax.Points {
		if p.Mean > best.Mean {
			best = p
		}
	}
	want := 0.0
	for _, p := range d.Softmax.Points {
		if p.Mean >= best.Mean-best.StandardError {
			want = p.X
		}
	}
	assert.Equal(t, want, d.Softmax.Chosen)
	shown := strings.Join(texts(t, picture), " ")
	assert.Contains(t, shown, fmt.Sprintf("l1: k = %v, %.2f %%", d.L1.Chosen, 100*chosen.Best.Mean))
	assert.Contains(t, shown, fmt.Sprintf("softmax: λ = %v,", want))

	assert.Contains(t, mustFail(t, 2, "look", "search", data, "-o", picture, "-k", "0"), "--neighbours 0: want whole numbers of at least 1")
}
