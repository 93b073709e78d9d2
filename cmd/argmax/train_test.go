package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTrainEvalPredict(t *testing.T) {
	for _, loss := range []string{"softmax", "hinge"} {
		photos, model := folders(t, 12, 9), filepath.Join(t.TempDir(), "model.safetensors")
		out := mustRun(t, "train", photos, "-o", model, "--loss", loss, "--width", "6", "--height", "6", "--channels", "3", "--l2", "1e-4")
		assert.Contains(t, out, "24 images of 6x6x3, 2 classes\n")
		assert.Regexp(t, `the gap is within the tolerance: objective .* \(loss .*, penalty .*\), at most \S+ above the minimum\n`, out)
		assert.Contains(t, out, ": accuracy 100.00 %\n")
		assert.Contains(t, out, "wrote "+model)

		m, err := classifier.ReadLinearFile(model)
		require.NoError(t, err)
		info := m.Info()
		assert.Equal(t, []string{"dark", "light"}, info.Classes)
		assert.Equal(t, classifier.Shape{Height: 6, Width: 6, Channels: 3}, info.Shape)
		assert.Equal(t, loss, info.Notes["loss"])
		assert.Equal(t, map[string]string{"softmax": "softmax", "hinge": "none"}[loss], info.Link.String())
		assert.Equal(t, "0.0001", info.Notes["l2"])
		assert.Equal(t, "true", info.Notes["converged"])
		assert.NotEmpty(t, info.Notes["gap"])
		assert.Equal(t, map[string]string{"softmax": "", "hinge": "1"}[loss], info.Notes["margin"])

		out = mustRun(t, "eval", model, photos) // resized to the model's shape
		assert.Contains(t, out, "accuracy 100.00 % (24 of 24)")
		assert.Regexp(t, `(?m)^dark +12 +100.0 %`, out)
		var report struct {
			Accuracy  float64
			Confusion [][]int
		}
		require.NoError(t, json.Unmarshal([]byte(mustRun(t, "eval", model, photos, "--json")), &report))
		assert.Equal(t, 1.0, report.Accuracy)
		assert.Equal(t, [][]int{{12, 0}, {0, 12}}, report.Confusion)

		picture := filepath.Join(photos, "light", "3.png")
		out = mustRun(t, "predict", model, picture)
		assert.Regexp(t, `^\S+3\.png  light .*  dark `, out)
		assert.Equal(t, loss == "softmax", regexp.MustCompile(`light [\d.]+ %`).MatchString(out), "probabilities: %s", out)
	}
}

func TestTrainSaysTestAccuracy(t *testing.T) {
	model := filepath.Join(t.TempDir(), "model")
	out := mustRun(t, "train", idx(t), "-o", model, "--test")
	assert.Contains(t, out, " train: accuracy 100.00 %\n")
	assert.Contains(t, out, " test: accuracy 100.00 % (20 of 20)")
}

func TestInterruptedTrainingKeepsWhatItHasBesideTheModel(t *testing.T) {
	model := filepath.Join(t.TempDir(), "model.safetensors")
	mustRun(t, "train", idx(t), "-o", model)
	finished, err := os.ReadFile(model)
	require.NoError(t, err)
	o := call(&asked{context.Background(), 7}, "train", idx(t), "-o", model, "--solver", "sgd", "--epochs", "9", "--batch-size", "30")
	partial := strings.Replace(model, ".safetensors", ".partial.safetensors", 1)
	assert.Equal(t, "argmax: interrupted after 3 iterations: the unfinished model is in "+partial+"\n", o.problems, "two steps an epoch")
	assert.Equal(t, 1, o.code)
	m, err := classifier.ReadLinearFile(partial)
	require.NoError(t, err)
	assert.Equal(t, "after 3 iterations", m.Info().Notes["interrupted"])
	assert.Equal(t, "3", m.Info().Notes["epochs"])
	kept, err := os.ReadFile(model)
	require.NoError(t, err)
	assert.Equal(t, finished, kept)
}

func TestInterruptInTheFirstEpochWritesNothing(t *testing.T) {
	dir := t.TempDir()
	o := call(&asked{context.Background(), 1}, "train", idx(t), "-o", filepath.Join(dir, "model"), "--solver", "sgd", "--batch-size", "30")
	assert.Equal(t, outcome{o.out, "argmax: interrupted\n", 1}, o)
	written, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, written)
}

// The program itself, interrupted from outside.
func TestInterruptSignal(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot send an interrupt there")
	}
	cmd := exec.Command(os.Args[0], "train", idx(t), "-o", filepath.Join(t.TempDir(), "model"), "--solver", "sgd", "--epochs", "1000000000")
	cmd.Env = append(os.Environ(), "ARGMAX_TEST_MAIN=1")
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewReader(out)
	_, err = lines.ReadString('\n') // the training is about to begin
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	_, err = io.Copy(io.Discard, lines)
	require.NoError(t, err)
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Wait(), &exit)
	assert.Equal(t, 1, exit.ExitCode())
	assert.Regexp(t, `^argmax: interrupted.*\n$`, problems.String())
}

func TestNoMomentum(t *testing.T) {
	losses := map[string]bool{}
	for _, momentum := range []string{"0", "0.9"} {
		out := mustRun(t, "train", idx(t), "-o", filepath.Join(t.TempDir(), "model"), "--solver", "sgd", "--momentum", momentum)
		losses[regexp.MustCompile(`loss \S+`).FindString(out)] = true
	}
	assert.Len(t, losses, 2, "%v", losses)
}

