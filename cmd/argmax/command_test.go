package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// TestMain runs the program itself if a test has set the variable, so that tests can
// check exit codes.
func TestMain(m *testing.M) {
	if os.Getenv("ARGMAX_TEST_MAIN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// call runs a command in this process.
func call(ctx context.Context, args ...string) (stdout, stderr string, err error) {
	var out, problems bytes.Buffer
	cmd := newCommand()
	cmd.SetOut(&out)
	cmd.SetErr(&problems)
	cmd.SetArgs(args)
	err = cmd.ExecuteContext(ctx)
	return out.String(), problems.String(), err
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	out, _, err := call(context.Background(), args...)
	require.NoError(t, err)
	return out
}

// shades are images of n×n pixels whose brightness is their class, with noise.
func shade(class, n int, r *rand.Rand) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, n, n))
	for i := range m.Pix {
		m.Pix[i] = uint8(60 + 130*class + r.IntN(41) - 20)
	}
	return m
}

// folders writes a folder of images of two classes, dark and light.
func folders(t *testing.T, perClass, size int) string {
	dir, r := t.TempDir(), rand.New(rand.NewPCG(1, 2))
	for class, name := range []string{"dark", "light"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o755))
		for i := range perClass {
			f, err := os.Create(filepath.Join(dir, name, strconv.Itoa(i)+".png"))
			require.NoError(t, err)
			require.NoError(t, png.Encode(f, shade(class, size, r)))
			require.NoError(t, f.Close())
		}
	}
	return dir
}

// idx writes IDX files of two classes with a training and a test set.
func idx(t *testing.T) string {
	dir, r := t.TempDir(), rand.New(rand.NewPCG(3, 4))
	write := func(name string, header []uint32, data []byte) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		require.NoError(t, binary.Write(z, binary.BigEndian, header))
		_, err := z.Write(data)
		require.NoError(t, err)
		require.NoError(t, z.Close())
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644))
	}
	for part, n := range map[string]int{"train": 60, "t10k": 20} {
		var pixels, labels []byte
		for i := range n {
			pixels = append(pixels, shade(i%2, 5, r).Pix...)
			labels = append(labels, byte(i%2))
		}
		write(part+"-images-idx3-ubyte.gz", []uint32{0x803, uint32(n), 5, 5}, pixels)
		write(part+"-labels-idx1-ubyte.gz", []uint32{0x801, uint32(n)}, labels)
	}
	return dir
}

// cifar100 writes CIFAR-100 files with an image of each class for the test, and
// twice the same ones to train with.
func cifar100(t *testing.T) string {
	dir, r := t.TempDir(), rand.NewChaCha8([32]byte{5})
	var records []byte
	for class := range 100 {
		image := make([]byte, 32*32*3)
		_, _ = r.Read(image) // never fails
		records = append(append(records, byte(class/5), byte(class)), image...)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "train.bin"), slices.Repeat(records, 2), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "test.bin"), records, 0o644))
	return dir
}

func TestTrainEvalPredict(t *testing.T) {
	for _, loss := range []string{"softmax", "hinge"} {
		photos, model := folders(t, 12, 9), filepath.Join(t.TempDir(), "model.safetensors")
		out := mustRun(t, "train", photos, "-o", model, "--loss", loss, "--width", "6", "--height", "6", "--l2", "1e-4", "--epochs", "9")
		assert.Contains(t, out, "24 images of 6x6x3, 2 classes\n")
		assert.Regexp(t, `9 of 9 epochs in .* s: loss .*, penalty `, out)
		assert.Contains(t, out, "accuracy 100.00 % (24 of 24)")
		assert.Contains(t, out, "wrote "+model)

		m, err := classifier.ReadLinearFile(model)
		require.NoError(t, err)
		info := m.Info()
		assert.Equal(t, []string{"dark", "light"}, info.Classes)
		assert.Equal(t, classifier.Shape{Height: 6, Width: 6, Channels: 3}, info.Shape)
		assert.Equal(t, loss, info.Notes["loss"])
		assert.Equal(t, map[string]string{"softmax": "0.003", "hinge": "0.0005"}[loss], info.Notes["rate"])
		assert.Equal(t, map[string]string{"softmax": "softmax", "hinge": "none"}[loss], info.Link.String())
		assert.Equal(t, "0.0001", info.Notes["l2"])
		assert.Equal(t, "9", info.Notes["epochs"])
		assert.Equal(t, "128", info.Notes["batch"])
		assert.Equal(t, "0.9", info.Notes["momentum"])
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
		assert.Regexp(t, `^\S+3\.png +light .* +dark `, out)
		assert.Equal(t, loss == "softmax", regexp.MustCompile(`light [\d.]+ %`).MatchString(out), "probabilities: %s", out)
	}
}

