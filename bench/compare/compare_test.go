package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kernel is the test of a package whose benchmark Kernel takes a number of turns, and
// whose benchmark Other is always the same.
const kernel = `package standin

import (
	"fmt"
	"syscall"
	"testing"
)

var sum float32

func work(turns int) {
	s := float32(1)
	for range 10_000 * turns {
		s += s * 0x1p-20
	}
	sum = s
}

func used() int64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return syscall.TimevalToNsec(r.Utime) + syscall.TimevalToNsec(r.Stime)
}

func measure(b *testing.B, turns int) {
	from := used()
	for b.Loop() {
		work(turns)
	}
	b.ReportMetric(float64(used()-from)/float64(b.N), "cpu-ns/op")
}

func BenchmarkKernel(b *testing.B) {
	for _, n := range []int{1, 2} {
		b.Run(fmt.Sprintf("n=%%d", n), func(b *testing.B) { measure(b, n * %d) })
	}
}

func BenchmarkOther(b *testing.B) { measure(b, 3) }
`

// repository makes a repository with the stand-in and returns its directory and a
// function that commits the kernel with a number of turns, and more code.
func repository(t *testing.T) (dir string, commit func(turns int, more string) (hash string)) {
	t.Helper()
	if testing.Short() || os.Getenv("ARGMAX_EMULATED") != "" {
		t.Skip("builds and runs programs")
	}
	if _, err := exec.LookPath("git"); err != nil || runtime.GOOS == "windows" {
		t.Skip("needs git and Getrusage")
	}
	dir = t.TempDir()
	git := func(args ...string) string {
		args = append([]string{"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"}, args...)
		out, err := output(t.Context(), dir, "git", args...)
		require.NoError(t, err)
		return out
	}
	git("init", "-q")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module standin\n\ngo 1.26\n"), 0o666))
	return dir, func(turns int, more string) string {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "standin_test.go"), fmt.Appendf(nil, kernel+more, turns), 0o666))
		git("add", ".")
		git("commit", "-q", "-m", "turns")
		return git("rev-parse", "HEAD")
	}
}

func compare(t *testing.T, o options) (table string, err error) {
	t.Helper()
	o.packages, o.rounds, o.benchtime, o.log = []string{"."}, 8, "100x", t.Logf
	if o.bench == "" {
		o.bench = "."
	}
	var out strings.Builder
	err = run(t.Context(), &out, o)
	t.Log("\n" + out.String())
	return out.String(), err
}

// A kernel that was made slower is found, and nothing else.
func TestSlowKernelIsFound(t *testing.T) {
	dir, commit := repository(t)
	fast := commit(1, "")
	slow := commit(4, "\nfunc BenchmarkAdded(b *testing.B) {}\n")
	kept := filepath.Join(t.TempDir(), "results")
	table, err := compare(t, options{dir: dir, base: fast, output: kept})
	require.ErrorIs(t, err, errSlower)
	assert.ErrorContains(t, err, "2 of 3 benchmarks")
	for line := range strings.Lines(table) {
		assert.Equal(t, strings.HasPrefix(line, "Kernel"), strings.Contains(line, "SLOWER"), line)
	}
	for _, name := range []string{"base.txt", "head.txt"} {
		raw, err := os.ReadFile(filepath.Join(kept, name))
		require.NoError(t, err)
		assert.Contains(t, string(raw), "\nBenchmarkKernel/n=2")
	}

	// The other way round it is faster, which is no failure. Only what matches is run.
	table, err = compare(t, options{dir: dir, base: slow, head: fast, bench: "Kernel/n=2"})
	require.NoError(t, err)
	assert.Contains(t, table, "faster\n")
	assert.NotContains(t, table, "n=1")
	assert.NotContains(t, table, "Other")

	trees, err := output(t.Context(), dir, "git", "worktree", "list")
	require.NoError(t, err)
	assert.Len(t, strings.Split(trees, "\n"), 1, "the work trees are removed")
}

// Two builds of the same code are equal.
func TestSameCodeIsEqual(t *testing.T) {
	dir, commit := repository(t)
	base := commit(1, "")
	table, err := compare(t, options{dir: dir, base: base})
	require.NoError(t, err)
	assert.NotContains(t, table, "SLOWER")
	assert.Contains(t, table, "Of 3 benchmarks 0 are slower, ")
}

func TestErrors(t *testing.T) {
	dir, commit := repository(t)
	base := commit(1, "")
	for _, c := range []struct {
		o       options
		message string
	}{
		{options{dir: dir}, "no -base commit"},
		{options{dir: dir, base: "none"}, "invalid reference: none"},
		{options{dir: dir, base: base, bench: "Nothing"}, "base and head have no benchmark in common that matches"},
		{options{dir: dir, base: base, bench: "["}, "missing closing ]"},
		{options{dir: t.TempDir(), base: base}, "not a git repository"},
	} {
		_, err := compare(t, c.o)
		assert.ErrorContains(t, err, c.message)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	err := run(canceled, &strings.Builder{}, options{dir: dir, base: base, packages: []string{"."}, bench: ".", rounds: 6, benchtime: "1x", log: t.Logf})
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, run(t.Context(), nil, options{base: base, rounds: 5}), "5 rounds: an interval needs at least 6")

	broken := commit(1, "\nfunc BenchmarkBroken(b *testing.B) { b.Fatal(\"broken\") }\n")
	_, err = compare(t, options{dir: dir, base: broken, bench: "Broken"})
	assert.ErrorContains(t, err, "broken")
}
