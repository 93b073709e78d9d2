package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lay writes a workspace like ours: a library, and a tool in a module of its own that
// requires an unpublished version of the library.
func lay(t *testing.T, toolMod string) (dir string) {
	t.Helper()
	t.Setenv("GOWORK", "") // the tests of the library also run with GOWORK=off
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOPROXY", "off")
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	for name, content := range map[string]string{
		"go.work":          "go 1.26.0\n\nuse (\n\t.\n\t./cmd/tool\n)\n\nreplace example.com/lib v0.0.0 => ./\n",
		"go.mod":           "module example.com/lib\n\ngo 1.26.0\n",
		"lib.go":           "package lib\n",
		"cmd/tool/go.mod":  toolMod,
		"cmd/tool/main.go": "package main\n\nimport _ \"example.com/lib\"\n\nfunc main() {}\n",
	} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o666))
	}
	return dir
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(content)
}

const (
	untidyMod = "module example.com/lib/cmd/tool\n\ngo 1.26.0\n"
	tidyMod   = untidyMod + "\nrequire example.com/lib v0.0.0\n"
)

func TestTidy(t *testing.T) {
	dir := lay(t, untidyMod)
	tool := filepath.Join(dir, "cmd", "tool")
	var out bytes.Buffer

	assert.EqualError(t, run(&out, dir, nil, true), tool+": untidy")
	assert.Contains(t, out.String(), "+require example.com/lib v0.0.0")
	assert.Equal(t, untidyMod, read(t, tool, "go.mod"), "-check changed it")

	out.Reset()
	require.NoError(t, run(&out, tool, nil, false))
	assert.Equal(t, tidyMod, read(t, tool, "go.mod"))
	assert.NoFileExists(t, filepath.Join(tool, "go.sum"))
	assert.Equal(t, "module example.com/lib\n\ngo 1.26.0\n", read(t, dir, "go.mod"))

	require.NoError(t, run(&out, dir, nil, true))
	assert.Empty(t, out.String())
}

// A go.sum with unneeded lines is untidy, too.
func TestTidyEmptiesGoSum(t *testing.T) {
	dir := lay(t, tidyMod)
	tool := filepath.Join(dir, "cmd", "tool")
	require.NoError(t, os.WriteFile(filepath.Join(tool, "go.sum"), []byte("example.com/none v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"), 0o666))
	assert.EqualError(t, run(&bytes.Buffer{}, dir, []string{tool}, true), tool+": untidy")
	require.NoError(t, run(&bytes.Buffer{}, dir, []string{tool}, false))
	assert.Empty(t, read(t, tool, "go.sum"))
	assert.NoError(t, run(&bytes.Buffer{}, dir, []string{tool}, true))
}

// An error in one module does not hide an error in another.
func TestTidyNamesEveryModule(t *testing.T) {
	dir := lay(t, untidyMod)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "lib.go"), []byte("package lib\n\nimport _ \"example.com/none\"\n"), 0o666))
	err := run(&bytes.Buffer{}, dir, nil, false)
	assert.ErrorContains(t, err, dir+": go mod tidy")
	assert.ErrorContains(t, err, "example.com/none")
	assert.ErrorContains(t, err, filepath.Join(dir, "cmd", "tool")+": go mod tidy")
	assert.Equal(t, untidyMod, read(t, dir, "cmd", "tool", "go.mod"))
}

func TestTidyOutsideAWorkspace(t *testing.T) {
	t.Setenv("GOWORK", "off")
	assert.EqualError(t, run(&bytes.Buffer{}, t.TempDir(), nil, true), "not in a workspace: there is no go.work")
}
