//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package files

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Opening a named pipe that nobody writes to would block.
func TestPipesAreRefused(t *testing.T) {
	dir := t.TempDir()
	pipe, stale := filepath.Join(dir, "pipe"), filepath.Join(dir, temporaryName(lockedSuffix))
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	require.NoError(t, syscall.Mkfifo(stale, 0o600))
	_, err := Open(pipe)
	assert.EqualError(t, err, "open "+pipe+": not a regular file")
	assert.ErrorContains(t, Replace(pipe, text("")), "not a regular file")
	assert.NoError(t, Replace(filepath.Join(dir, "m"), text("")), "a pipe with the name of a temporary file")
	assert.Len(t, names(t, dir), 3)
}
