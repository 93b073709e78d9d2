package safetensors

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// WriteFile writes a file as Write does, whole or not at all: whatever happens,
// path holds either what it held before or the new file. A file that is replaced
// keeps its permissions, and links to it are followed. Anything but a regular
// file (a directory, a device) is an error, not replaced.
func WriteFile(path string, tensors []Tensor, metadata map[string]string) error {
	return replaceFile(path, func(w io.Writer) error { return Write(w, tensors, metadata) })
}

// replaceFile puts what write writes in place of the file at path. It goes to a
// temporary file beside it, since only within one file system is a rename
// atomic; that file is removed if anything fails, a panic of write included.
func replaceFile(path string, write func(io.Writer) error) error {
	path, old, err := destination(path)
	if err != nil {
		return err
	}
	f, err := createBeside(path, old)
	if err != nil {
		return err
	}
	renamed := false
	defer func() {
		if !renamed {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	// The data first: after a crash the name must not stand for an empty file.
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	renamed = true
	return syncDir(filepath.Dir(path))
}

// destination is where a file for path goes, links followed, and the file that
// is there, or nil.
func destination(path string) (string, fs.FileInfo, error) {
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		path = real
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", nil, err
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, nil, nil
	case err != nil:
		return "", nil, err
	case !info.Mode().IsRegular():
		return "", nil, fmt.Errorf("%s: not a regular file", path)
	}
	return path, info, nil
}

// createBeside creates a new file in the directory of path, with the permissions
// of the old file, or of any new one. (os.CreateTemp would make it private to the
// user, whatever the umask says.)
func createBeside(path string, old fs.FileInfo) (*os.File, error) {
	name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".safetensors-%016x", rand.Uint64()))
	const create = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if old == nil {
		return os.OpenFile(name, create, 0o666)
	}
	f, err := os.OpenFile(name, create, old.Mode().Perm())
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(old.Mode().Perm()); err != nil { // what the umask took away
		f.Close()
		os.Remove(name)
		return nil, err
	}
	return f, nil
}

// syncDir makes a rename in dir last. Where directories cannot be synced that is
// left to the system.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
