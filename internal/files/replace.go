package files

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
)

// Replace atomically replaces the file at path with the output of write: until the new
// file is complete and on disk, path names the old one. That holds if the process is
// killed, if the machine stops, and if write fails or panics.
//
// The new file has the permissions of the old one, and symbolic links are followed. It
// is an error if path is anything but a regular file, such as a directory or a device.
// If the directory cannot be synced after the new file got its name, Replace returns an
// error, and after a crash the name may refer to either file.
func Replace(path string, write func(io.Writer) error) error {
	return replace(disk{}, path, write)
}

func replace(sys system, path string, write func(io.Writer) error) (err error) {
	path, old, err := destination(sys, path)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	removeStale(sys, dir) // before writing: they may be what fills the disk
	f, err := createTemporary(sys, dir, old)
	if err != nil {
		return err
	}
	renamed := false
	defer func() {
		if !renamed {
			f.Close()
			sys.Remove(f.Name())
		}
	}()
	if err := write(checked{f}); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	// The data first: after a crash the name must not stand for an empty file.
	if err := f.Sync(); err != nil {
		return err
	}
	if !canLock { // Windows renames no open file
		if err := f.Close(); err != nil {
			return err
		}
	}
	if err := sys.Rename(f.Name(), path); err != nil {
		return err
	}
	renamed = true
	var closeErr error
	if canLock { // the lock is held until the temporary name is gone
		closeErr = f.Close()
	}
	return cmp.Or(sys.SyncDir(dir), closeErr)
}

// destination returns the path that a file for path is written to, with symbolic
// links resolved, and the file that is there, or nil.
func destination(sys system, path string) (string, fs.FileInfo, error) {
	real, err := sys.EvalSymlinks(path)
	if err == nil {
		path = real
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", nil, err
	}
	info, err := sys.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, nil, nil
	case err != nil:
		return "", nil, err
	case !info.Mode().IsRegular():
		return "", nil, notRegular("replace", path, info)
	}
	return path, info, nil
}

// createTemporary creates a locked file in dir with the permissions of old, or with
// those of any new file if old is nil. (os.CreateTemp would make it private to the user,
// whatever the umask.)
func createTemporary(sys system, dir string, old fs.FileInfo) (file, error) {
	perm := fs.FileMode(0o666)
	if old != nil {
		perm = old.Mode().Perm()
	}
	f, err := createLocked(sys, dir, perm)
	if err != nil || old == nil {
		return f, err
	}
	if err := f.Chmod(perm); err != nil { // restores what the umask removed
		f.Close()
		sys.Remove(f.Name())
		return nil, err
	}
	return f, nil
}

// createLocked creates a file in dir and takes its lock. Another process may find
// the file in the moment between the two, lock it and remove it as stale; then it
// creates another.
func createLocked(sys system, dir string, perm fs.FileMode) (file, error) {
	const attempts = 10 // to lose even once takes a clean-up in the same microsecond
	for i := 0; canLock && i < attempts; i++ {
		f, err := sys.Create(filepath.Join(dir, temporaryName(lockedSuffix)), perm)
		if err != nil {
			return nil, err
		}
		err = f.Lock()
		if err == nil && sys.IsCurrent(f) {
			return f, nil
		}
		f.Close()
		sys.Remove(f.Name())
		if err != nil && err != errLocked {
			break // there are no locks here
		}
	}
	return sys.Create(filepath.Join(dir, temporaryName(unlockedSuffix)), perm)
}

// Names of temporary files. Those of files without a lock are never cleaned up.
const (
	temporaryPrefix = ".argmax-"
	lockedSuffix    = ".tmp"
	unlockedSuffix  = ".unlocked"
)

func temporaryName(suffix string) string {
	return fmt.Sprintf("%s%016x%s", temporaryPrefix, rand.Uint64(), suffix)
}

// checked turns a write that stores less than it was given, without an error,
// into io.ErrShortWrite.
type checked struct{ file }

func (c checked) Write(p []byte) (int, error) {
	n, err := c.file.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err
}
