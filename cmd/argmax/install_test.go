package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const (
	library = "github.com/seed842bec00/argmax"
	benches = library + "/bench" // which the command measures with
	command = library + "/cmd/argmax"
)

// The version under which the test publishes the command. It is not the
// library's, to see which of the two the program reports.
const commandVersion = "v0.0.0-install.test"

// go install takes the modules of the tree as they would be published, one by
// one and without go.work, from a module proxy in a directory.
func TestInstall(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command from scratch")
	}
	top, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	here := filepath.Join(top, "cmd", "argmax")
	required := []module.Version{{Path: library, Version: requiredVersion(t, here, library)}, {Path: benches, Version: requiredVersion(t, here, benches)}}

	proxy := t.TempDir()
	publish(t, proxy, required[0], top)
	publish(t, proxy, required[1], filepath.Join(top, "bench"))
	publish(t, proxy, module.Version{Path: command, Version: commandVersion}, here)

	// The other modules come out of the user's module cache, where go mod download
	// puts them after it has compared them with go.sum. So go install needs no
	// network and no checksum database, and a module that the proxy lacks can not
	// come from elsewhere unnoticed. Its own cache is a directory of its own: the
	// versions of this test must not stay in the user's.
	download(t, here, top, required)
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	require.NoError(t, err)
	cache := filepath.Join(strings.TrimSpace(string(out)), "cache", "download")
	gopath := t.TempDir()
	execute(t, gopath, []string{
		"GOWORK=off",
		"GOPATH=" + gopath,
		"GOMODCACHE=" + filepath.Join(gopath, "pkg", "mod"),
		"GOBIN=" + filepath.Join(gopath, "bin"),
		"GOPROXY=" + fileURL(proxy) + "," + fileURL(cache) + ",off",
		"GOPRIVATE=", "GONOPROXY=", "GOSUMDB=off", "GOVCS=*:off",
		"GOFLAGS=-modcacherw", // so that the test's directory can be removed
	}, "go", "install", command+"@"+commandVersion)

	program := filepath.Join(gopath, "bin", "argmax")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	assert.Contains(t, execute(t, gopath, nil, program, "--help"), "argmax trains linear classifiers")
	assert.Contains(t, execute(t, gopath, nil, program, "version"), "argmax "+commandVersion+",")
}

// A replace directive would break go install of the module that has it; go.work
// has the one that development needs.
func TestNestedModulesReplaceNothing(t *testing.T) {
	for _, dir := range []string{"asm", "bench", "cmd/argmax"} {
		mod := parseMod(t, filepath.Join("..", "..", filepath.FromSlash(dir)))
		assert.Empty(t, mod.Replace, "%s/go.mod", dir)
	}
}

func parseMod(t *testing.T, dir string) *modfile.File {
	t.Helper()
	name := filepath.Join(dir, "go.mod")
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	mod, err := modfile.Parse(name, content, nil)
	require.NoError(t, err)
	return mod
}

// requiredVersion is the version of a module that the go.mod in dir requires.
func requiredVersion(t *testing.T, dir, path string) string {
	t.Helper()
	for _, r := range parseMod(t, dir).Require {
		if r.Mod.Path == path {
			return r.Mod.Version
		}
	}
	require.Fail(t, "go.mod does not require "+path)
	return ""
}

// publish adds the module in dir to the proxy: the files that the go command
// asks a proxy for, https://go.dev/ref/mod#goproxy-protocol.
func publish(t *testing.T, proxy string, m module.Version, dir string) {
	t.Helper()
	base := filepath.Join(proxy, filepath.FromSlash(m.Path), "@v")
	require.NoError(t, os.MkdirAll(base, 0o777))
	write := func(name string, content []byte) {
		t.Helper()
		require.NoError(t, os.WriteFile(filepath.Join(base, name), content, 0o666))
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	info, err := json.Marshal(map[string]any{"Version": m.Version, "Time": time.Unix(0, 0).UTC()})
	require.NoError(t, err)
	write("list", []byte(m.Version+"\n"))
	write(m.Version+".info", info)
	write(m.Version+".mod", mod)
	f, err := os.Create(filepath.Join(base, m.Version+".zip"))
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, zip.CreateFromDir(f, m, dir))
}

// download fetches the modules that the module in dir requires, other than those of the
// repository in top, into the module cache. Replace directives stand in for go.work.
func download(t *testing.T, dir, top string, ours []module.Version) {
	t.Helper()
	tmp := t.TempDir()
	mod := parseMod(t, dir)
	for _, m := range ours {
		require.NoError(t, mod.AddReplace(m.Path, m.Version, filepath.Join(top, filepath.FromSlash(strings.TrimPrefix(m.Path, library))), ""))
	}
	content, err := mod.Format()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(tmp, "go.mod"), content, 0o666))
	sum, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(tmp, "go.sum"), sum, 0o666))
	execute(t, dir, []string{"GOWORK=off"}, "go", "mod", "download", "-modfile="+filepath.Join(tmp, "go.mod"))
}

// run runs a program in dir with variables added to the environment, and returns
// what it prints.
func execute(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), env...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%v\n%s", cmd, out)
	return string(out)
}

// fileURL is dir as GOPROXY takes it.
func fileURL(dir string) string {
	path := filepath.ToSlash(dir)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/… on Windows
	}
	return "file://" + path
}
