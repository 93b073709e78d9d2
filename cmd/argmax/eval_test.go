package main

import (
	"os"
	"path/filepath"
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

func TestEvalOfManyClassesHasNoMatrix(t *testing.T) {
	data, model := cifar100(t), filepath.Join(t.TempDir(), "model")
	out := mustRun(t, "train", data, "-o", model, "--solver", "sgd", "--epochs", "2")
	assert.Contains(t, out, "200 images of 32x32x3, 100 classes")
	out = mustRun(t, "eval", model, data)
	assert.Regexp(t, `(?m)^99 +1 +100.0 %`, out)
	assert.Len(t, strings.Split(out, "\n"), 1+1+1+100+1)
}
