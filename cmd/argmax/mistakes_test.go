package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
		{[]string{"tarin"}, `unknown command "tarin": did you mean train?`, 2},
		{[]string{"train", data}, "--out: the model file to write is missing", 2},
		{[]string{"train", data, "-o", filepath.Join(other, "model")}, "not a directory", 1},
		{[]string{"train", data, "-o", data}, "is a directory", 1},
		{[]string{"train"}, "0 arguments: the usage is argmax train DATA -o MODEL", 2},
		{[]string{"version", "x"}, "argmax version takes no arguments, but was given x", 2},
		{[]string{"train", data, "--epoch", "3"}, "unknown flag --epoch: did you mean --epochs?", 2},
		{[]string{"train", data, "-o"}, "--out: the value is missing", 2},
		{[]string{"train", data, "-o", other, "--loss", "soft-max"}, "--loss soft-max: want softmax, hinge, squared-hinge, crammer-singer, ovr-logistic, ovr-hinge or ovr-squared-hinge: did you mean softmax?", 2},
		{[]string{"train", data, "-o", other, "--epochs", "x"}, "--epochs x: want a whole number of at least 1", 2},
		{[]string{"train", data, "-o", other, "--epochs", "0"}, "--epochs 0: want a whole number of at least 1", 2},
		{[]string{"train", data, "-o", other, "--batch-size", "0"}, "--batch-size 0: want a whole number of at least 1", 2},
		{[]string{"train", data, "-o", other, "--width", "x"}, "--width x: want a whole number of at least 1", 2},
		{[]string{"train", data, "-o", other, "--margin", "0"}, "--margin 0: want a number above 0", 2},
		{[]string{"train", data, "-o", other, "--margin", "2"}, "--margin: the loss softmax has none", 2},
		{[]string{"train", data, "-o", other, "--loss", "hinge", "--smoothing", "0.1"}, "--smoothing: only the loss softmax has label smoothing", 2},
		{[]string{"train", data, "-o", other, "--momentum", "-1"}, "--momentum -1: want a number from 0 to below 1", 2},
		{[]string{"train", data, "-o", other, "--rate", "-1"}, "--rate -1: want a number above 0", 2},
		{[]string{"train", data, "-o", other, "--rate", "nan"}, "--rate nan: want a number above 0", 2},
		{[]string{"train", data, "-o", other, "--rate", "1e39"}, "--rate 1e39: want a number above 0", 2},
		{[]string{"train", data, "-o", other, "--l2", "-1"}, "--l2 -1: want a number of at least 0", 2},
		{[]string{"train", data, "-o", other, "--epochs", "3"}, "--epochs is for --solver sgd, which auto is not", 2},
		{[]string{"train", data, "-o", model, "--checkpoint-every", "3s"}, "--checkpoint-every needs --checkpoint", 2},
		{[]string{"train", data, "-o", model, "--resume", other}, other, 1},
		{[]string{"train", data, "-o", model, "--val", "110%"}, "--val 110%: want a part such as 10% or 0.1", 2},
		{[]string{"train", data, "-o", model, "--patience", "3"}, "--patience needs a validation set: give --val", 2},
		{[]string{"train", data, "-o", model, "--solver", "sgd", "--max-passes", "3"}, "--max-passes: sgd has --epochs", 2},
		{[]string{"train", data, "-o", model, "--solver", "sgd", "--optimizer", "adam", "--momentum", "0.5"}, "--momentum: the optimizer adam has its own", 2},
		{[]string{"train", data, "-o", model, "--solver", "sgd", "--schedule", "step:0:2"}, "--schedule step:0:2: want step:EPOCHS:FACTOR, such as step:10:0.1", 2},
		{[]string{"train", data, "-o", model, "--solver", "sgd", "--schedule", "cosin"}, "or inverse:RATE: did you mean cosine?", 2},
		{[]string{"train", data, "-o", model, "--solver", "sgd", "--optimizer", "adam", "--l1", "1"}, "L1", 1},
		{[]string{"train", data, "-o", model, "--class-weight", "0=x"}, "--class-weight 0=x: want a number of at least 0", 2},
		{[]string{"train", data, "-o", model, "--class-weight", "no=2"}, "--class-weight no: there is no such class", 1},
		{[]string{"train", data, "-o", model, "--solver", "sgd", "--rate", "3e38", "--epochs", "1", "--batch-size", "60"}, "training diverged", 1},
		{[]string{"train", data, "-o", model, "--width", "9", "--height", "9"}, "images of 5x5x1, not 9x9x1: only images in folders are resized", 1},
		{[]string{"train", photos, "-o", model, "--width", "3"}, "--width and --height: give both or neither", 2},
		{[]string{"train", photos, "-o", model, "--test"}, "has no test set", 2},
		{[]string{"search", data}, "--out: the model file to write is missing", 2},
		{[]string{"search", data, "-o", model, "--folds", "3", "--hold-out", "10%"}, "--folds and --hold-out contradict each other", 2},
		{[]string{"search", data, "-o", model, "--metric", "accurracy"}, "did you mean accuracy?", 2},
		{[]string{"search", data, "-o", model, "--loss", "softmax,hing"}, "did you mean hinge?", 2},
		{[]string{"search", data, "-o", model, "--l2", "1:0"}, "--l2 1:0: want a number, or a range", 2},
		{[]string{"search", data, "-o", model, "--time", "soon"}, "--time soon: want a time such as 90s or 5m", 2},
		{[]string{"train", "/no/such/folder", "-o", model}, "/no/such/folder", 1},
		{[]string{"eval", other, data}, other, 1},
		{[]string{"eval", model, data}, "images of 5x5x1, not 4x4x1", 1},
		{[]string{"eval", model, strange}, strange + `: examples of the class "grey", which the model does not know; it knows "dark", "light"`, 1},
		{[]string{"predict", model, "x.png", "--top", "0"}, "--top 0: want a whole number of at least 1", 2},
		{[]string{"predict", model, "x.png", "--json", "--format", "csv"}, "--json and --format csv contradict each other", 2},
		{[]string{"predict", model}, "no input: give files or folders, or --from", 2},
		{[]string{"predict", model, t.TempDir()}, "there is no input", 1},
		{[]string{"index", "eval", data, "-k", "0"}, "--neighbours 0", 2},
		{[]string{"index", "eval", data, "--limit", "-1"}, "--limit -1", 2},
		{[]string{"index", "eval", photos, strange}, "grey", 1},
		{[]string{"index", "eval", data, "--metric", "l3"}, "--metric l3: want l2, l1, linf, cosine or innerproduct: did you mean l2?", 2},
		{[]string{"index", "eval", data, "--temperature", "2"}, "--temperature: only the vote softmax has one", 2},
		{[]string{"index", "choose-k", data, "--plot", "x.pdf"}, "x.pdf: a picture is .svg or .png", 2},
		{[]string{"index", "query", model, "x", "--radius", "1", "-k", "2"}, "--neighbours and --radius contradict each other", 2},
		{[]string{"index", "eval", photos}, "has no test set: give one as DATA", 2},
	} {
		o := call(context.Background(), c.args...)
		assert.Equal(t, c.code, o.code, "%v", c.args)
		assert.Contains(t, o.problems, c.message, "%v", c.args)
		assert.Regexp(t, `^argmax: .*\n$`, o.problems, "%v: one line", c.args)
		assert.NotRegexp(t, `strconv|(classifier|dataset|loss|kernels): `, o.problems, "%v: nothing about the code", c.args)
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
	for _, args := range [][]string{{"demo"}, {"train", "x", "-o", "y"}, {"eval", "x", "y"}, {"predict", "x", "y"}, {"index", "eval", "x"}, {"version"}} {
		out, err := program("bogus", args...)
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit, "%v", args)
		assert.Equal(t, 2, exit.ExitCode(), "%v", args)
		assert.Regexp(t, `^argmax: ARGMAX_ISA=bogus: unknown; available here: .*\n$`, out, "%v", args)
	}
}
