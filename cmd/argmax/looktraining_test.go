package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The picture of a log is that of the same training.
func TestLookTraining(t *testing.T) {
	data, dir := idx(t), t.TempDir()
	log, picture := filepath.Join(dir, "log"), filepath.Join(dir, "x.svg")
	flags := []string{"--loss", "softmax", "--l2", "0.01", "--val", "20%"}
	mustRun(t, append([]string{"train", data, "-o", filepath.Join(dir, "model"), "--log", log}, flags...)...)
	var numbers []fitReport
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "look", "training", log, "-o", picture, "--json")), &numbers))
	logged := decodeLines[fitReport](t, contents(t, log))
	assert.Equal(t, logged, numbers)
	fromLog := contents(t, picture)
	assert.Contains(t, strings.Join(texts(t, picture), " "), "On the validation set the loss is lowest at iteration")

	var trained []fitReport
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, append([]string{"look", "training", data, "-o", picture, "--json"}, flags...)...)), &trained))
	require.Len(t, trained, len(logged))
	for i := range logged {
		trained[i].Seconds, logged[i].Seconds = 0, 0
	}
	assert.Equal(t, logged, trained)
	assert.True(t, fromLog == contents(t, picture), "the same picture")
}

func TestLookTrainingMistakes(t *testing.T) {
	dir := t.TempDir()
	for content, message := range map[string]string{
		"{}\n":                             "line 1 is no report of a training",
		`{"iterations":1}` + "\n{broken\n": "line 2: invalid character",
		`{"iterations":2}` + "\n{\"iterations\":2}": "line 2: iteration 2 follows iteration 2",
	} {
		log := filepath.Join(dir, "log")
		require.NoError(t, os.WriteFile(log, []byte(content), 0o644))
		assert.Contains(t, mustFail(t, 1, "look", "training", log, "-o", "x.svg"), message)
	}
	assert.Contains(t, mustFail(t, 1, "look", "training", filepath.Join(dir, "none"), "-o", "x.svg"), "none")
	assert.Contains(t, mustFail(t, 2, "look", "training", idx(t), "-o", "x.svg", "--epochs", "3"), "--epochs is for --solver sgd")
}

// Whatever a log says, it is an error or has numbers that a picture can be drawn of.
func FuzzLog(f *testing.F) {
	f.Add([]byte(`{"solver":"SGD","objective":1,"loss":0.5,"penalty":0.5,"iterations":1,"validation":{"loss":1,"accuracy":0.5}}`))
	f.Add([]byte(`{"iterations":0,"gap":1e300}` + "\n" + `{"iterations":9,"gap":1e-300,"loss":-1e308}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		reports, err := parseLog(bytes.NewReader(content))
		if err != nil {
			return
		}
		require.NotEmpty(t, reports)
		last := -1
		for _, r := range reports {
			require.Greater(t, r.Iterations, last)
			last = r.Iterations
			require.False(t, r.Loss-r.Loss != 0 || r.Objective-r.Objective != 0)
		}
	})
}
