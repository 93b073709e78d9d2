package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/bench"
)

// A short measurement leaves a report with its raw file, and a sentence to quote.
func TestBench(t *testing.T) {
	if testing.Short() || os.Getenv("ARGMAX_EMULATED") != "" {
		t.Skip("measures the limits of the machine")
	}
	dir := filepath.Join(t.TempDir(), "report")
	printed := mustRun(t, "bench", "--time", "1ms", "-o", dir, "--json")
	var o bench.Outcome
	require.NoError(t, json.Unmarshal([]byte(printed), &o), printed)
	assert.Regexp(t, `^On .+, argmax lost \d+ of \d+ contests with the fastest of .*gonum.*, won \d+, and in \d+ the difference was within the noise; .+\.$`, o.Sentence)
	assert.Greater(t, o.Won+o.Lost+o.Level, 10)
	for _, name := range []string{"kernels.txt", "report.md", "report.html", "ratios.svg"} {
		assert.FileExists(t, filepath.Join(dir, name))
	}
	page, err := os.ReadFile(o.Page)
	require.NoError(t, err)
	assert.Contains(t, string(page), "a step of Adam, 30,720 weights")
}

func TestBenchRefuses(t *testing.T) {
	assert.Contains(t, mustFail(t, 2, "bench", "--time", "0s"), "--time 0s: want more than 0")
	assert.Contains(t, mustFail(t, 2, "bench", "argument"), "takes no arguments")
}
