package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/asm/gnu"
)

// What is committed is what the generator writes.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	files, err := generate()
	require.NoError(t, err)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", name))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), "%s is stale: run make generate", name)
	}
}

// Machine code that is written as numbers is what its comment says; on amd64
// there is none.
func TestNumbersAreWhatTheySay(t *testing.T) {
	files, err := generate()
	require.NoError(t, err)
	for name, text := range files {
		switch {
		case strings.HasSuffix(name, "_arm64.s"):
			checked, err := gnu.CheckWords(text)
			if errors.Is(err, gnu.ErrMissing) {
				t.Skip(err)
			}
			require.NoError(t, err, name)
			assert.Equal(t, checked > 0, !strings.HasPrefix(name, "dispatch"), name)
		case strings.HasSuffix(name, "_amd64.s"):
			assert.NotRegexp(t, `(?m)^\s*(BYTE|WORD|LONG|QUAD)\b`, string(text), name)
		}
	}
}