func TestWhatIsNoModelIsNotOverwritten(t *testing.T) {
	letter := filepath.Join(t.TempDir(), "letter")
	require.NoError(t, os.WriteFile(letter, []byte("Dear reader"), 0o644))
	problems := mustFail(t, 1, "train", idx(t), "-o", letter)
	assert.Equal(t, "argmax: "+letter+" exists and is not a model: --force overwrites it\n", problems)
	mustRun(t, "train", idx(t), "-o", letter, "--force")
	mustRun(t, "train", idx(t), "-o", letter)
}

func TestModelOnTheStandardOutput(t *testing.T) {
	o := call(context.Background(), "train", idx(t), "-o", "-")
	require.Zero(t, o.code, o.problems)
	m, err := classifier.ReadLinear(strings.NewReader(o.out))
	require.NoError(t, err)
	assert.Equal(t, 25, m.Features())
	assert.Contains(t, o.problems, "wrote -\n")
}

func TestTrainAsJSON(t *testing.T) {
	var r trained
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "train", idx(t), "-o", filepath.Join(t.TempDir(), "m"), "--json", "--test")), &r))
	assert.Equal(t, map[string]float64{"train": 1, "test": 1}, r.Accuracy)
	assert.True(t, r.Report.Converged)
	assert.Equal(t, 60, r.Examples)
}

func TestQuiet(t *testing.T) {
	assert.Empty(t, mustRun(t, "train", idx(t), "-o", filepath.Join(t.TempDir(), "m"), "-q"))
}

func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full: ", err)
	}
	defer full.Close()
	for _, args := range [][]string{{"version"}, {"--help"}, {"train", idx(t), "-o", filepath.Join(t.TempDir(), "m")}} {
		var problems bytes.Buffer
		assert.Equal(t, 1, run(context.Background(), args, nil, full, &problems), "%v", args)
		assert.Contains(t, problems.String(), "no space left on device", "%v", args)
	}
}

func TestTrainWithValidation(t *testing.T) {
	dir := t.TempDir()
	model, log := filepath.Join(dir, "m"), filepath.Join(dir, "log")
	out := mustRun(t, "train", idx(t), "-o", model, "--val", "20%", "--patience", "5", "--solver", "sgd", "--epochs", "7", "--log", log)
	assert.Regexp(t, `(?m)^validation: accuracy 100.00 %, loss \S+, lowest at iteration \d+$`, out)
	lines := decodeLines[fitReport](t, contents(t, log))
	require.Len(t, lines, 7)
	for i, line := range lines {
		assert.Equal(t, i+1, line.Iterations)
		assert.NotNil(t, line.Validation)
	}
}

func TestTrainFromAModel(t *testing.T) {
	data, first, second := idx(t), filepath.Join(t.TempDir(), "m"), filepath.Join(t.TempDir(), "m")
	mustRun(t, "train", data, "-o", first)
	var r trained
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "train", data, "-o", second, "--start", first, "--json")), &r))
	assert.Less(t, r.Report.Iterations, 3, "it was at the minimum")
}

func TestEveryOptimizerAndSchedule(t *testing.T) {
	data, seen := idx(t), map[string]string{}
	for _, optimizer := range optimizers {
		for _, schedule := range []string{"linear", "cosine", "constant", "step:2:0.5", "inverse:1"} {
			model := filepath.Join(t.TempDir(), "m")
			mustRun(t, "train", data, "-o", model, "--solver", "sgd", "--epochs", "4", "--batch-size", "30",
				"--optimizer", optimizer, "--schedule", schedule, "--warm-up", "1")
			m, err := classifier.ReadLinearFile(model)
			require.NoError(t, err)
			info := m.Info()
			assert.Equal(t, optimizer, info.Notes["optimizer"])
			assert.Equal(t, schedule, info.Notes["schedule"])
			weights := make([]float32, m.Features())
			m.Template(weights, 1)
			key := fmt.Sprint(weights)
			assert.Empty(t, seen[key], "%s with %s learns what %s does", optimizer, schedule, seen[key])
			seen[key] = optimizer + " with " + schedule
		}
	}
}

func TestInterruptedTrainingResumesToTheSameModel(t *testing.T) {
	dir, data := t.TempDir(), idx(t)
	whole, resumed, state := filepath.Join(dir, "whole"), filepath.Join(dir, "resumed"), filepath.Join(dir, "state")
	arguments := []string{"train", data, "--solver", "sgd", "--epochs", "9", "--batch-size", "30"}
	mustRun(t, append(arguments, "-o", whole)...)
	o := call(&asked{context.Background(), 7}, append(arguments, "-o", resumed, "--checkpoint", state)...)
	require.Equal(t, 1, o.code, o.problems)
	mustRun(t, append(arguments, "-o", resumed, "--resume", state)...)
	a, err := classifier.ReadLinearFile(whole)
	require.NoError(t, err)
	b, err := classifier.ReadLinearFile(resumed)
	require.NoError(t, err)
	weights := func(m *classifier.Linear) (w [2][25]float32) {
		m.Template(w[0][:], 0)
		m.Template(w[1][:], 1)
		return w
	}
	assert.Equal(t, weights(a), weights(b))
}

// A folder val is the validation set.
func TestValidationSetOfAFolder(t *testing.T) {
	dir := t.TempDir()
	for _, part := range []string{"train", "val"} {
		require.NoError(t, os.Rename(folders(t, 4, 4), filepath.Join(dir, part)))
	}
	out := mustRun(t, "train", dir, "-o", filepath.Join(t.TempDir(), "m"), "--patience", "3")
	assert.Contains(t, out, "validation: accuracy 100.00 %")
}
