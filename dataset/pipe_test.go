//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package dataset_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/seed842bec00/argmax/dataset"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Opening a named pipe that nobody writes to would wait for ever.
func TestPipesAreRefused(t *testing.T) {
	images, labels := idx(count(2), 2, 1, 1), idx([]byte{1, 0}, 2)
	idxFiles := map[string][]byte{"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels, "classes.txt": []byte("a\nb\n")}
	cifarFiles := cifar10Files()
	cifarFiles["batches.meta.txt"] = []byte("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n")
	for _, files := range []map[string][]byte{idxFiles, cifarFiles} {
		for name := range files {
			dir := write(t, files)
			file := filepath.Join(dir, name)
			require.NoError(t, os.Remove(file))
			require.NoError(t, syscall.Mkfifo(file, 0o600))
			_, err := dataset.Load(context.Background(), dir, dataset.Config{})
			assert.EqualError(t, err, "dataset: open "+file+": not a regular file")
		}
	}
	pipe := filepath.Join(t.TempDir(), "a.png")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	_, err := dataset.ReadImage(pipe, dataset.ImageConfig{Shape: grey2x2})
	assert.EqualError(t, err, "dataset: open "+pipe+": not a regular file")

	dir := write(t, map[string][]byte{"a/1.png": grey(2, 2, 1)})
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "a", "2.png"), 0o600))
	data, err := dataset.Load(context.Background(), dir, dataset.Config{})
	require.NoError(t, err)
	assert.Equal(t, 1, data.Train.Len(), "a pipe among images is skipped")
}
