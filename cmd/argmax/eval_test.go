package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEvalFindsClassesByName(t *testing.T) {
	photos, model := folders(t, 5, 4), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model)
	require.NoError(t, os.RemoveAll(filepath.Join(photos, "dark")))
	out := mustRun(t, "eval", model, photos)
	assert.Contains(t, out, "accuracy 100.00 % (5 of 5)")
	assert.Regexp(t, `(?m)^ +predicted +0  1\n +dark  0  ·  ·\n +light  1  ·  5$`, out)
}

// IDX files name ten classes: those that no image has need no model that knows them.
func TestClassesWithoutImagesDoNotFail(t *testing.T) {
	photos, digits, model := folders(t, 5, 5), idx(t), filepath.Join(t.TempDir(), "model")
	for class, name := range []string{"dark", "light"} {
		require.NoError(t, os.Rename(filepath.Join(photos, name), filepath.Join(photos, strconv.Itoa(class))))
	}
	mustRun(t, "train", photos, "-o", model, "--channels", "1")
	assert.Contains(t, mustRun(t, "eval", model, digits), "accuracy 100.00 % (20 of 20)")
	assert.Regexp(t, `(?m)^1 +100.00 % +20 `, mustRun(t, "index", "eval", photos, digits, "--channels", "1", "-k", "1"))
}

func TestEvalOfManyClassesHasNoMatrix(t *testing.T) {
	data, model := cifar100(t), filepath.Join(t.TempDir(), "model")
	out := mustRun(t, "train", data, "-o", model, "--solver", "sgd", "--epochs", "2")
	assert.Contains(t, out, "200 images of 32x32x3, 100 classes")
	out = mustRun(t, "eval", model, data)
	assert.Regexp(t, `(?m)^99 +1 +100.0 %`, out)
	assert.Len(t, strings.Split(out, "\n"), 3+1+1+100+2+1)
}
