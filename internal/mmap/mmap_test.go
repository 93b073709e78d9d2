package mmap_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed842bec00/argmax/internal/mmap"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMap(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(name, []byte("content"), 0o600))
	f, err := os.Open(name)
	require.NoError(t, err)
	data, unmap, err := mmap.Map(f, 4)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	require.NoError(t, err)
	require.NoError(t, f.Close())
	assert.Equal(t, "cont", string(data))
	require.NoError(t, unmap())
}

func TestMapErrors(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(name, []byte("content"), 0o600))
	f, err := os.Open(name)
	require.NoError(t, err)
	for size, problem := range map[int]string{
		0: "mmap: " + name + ": 0 bytes",
		8: "mmap: " + name + ": 8 bytes of a file of 7",
	} {
		_, _, err := mmap.Map(f, size)
		assert.EqualError(t, err, problem)
	}
	require.NoError(t, f.Close())
	_, _, err = mmap.Map(f, 4)
	assert.ErrorIs(t, err, os.ErrClosed)
}
