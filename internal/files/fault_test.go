package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// faulty is the system of the os package, but call number n fails with err.
type faulty struct {
	disk
	n      int
	err    error
	short  bool // a failing write stores half of what it was given
	calls  int
	failed string // the call that failed
}

func (s *faulty) fails(call string) error {
	s.calls++
	if s.calls != s.n {
		return nil
	}
	s.failed = call
	return s.err
}

func (s *faulty) EvalSymlinks(path string) (string, error) {
	if err := s.fails("EvalSymlinks"); err != nil {
		return "", err
	}
	return s.disk.EvalSymlinks(path)
}

func (s *faulty) Lstat(name string) (fs.FileInfo, error) {
	if err := s.fails("Lstat"); err != nil {
		return nil, err
	}
	return s.disk.Lstat(name)
}

func (s *faulty) Create(name string, perm fs.FileMode) (file, error) {
	if err := s.fails("Create"); err != nil {
		return nil, err
	}
	f, err := s.disk.Create(name, perm)
	return faultyFile{f, s, "Close"}, err
}

func (s *faulty) Open(name string) (file, error) {
	if err := s.fails("Open"); err != nil {
		return nil, err
	}
	f, err := s.disk.Open(name)
	return faultyFile{f, s, "Close after Open"}, err
}

func (s *faulty) IsCurrent(f file) bool {
	return s.fails("IsCurrent") == nil && s.disk.IsCurrent(f)
}

func (s *faulty) List(dir string, each func(string)) error {
	if err := s.fails("List"); err != nil {
		return err
	}
	return s.disk.List(dir, each)
}

func (s *faulty) Rename(from, to string) error {
	if err := s.fails("Rename"); err != nil {
		return err
	}
	return s.disk.Rename(from, to)
}

func (s *faulty) Remove(name string) error {
	if err := s.fails("Remove"); err != nil {
		return err
	}
	return s.disk.Remove(name)
}

func (s *faulty) SyncDir(dir string) error {
	if err := s.fails("SyncDir"); err != nil {
		return err
	}
	return s.disk.SyncDir(dir)
}

type faultyFile struct {
	file
	s     *faulty
	close string // what its Close is called
}

func (f faultyFile) Write(p []byte) (int, error) {
	failed := f.s.failed
	err := f.s.fails("Write")
	if f.s.failed == failed {
		return f.file.Write(p)
	}
	if f.s.short {
		p = p[:len(p)/2]
		if n, err := f.file.Write(p); err != nil {
			return n, err
		}
		return len(p), err // nil, too: the writer must notice
	}
	return 0, err
}

func (f faultyFile) Chmod(perm fs.FileMode) error {
	if err := f.s.fails("Chmod"); err != nil {
		return err
	}
	return f.file.Chmod(perm)
}

func (f faultyFile) Lock() error {
	if err := f.s.fails("Lock"); err != nil {
		return err
	}
	return f.file.Lock()
}

func (f faultyFile) Sync() error {
	if err := f.s.fails("Sync"); err != nil {
		return err
	}
	return f.file.Sync()
}

func (f faultyFile) Close() error {
	err := f.s.fails(f.close)
	return errors.Join(f.file.Close(), err) // the system closes it in any case
}

// Each call of the system fails in turn, in each way. Afterwards the name stands
// for the whole old file or for the whole new one: the new one if Replace reports
// no error, the old one if the new one could not be written or renamed. The
// next Replace succeeds and leaves nothing else behind.
func TestReplaceWhenEachCallFails(t *testing.T) {
	old, new := strings.Repeat("old ", 1000), strings.Repeat("replacement ", 1000)
	write := func(w io.Writer) error {
		for i := 0; i < len(new); i += 4000 {
			if _, err := io.WriteString(w, new[i:i+4000]); err != nil {
				return err
			}
		}
		return nil
	}
	seen := map[string]bool{}
	for _, how := range []struct {
		err   error
		short bool
	}{
		{syscall.ENOSPC, false}, {syscall.EIO, false}, {syscall.EACCES, false},
		{syscall.ENOSPC, true}, {nil, true}, {errLocked, false},
	} {
		for existing := range 2 {
			for n := 1; ; n++ {
				dir := t.TempDir()
				path := filepath.Join(dir, "m")
				if existing == 1 {
					require.NoError(t, Replace(path, text(old)))
				}
				stale := filepath.Join(dir, temporaryName(lockedSuffix)) // so that cleaning up has work to do
				require.NoError(t, writeFile(stale, "half"))
				sys := &faulty{n: n, err: how.err, short: how.short}
				err := replace(sys, path, write)
				if sys.calls < n {
					break // there is no n-th call
				}
				seen[sys.failed] = true
				at := fmt.Sprintf("%s, call %d, fails with %v (short: %v), replacing: %v", sys.failed, n, how.err, how.short, existing == 1)

				switch {
				case err == nil:
					assert.Equal(t, new, content(t, path), at)
				case sys.failed == "SyncDir" || sys.failed == "Close" && content(t, path) == new:
					assert.Equal(t, new, content(t, path), at)
				case existing == 1:
					assert.Equal(t, old, content(t, path), at)
				default:
					assert.NoFileExists(t, path, at)
				}
				switch sys.failed {
				case "List", "Open", "Close after Open", "Lock", "IsCurrent", "Remove": // of no consequence
					assert.NoError(t, err, at)
				case "Write":
					require.Error(t, err, at)
					if how.err == nil {
						assert.ErrorIs(t, err, io.ErrShortWrite, at)
					}
					fallthrough
				case "Create", "Rename", "Chmod", "Sync", "Close", "SyncDir", "EvalSymlinks":
					if how.err != nil {
						assert.ErrorIs(t, err, how.err, at)
					}
				}

				require.NoError(t, Replace(path, text("next")), at)
				assert.Equal(t, "next", content(t, path), at)
				if canLock {
					assert.Equal(t, []string{"m"}, names(t, dir), at)
				}
			}
		}
	}
	for _, call := range []string{"EvalSymlinks", "Lstat", "Create", "Write", "Chmod", "Sync", "Rename", "Close", "SyncDir"} {
		assert.True(t, seen[call], "%s never failed", call)
	}
	if canLock {
		for _, call := range []string{"List", "Open", "Lock", "IsCurrent", "Remove"} {
			assert.True(t, seen[call], "%s never failed", call)
		}
	}
}

// Two calls fail: the save, and the removal of its temporary file. The file is
// left, and the next Replace removes it.
func TestReplaceRemovesWhatAFailedReplaceLeft(t *testing.T) {
	if !canLock {
		t.Skip("nothing is removed where there are no locks")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "m")
	err := replace(&cannotRemove{}, path, func(io.Writer) error { return syscall.ENOSPC })
	assert.ErrorIs(t, err, syscall.ENOSPC)
	assert.Len(t, names(t, dir), 1)
	require.NoError(t, Replace(path, text("new")))
	assert.Equal(t, []string{"m"}, names(t, dir))
}

type cannotRemove struct{ disk }

func (cannotRemove) Remove(string) error { return syscall.EACCES }
