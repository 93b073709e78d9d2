package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestManualPages(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man1")
	mustRun(t, "man", dir)
	pages, err := filepath.Glob(filepath.Join(dir, "argmax-*.1"))
	require.NoError(t, err)
	assert.Greater(t, len(pages), 4)
	assert.Contains(t, contents(t, filepath.Join(dir, "argmax-train.1")), "--batch-size")
}

func TestCompletionOfValues(t *testing.T) {
	out := mustRun(t, "__complete", "train", "x", "--loss", "")
	assert.Contains(t, out, "crammer-singer\n")
}
