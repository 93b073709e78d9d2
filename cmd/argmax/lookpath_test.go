package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

// drawnPath is what look path prints of a penalty as JSON.
type drawnPath struct {
	Chosen   float64
	Features []int
	Steps    []look.PathStep
}

// L2 keeps all weights and L1 makes them zero, one after the other.
func TestLookPath(t *testing.T) {
	data, picture := flowers(t, 120), filepath.Join(t.TempDir(), "x.svg")
	var d struct {
		Examples int
		Class    string
		L1, L2   drawnPath
		Elastic  drawnPath `json:"elastic net"`
	}
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "look", "path", data, "-o", picture, "--class", "virginica", "--weights", "3", "--count", "12", "--json")), &d))
	assert.Equal(t, 96, d.Examples, "a fifth is held out")
	assert.Equal(t, "virginica", d.Class)
	for name, p := range map[string]drawnPath{"L2": d.L2, "L1": d.L1, "elastic net": d.Elastic} {
		require.Len(t, p.Steps, 12, name)
		require.Len(t, p.Features, 3, name)
		assert.Contains(t, p.Features, 3, "%s: what tells virginica from others", name)
		best := p.Steps[0]
		for i, step := range p.Steps {
			require.Len(t, step.Weights, 3)
			if i > 0 {
				assert.Greater(t, step.Lambda, p.Steps[i-1].Lambda, name)
			}
			if step.Validation >= best.Validation {
				best = step
			}
			if name == "L2" && step.Lambda < 1 { // above, zero is within the tolerance
				assert.Equal(t, 12, step.Nonzeros, "λ %v", step.Lambda)
			}
		}
		assert.Equal(t, best.Lambda, p.Chosen, "%s: of the best the largest λ", name)
		if name != "L2" {
			assert.Zero(t, p.Steps[11].Nonzeros, name)
			assert.Greater(t, p.Steps[0].Nonzeros, 4, name)
		}
		assert.Contains(t, texts(t, picture), name)
	}
	before := contents(t, picture)
	mustRun(t, "look", "path", data, "-o", picture, "--class", "virginica", "--weights", "3", "--count", "12", "--workers", "1")
	assert.True(t, before == contents(t, picture), "the same picture from one worker")
	assert.Contains(t, mustFail(t, 2, "look", "path", data, "-o", picture, "--class", "virginia"), "there is no such class: did you mean virginica?")
	assert.Contains(t, mustFail(t, 2, "look", "path", data, "-o", picture, "--loss", "hinge"), "want softmax")
}
