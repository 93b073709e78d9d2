package files

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func writeFile(path, text string) error { return os.WriteFile(path, []byte(text), 0o644) }

func needLocks(t *testing.T) {
	if !canLock {
		t.Skip("nothing is removed where there are no locks")
	}
}

// A temporary file whose writer lives is left alone, however many others clean
// up in its directory.
func TestReplaceLeavesLivingWritersAlone(t *testing.T) {
	dir := t.TempDir()
	outer, inner := filepath.Join(dir, "outer"), filepath.Join(dir, "inner")
	require.NoError(t, Replace(outer, func(w io.Writer) error {
		for range 3 {
			if err := Replace(inner, text("inner")); err != nil {
				return err
			}
		}
		assert.Len(t, names(t, dir), 2, "inner, and the temporary file of outer")
		return text("outer")(w)
	}))
	assert.Equal(t, "outer", content(t, outer))
	assert.Equal(t, []string{"inner", "outer"}, names(t, dir))
}

// Only what Replace writes is removed.
func TestReplaceRemovesOnlyItsOwn(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	kept := []string{
		".argmax-0123456789abcde.tmp", ".argmax-0123456789abcdefa.tmp", ".argmax-0123456789abcdeg.tmp",
		".argmax-0123456789abcdef", ".argmax-0123456789abcdef.unlocked", "argmax-0123456789abcdef.tmp",
		".argmax-fedcba9876543210.tmp", // a directory
		"m",
	}
	for _, name := range kept {
		require.NoError(t, writeFile(filepath.Join(dir, name), ""))
	}
	directory := filepath.Join(dir, ".argmax-fedcba9876543210.tmp")
	require.NoError(t, os.Remove(directory))
	require.NoError(t, os.Mkdir(directory, 0o755))
	link := filepath.Join(dir, ".argmax-fedcba9876543211.tmp")
	require.NoError(t, os.Symlink(filepath.Join(dir, "m"), link))
	kept = append(kept, filepath.Base(link))
	require.NoError(t, writeFile(filepath.Join(dir, ".argmax-0123456789abcdef.tmp"), "stale"))

	require.NoError(t, Replace(filepath.Join(dir, "m"), text("new")))
	assert.ElementsMatch(t, kept, names(t, dir))
}

// A writer whose file was removed between its creation and its lock creates
// another.
func TestReplaceRecreatesWhatWasRemovedUnlocked(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	sys := &removing{}
	require.NoError(t, replace(sys, filepath.Join(dir, "m"), text("new")))
	assert.Equal(t, 3, sys.created)
	assert.Equal(t, []string{"m"}, names(t, dir))
}

// removing removes the first two files right after they are created.
type removing struct {
	disk
	created int
}

func (s *removing) Create(name string, perm os.FileMode) (file, error) {
	f, err := s.disk.Create(name, perm)
	if s.created++; s.created < 3 {
		os.Remove(name)
	}
	return f, err
}

// Many writers in one directory, each of which cleans up: none fails.
func TestReplaceTogether(t *testing.T) {
	dir := t.TempDir()
	errs := make(chan error)
	const writers, times = 8, 50
	for i := range writers {
		go func() {
			for n := range times {
				if err := Replace(filepath.Join(dir, fmt.Sprint(i)), text(fmt.Sprint(n))); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range writers {
		assert.NoError(t, <-errs)
	}
	assert.Len(t, names(t, dir), writers)
}

// A writer that is killed at any moment leaves the file as it was or as it should
// be; and what else it leaves the next writer removes.
func TestReplaceKilled(t *testing.T) {
	const variable = "ARGMAX_TEST_REPLACE_UNTIL_KILLED"
	if path := os.Getenv(variable); path != "" {
		replaceForever(path)
	}
	if os.Getenv("ARGMAX_EMULATED") != "" {
		t.Skip("the test runs itself, which an emulator may not survive")
	}
	kills := 100
	if testing.Short() {
		kills = 20
	}
	self, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir()
	path := filepath.Join(dir, "m")
	require.NoError(t, Replace(path, version(0)))
	left, most := 0, 0
	for range kills {
		child := exec.Command(self, "-test.run=^TestReplaceKilled$")
		child.Env = append(os.Environ(), variable+"="+path)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		if err := child.Start(); err != nil {
			t.Skip("cannot run the test as a child, as when it is emulated: ", err)
		}
		_, err = bufio.NewReader(out).ReadByte() // it has begun
		require.NoError(t, err)
		time.Sleep(time.Duration(rand.IntN(10_000)) * time.Microsecond)
		require.NoError(t, child.Process.Kill())
		child.Wait()

		requireVersion(t, path)
		n := len(names(t, dir)) - 1
		left += n
		most = max(most, n)
	}
	t.Logf("%d kills left at most %d temporary files at a time", kills, most)
	if canLock {
		assert.Positive(t, left, "no kill met a write: this test shows nothing")
		assert.LessOrEqual(t, most, 1, "what one left the next did not remove")
		require.NoError(t, Replace(path, version(0)))
		assert.Equal(t, []string{"m"}, names(t, dir))
	}
}

// replaceForever replaces the file by one version after the other.
func replaceForever(path string) {
	for n := 1; ; n++ {
		if err := Replace(path, version(n)); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		if n == 1 {
			fmt.Println("begun")
		}
	}
}

// version is a file of a megabyte, half of it for small n, in which every line is
// the same, and the first says how many there are.
func version(n int) func(io.Writer) error {
	lines := 1000 + n%100*100
	return func(w io.Writer) error {
		buffered := bufio.NewWriter(w)
		for range lines {
			fmt.Fprintf(buffered, "%07d %010d %080d\n", lines, n, n)
		}
		return buffered.Flush()
	}
}

func requireVersion(t *testing.T, path string) {
	t.Helper()
	text := content(t, path)
	first, _, _ := strings.Cut(text, "\n")
	var lines int
	_, err := fmt.Sscanf(first, "%d", &lines)
	require.NoError(t, err)
	require.True(t, text == strings.Repeat(first+"\n", lines), "%d bytes, %q", len(text), first)
}