func TestPredictGoesOnAfterABadFile(t *testing.T) {
	photos, model := folders(t, 5, 4), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model)
	good, bad := filepath.Join(photos, "dark", "1.png"), filepath.Join(photos, "broken.png")
	require.NoError(t, os.WriteFile(bad, []byte("no image"), 0o644))
	out, problems, err := call(context.Background(), "predict", model, bad, good, "--top", "1", "--json")
	assert.EqualError(t, err, "1 of 2 files have no prediction")
	assert.Equal(t, 1, exitCode(err))
	assert.Contains(t, problems, bad)
	var ps []prediction
	require.NoError(t, json.Unmarshal([]byte(out), &ps))
	assert.NotEmpty(t, ps[0].Error)
	assert.Equal(t, "dark", ps[1].Class)
	assert.Len(t, ps[1].Top, 1)
}

// A score that is no number has no place in an order, nor in JSON.
func TestPredictWithoutFiniteScores(t *testing.T) {
	photos, model := folders(t, 1, 4), filepath.Join(t.TempDir(), "model")
	m, err := classifier.NewLinear(kernels.NewMatrix(2, 16), []float32{0, float32(math.Inf(1))},
		classifier.Info{Classes: []string{"finite", "infinite"}, Shape: classifier.Shape{Height: 4, Width: 4, Channels: 1}})
	require.NoError(t, err)
	require.NoError(t, m.WriteFile(model))
	_, problems, err := call(context.Background(), "predict", model, filepath.Join(photos, "dark", "0.png"), "--json")
	assert.EqualError(t, err, "1 of 1 files have no prediction")
	assert.Contains(t, problems, "0.png: the score of infinite is +Inf")
}

func TestPredictCanBeInterrupted(t *testing.T) {
	photos, model := folders(t, 2, 4), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model)
	picture := filepath.Join(photos, "dark", "1.png")
	out, _, err := call(&asked{context.Background(), 1}, "predict", model, picture, picture)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, out)
}

func TestTrainSaysTestAccuracy(t *testing.T) {
	model := filepath.Join(t.TempDir(), "model")
	out := mustRun(t, "train", idx(t), "-o", model)
	assert.Contains(t, out, " train: accuracy 100.00 % (60 of 60)")
	assert.Contains(t, out, " test: accuracy 100.00 % (20 of 20)")
}

func TestKNN(t *testing.T) {
	data := idx(t)
	out := mustRun(t, "knn", data, "-k", "1,3", "--metric", "l1", "--limit", "10")
	assert.Contains(t, out, "60 images of 5x5x1, 10 classes;")
	assert.Regexp(t, `(?m)^1 +100.00 % +10\n3 +100.00 % +10\nL1, `, out)
	out = mustRun(t, "knn", data, data)
	assert.Regexp(t, `(?m)^5 +100.00 % +20$`, out)
}

// asked is a context that is cancelled after left calls of Err, which training makes
// before each step.
type asked struct {
	context.Context
	left int
}

