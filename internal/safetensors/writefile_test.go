package safetensors

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	model    = []Tensor{{"w", []int{2}, []float32{1, 2}}}
	metadata = map[string]string{"kind": "linear"}
)

// names lists what is in dir, hidden files included.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	all := []string{}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.safetensors")
	for range 2 { // a new file, then one to replace
		require.NoError(t, WriteFile(path, model, metadata))
		gotModel, gotMetadata, err := ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, model, gotModel)
		assert.Equal(t, metadata, gotMetadata)
		assert.Equal(t, []string{"m.safetensors"}, names(t, dir))
	}
}

func TestWriteFileInTheCurrentDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, WriteFile("m", model, nil))
	assert.Equal(t, []string{"m"}, names(t, "."))
}

// Whatever fails, the old file stays and nothing new is left.
func TestWriteFileFails(t *testing.T) {
	broken := errors.New("disk full")
	for name, write := range map[string]func(path string) error{
		"half way": func(path string) error {
			return replaceFile(path, func(w io.Writer) error {
				io.WriteString(w, "half")
				return broken
			})
		},
		"in a name": func(path string) error { return WriteFile(path, []Tensor{{Name: "\xff", Shape: []int{0}}}, nil) },
		"in a panic": func(path string) (err error) {
			defer func() { err = errors.New(recover().(string)) }()
			return WriteFile(path, []Tensor{{Name: "w", Shape: []int{1}}}, nil)
		},
		"at the rename": func(path string) error {
			return replaceFile(path, func(w io.Writer) error {
				return os.Remove(w.(*os.File).Name()) // as if the directory was cleaned meanwhile
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "m")
			assert.Error(t, write(path))
			assert.Empty(t, names(t, dir))

			require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
			assert.Error(t, write(path))
			assert.Equal(t, []string{"m"}, names(t, dir))
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, "old", string(content))
		})
	}
}

func TestWriteFileWithoutDirectory(t *testing.T) {
	assert.ErrorIs(t, WriteFile(filepath.Join(t.TempDir(), "none", "m"), model, nil), fs.ErrNotExist)
}

func TestWriteFileReplacesRegularFilesOnly(t *testing.T) {
	dir := t.TempDir()
	assert.ErrorContains(t, WriteFile(dir, model, nil), "not a regular file")
	if runtime.GOOS != "windows" {
		assert.ErrorContains(t, WriteFile(os.DevNull, model, nil), "not a regular file")
	}
	dangling := filepath.Join(dir, "dangling")
	if err := os.Symlink(filepath.Join(dir, "none"), dangling); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	assert.ErrorContains(t, WriteFile(dangling, model, nil), "not a regular file")
	assert.Equal(t, []string{"dangling"}, names(t, dir))
}

func TestWriteFileFollowsLinks(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	link, target := filepath.Join(dir, "latest"), filepath.Join(other, "m")
	require.NoError(t, os.WriteFile(target, nil, 0o600))
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	require.NoError(t, WriteFile(link, model, nil))
	assert.Equal(t, []string{"latest"}, names(t, dir))
	assert.Equal(t, []string{"m"}, names(t, other))
	got, _, err := ReadFile(target)
	require.NoError(t, err)
	assert.Equal(t, model, got)
}

func TestWriteFilePermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such permissions")
	}
	dir := t.TempDir()
	plain, path := filepath.Join(dir, "plain"), filepath.Join(dir, "m")
	perm := func(path string) fs.FileMode {
		info, err := os.Stat(path)
		require.NoError(t, err)
		return info.Mode().Perm()
	}
	require.NoError(t, os.WriteFile(plain, nil, 0o666))
	require.NoError(t, WriteFile(path, model, nil))
	assert.Equal(t, perm(plain), perm(path), "a new file has not the permissions of any new file")
	for _, want := range []fs.FileMode{0o600, 0o666} {
		require.NoError(t, os.Chmod(path, want))
		require.NoError(t, WriteFile(path, model, nil))
		assert.Equal(t, want, perm(path), "a replaced file lost its permissions")
	}
}

func TestReadFileNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	_, _, err := ReadFile(path)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, os.WriteFile(path, image(`{}`, 1), 0o600))
	_, _, err = ReadFile(path)
	assert.EqualError(t, err, path+": safetensors: the tensors end at 0 of the data, which has 4 bytes")
}
