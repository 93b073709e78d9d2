package files

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

// text is a function for Replace that writes s.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

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

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m")
	for _, want := range []string{"new", "replaced", ""} {
		require.NoError(t, Replace(path, text(want)))
		assert.Equal(t, want, content(t, path))
		assert.Equal(t, []string{"m"}, names(t, dir))
	}
}

func TestReplaceInTheCurrentDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, Replace("m", text("new")))
	assert.Equal(t, []string{"m"}, names(t, "."))
}

// Whatever write does, the old file stays and nothing new is left.
func TestReplaceWhenWriteFails(t *testing.T) {
	broken := errors.New("broken")
	for name, write := range map[string]func(w io.Writer) error{
		"with an error": func(w io.Writer) error {
			io.WriteString(w, "half")
			return broken
		},
		"with a panic": func(w io.Writer) error {
			io.WriteString(w, "half")
			panic(broken)
		},
	} {
		t.Run(name, func(t *testing.T) {
			replace := func(path string) (err error) {
				defer func() {
					if r := recover(); r != nil {
						err = r.(error)
					}
				}()
				return Replace(path, write)
			}
			dir := t.TempDir()
			path := filepath.Join(dir, "m")
			assert.ErrorIs(t, replace(path), broken)
			assert.Empty(t, names(t, dir))

			require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
			assert.ErrorIs(t, replace(path), broken)
			assert.Equal(t, []string{"m"}, names(t, dir))
			assert.Equal(t, "old", content(t, path))
		})
	}
}

func TestReplaceWithoutDirectory(t *testing.T) {
	assert.ErrorIs(t, Replace(filepath.Join(t.TempDir(), "none", "m"), text("")), fs.ErrNotExist)
}

func TestReplaceReplacesRegularFilesOnly(t *testing.T) {
	dir := t.TempDir()
	assert.ErrorContains(t, Replace(dir, text("")), "a directory, not a regular file")
	if runtime.GOOS != "windows" {
		assert.ErrorContains(t, Replace(os.DevNull, text("")), "not a regular file")
	}
	dangling, loop := filepath.Join(dir, "dangling"), filepath.Join(dir, "loop")
	if err := os.Symlink(filepath.Join(dir, "none"), dangling); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	assert.ErrorContains(t, Replace(dangling, text("")), "not a regular file")
	require.NoError(t, os.Symlink(loop, loop))
	assert.Error(t, Replace(loop, text("")))
	assert.Equal(t, []string{"dangling", "loop"}, names(t, dir))
}

func TestReplaceFollowsLinks(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	link, target := filepath.Join(dir, "latest"), filepath.Join(other, "m")
	require.NoError(t, os.WriteFile(target, nil, 0o600))
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	require.NoError(t, Replace(link, text("new")))
	assert.Equal(t, []string{"latest"}, names(t, dir))
	assert.Equal(t, []string{"m"}, names(t, other))
	assert.Equal(t, "new", content(t, target))
}

func TestReplaceKeepsPermissions(t *testing.T) {
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
	require.NoError(t, Replace(path, text("")))
	assert.Equal(t, perm(plain), perm(path), "a new file has not the permissions of any new file")
	for _, want := range []fs.FileMode{0o600, 0o666} {
		require.NoError(t, os.Chmod(path, want))
		require.NoError(t, Replace(path, text("")))
		assert.Equal(t, want, perm(path), "a replaced file lost its permissions")
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(path, []byte("text"), 0o600))
	read := func(path string) string {
		f, err := Open(path)
		require.NoError(t, err)
		defer f.Close()
		data, err := io.ReadAll(f)
		require.NoError(t, err)
		return string(data)
	}
	assert.Equal(t, "text", read(path))

	_, err := Open(filepath.Join(dir, "none"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = Open(dir)
	assert.EqualError(t, err, "open "+dir+": a directory, not a regular file")
	if runtime.GOOS != "windows" {
		_, err = Open(os.DevNull)
		assert.EqualError(t, err, "open "+os.DevNull+": not a regular file")
	}
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	assert.Equal(t, "text", read(link))
	require.NoError(t, os.Remove(path))
	_, err = Open(link)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}