func (a *asked) Err() error {
	if a.left--; a.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestInterruptedTrainingKeepsWhatItHas(t *testing.T) {
	model := filepath.Join(t.TempDir(), "model")
	_, _, err := call(&asked{context.Background(), 7}, "train", idx(t), "-o", model, "--epochs", "9", "--batch", "30")
	require.EqualError(t, err, "interrupted: "+model+" holds the model of epoch 3 of 9", "two steps an epoch")
	assert.Equal(t, 1, exitCode(err))
	m, err := classifier.ReadLinearFile(model)
	require.NoError(t, err)
	assert.Equal(t, "epoch 3 of 9", m.Info().Notes["interrupted"])
	assert.Equal(t, "3", m.Info().Notes["epochs"])
}

func TestInterruptInTheFirstEpochKeepsTheFile(t *testing.T) {
	model := filepath.Join(t.TempDir(), "model")
	require.NoError(t, os.WriteFile(model, []byte("an older model"), 0o644))
	_, _, err := call(&asked{context.Background(), 1}, "train", idx(t), "-o", model, "--batch", "30")
	require.ErrorIs(t, err, context.Canceled)
	kept, err := os.ReadFile(model)
	require.NoError(t, err)
	assert.Equal(t, "an older model", string(kept))
}

// The program itself, interrupted from outside.
func TestInterruptSignal(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot send an interrupt there")
	}
	cmd := exec.Command(os.Args[0], "train", idx(t), "-o", filepath.Join(t.TempDir(), "model"), "--epochs", "1000000000")
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
		out := mustRun(t, "train", idx(t), "-o", filepath.Join(t.TempDir(), "model"), "--momentum", momentum)
		losses[regexp.MustCompile(`loss \S+`).FindString(out)] = true
	}
	assert.Len(t, losses, 2, "%v", losses)
}

func TestEvalFindsClassesByName(t *testing.T) {
	photos, model := folders(t, 5, 4), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model)
	require.NoError(t, os.RemoveAll(filepath.Join(photos, "dark")))
	out := mustRun(t, "eval", model, photos)
	assert.Contains(t, out, "accuracy 100.00 % (5 of 5)")
	assert.Regexp(t, `(?m)^ +predicted +0  1\n +dark  0  ·  ·\n +light  1  ·  5$`, out)
}

func TestEvalOfManyClassesHasNoMatrix(t *testing.T) {
	data, model := cifar100(t), filepath.Join(t.TempDir(), "model")
	out := mustRun(t, "train", data, "-o", model, "--epochs", "2")
	assert.Contains(t, out, "200 images of 32x32x3, 100 classes")
	out = mustRun(t, "eval", model, data)
	assert.Regexp(t, `(?m)^99 +1 +100.0 %`, out)
	assert.Len(t, strings.Split(out, "\n"), 1+1+1+100+1)
}

func TestMistakesAreOneLine(t *testing.T) {
	photos, data := folders(t, 2, 4), idx(t)
	model, other := filepath.Join(t.TempDir(), "model"), filepath.Join(t.TempDir(), "other")
	mustRun(t, "train", photos, "-o", model)
	require.NoError(t, os.WriteFile(other, []byte("no model"), 0o644))
	strange := folders(t, 2, 4)
	require.NoError(t, os.Rename(filepath.Join(strange, "light"), filepath.Join(strange, "grey")))
	for _, c := range []struct {
		args    []string
		message string
		code    int
	}{
		{[]string{"bogus"}, `unknown command "bogus"`, 2},
		{[]string{"train", data}, "--out: the model file to write is missing", 2},
		{[]string{"train", data, "-o", filepath.Join(other, "model")}, "its directory does not exist", 1},
		{[]string{"train", data, "-o", data}, "not a regular file", 1},
		{[]string{"train"}, "accepts 1 arg(s), received 0", 2},
		{[]string{"train", data, "-o", other, "--loss", "l2"}, "--loss l2: must be softmax or hinge", 2},
		{[]string{"train", data, "-o", other, "--epochs", "x"}, `invalid argument "x"`, 2},
		{[]string{"train", data, "-o", other, "--epochs", "0"}, "--epochs 0: must be at least 1", 2},
		{[]string{"train", data, "-o", other, "--batch", "0"}, "--batch 0: must be at least 1", 2},
		{[]string{"train", data, "-o", other, "--margin", "0"}, "--margin 0: must be more than 0", 2},
		{[]string{"train", data, "-o", other, "--momentum", "-1"}, "--momentum -1: must be at least 0", 2},
		{[]string{"train", data, "-o", other, "--rate", "-1"}, "--rate -1: must be more than 0", 2},
		{[]string{"train", data, "-o", other, "--rate", "0"}, "--rate 0: must be more than 0", 2},
		{[]string{"train", data, "-o", other, "--l2", "-1"}, "--l2 -1: must be at least 0", 2},
		{[]string{"train", data, "-o", other, "--rate", "3e38", "--epochs", "1", "--batch", "60"}, "training diverged", 1},
		{[]string{"train", data, "-o", other, "--width", "9", "--height", "9"}, "images of 5x5x1, not 9x9x1: only images in folders are resized", 1},
		{[]string{"train", photos, "-o", other, "--width", "3"}, "--width and --height: give both or neither", 2},
		{[]string{"train", "/no/such/folder", "-o", other}, "/no/such/folder", 1},
		{[]string{"eval", other, data}, other, 1},
		{[]string{"eval", model, data}, "images of 5x5x1, not 4x4x3", 1},
		{[]string{"eval", model, strange}, strange + " has the class grey, which the model does not know; it knows dark, light", 1},
		{[]string{"predict", model, "x.png", "--top", "0"}, "--top 0", 2},
		{[]string{"knn", data, "-k", "0"}, "--neighbours 0", 2},
		{[]string{"knn", data, "--limit", "-1"}, "--limit -1", 2},
		{[]string{"knn", photos, strange}, strange + " has the class grey", 1},
		{[]string{"knn", data, "--metric", "l3"}, "--metric l3: l2, l1, linf or cosine", 2},
		{[]string{"knn", photos}, "has no test set: give one as TEST", 2},
	} {
		_, _, err := call(context.Background(), c.args...)
		if assert.ErrorContains(t, err, c.message, "%v", c.args) {
			assert.Equal(t, c.code, exitCode(err), "%v", c.args)
			assert.NotContains(t, err.Error(), "\n")
		}
	}
}

