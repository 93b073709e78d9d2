package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/metrics"
)

// shades trains a model of the shades of idx.
func shades(t *testing.T) (data, model string) {
	data, model = idx(t), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", data, "-o", model)
	return data, model
}

func TestLookConfusion(t *testing.T) {
	data, model := shades(t)
	picture := filepath.Join(t.TempDir(), "x.svg")
	out := mustRun(t, "look", "confusion", model, data, "-o", picture)
	assert.Equal(t, "wrote "+picture+"\n", out)
	light := contents(t, picture)
	assert.Contains(t, light, "20 of 20 examples right")
	var r metrics.Report
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "look", "confusion", model, data, "-o", picture, "--theme", "dark", "--json")), &r))
	assert.Equal(t, 20, r.Correct)
	assert.NotEqual(t, light, contents(t, picture), "the other theme")
}

func TestLookMistakes(t *testing.T) {
	data, model := shades(t)
	for message, args := range map[string][]string{
		"--out: the picture to write is missing":                   {"look", "confusion", model, data},
		"x.pdf: a picture is .svg or .png":                         {"look", "confusion", model, data, "-o", "x.pdf"},
		"--theme grey: want light or dark":                         {"look", "confusion", model, data, "-o", "x.svg", "--theme", "grey"},
		"--out-width 12: want a whole number of at least 320":      {"look", "confusion", model, data, "-o", "x.svg", "--out-width", "12"},
		`unknown command "argmax look confusio": did you mean con`: {"look", "confusio"},
	} {
		assert.Contains(t, mustFail(t, 2, args...), message)
	}
}
