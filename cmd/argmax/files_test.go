package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFilesOfArguments(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b/2.png", "b/1.png", "b/.hidden", "b/.git/x.png", "a.png", "c[1].png"} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, nil, 0o644))
	}
	in := func(names ...string) []string {
		for i, name := range names {
			names[i] = filepath.Join(dir, name)
		}
		return names
	}
	collect := func(arguments []string, list string) (all []string, problems []error) {
		for name, err := range files(arguments, strings.NewReader(list)) {
			if err != nil {
				problems = append(problems, err)
				continue
			}
			all = append(all, name)
		}
		return all, problems
	}

	all, problems := collect(in("b", "a.png"), "")
	assert.Equal(t, in("b/1.png", "b/2.png", "a.png"), all, "in order; a folder with all files that are not hidden")
	assert.Empty(t, problems)

	all, _ = collect(in("?.png"), "")
	assert.Equal(t, in("a.png"), all, "a pattern that the shell has left")
	all, _ = collect(in("c[1].png"), "")
	assert.Equal(t, in("c[1].png"), all, "a file, though it looks like a pattern")

	all, _ = collect(nil, filepath.Join(dir, "b")+"\r\n\n"+filepath.Join(dir, "a.png"))
	assert.Equal(t, in("b/1.png", "b/2.png", "a.png"), all, "the names in a list")

	all, problems = collect(append(in("*.gif", "no.png"), "-"), "")
	assert.Equal(t, append(in("no.png"), "-"), all, "whoever opens a file says that it is not there")
	require.Len(t, problems, 1)
	assert.EqualError(t, problems[0], filepath.Join(dir, "*.gif")+": no file matches")
}