// An instruction set that is unknown, or not here, stops every command.
func TestForcedInstructionSet(t *testing.T) {
	program := func(isa string, args ...string) (string, error) {
		cmd := exec.Command(os.Args[0], args...)
		cmd.Env = append(os.Environ(), "ARGMAX_TEST_MAIN=1", "ARGMAX_ISA="+isa)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := program("generic", "version")
	require.NoError(t, err)
	assert.Contains(t, out, "instruction set generic")
	for _, args := range [][]string{{"demo"}, {"train", "x", "-o", "y"}, {"eval", "x", "y"}, {"predict", "x", "y"}, {"knn", "x"}, {"version"}} {
		out, err := program("bogus", args...)
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit, "%v", args)
		assert.Equal(t, 2, exit.ExitCode(), "%v", args)
		assert.Regexp(t, `^argmax: ARGMAX_ISA=bogus: unknown; available here: .*\n$`, out, "%v", args)
	}
}

// The accuracies of the demonstration are the same on every processor.
func TestDemo(t *testing.T) {
	for _, isa := range argmax.Available() {
		if isa == "generic" {
			continue // it is the others' definition, and takes longer
		}
		cmd := exec.Command(os.Args[0], "demo")
		cmd.Env = append(os.Environ(), "ARGMAX_TEST_MAIN=1", "ARGMAX_ISA="+isa)
		begin := time.Now()
		printed, err := cmd.Output()
		require.NoError(t, err)
		assert.Less(t, time.Since(begin), 15*time.Second)
		out := string(printed)
		assert.Contains(t, out, "instruction set: "+isa+"\n")
		for _, row := range []string{`softmax +83\.2 %`, `SVM +83\.6 %`, `5 nearest neighbours +80\.9 %`} {
			assert.Regexp(t, `(?m)^`+row+` +\S+s +\S+s$`, out)
		}
	}
}

func TestTransparencyAndSizeOfPictures(t *testing.T) {
	photos, model := folders(t, 5, 4), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model)
	file := filepath.Join(t.TempDir(), "clear.png")
	f, err := os.Create(file)
	require.NoError(t, err)
	m := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	m.Set(0, 0, color.NRGBA{A: 255})
	require.NoError(t, png.Encode(f, m))
	require.NoError(t, f.Close())
	assert.Regexp(t, `clear\.png +light`, mustRun(t, "predict", model, file), "transparent is white")
}

// The test cache does not know variables that are read while packages start, so
// this reads it again: a run that was meant for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv("ARGMAX_ISA"); force != "" {
		require.Equal(t, force, argmax.Active())
	}
}
