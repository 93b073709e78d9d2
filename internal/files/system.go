package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// system is the part of the operating system that Replace uses. Tests substitute one in
// which each call fails in turn.
type system interface {
	EvalSymlinks(path string) (string, error)
	Lstat(name string) (fs.FileInfo, error)
	// Create creates a new file for writing; Open opens an old one to lock it.
	Create(name string, perm fs.FileMode) (file, error)
	Open(name string) (file, error)
	// IsCurrent reports whether the name of f still stands for f.
	IsCurrent(f file) bool
	// List calls each with the names in dir.
	List(dir string, each func(name string)) error
	Rename(from, to string) error
	Remove(name string) error
	// SyncDir makes a rename in dir durable.
	SyncDir(dir string) error
}

type file interface {
	io.Writer
	Name() string
	Stat() (fs.FileInfo, error)
	Chmod(perm fs.FileMode) error
	Lock() error
	Sync() error
	Close() error
}

// disk is the system of the os package.
type disk struct{}

type diskFile struct{ *os.File }

func (f diskFile) Lock() error { return lock(f.File) }

func (disk) EvalSymlinks(path string) (string, error) { return filepath.EvalSymlinks(path) }
func (disk) Lstat(name string) (fs.FileInfo, error)   { return os.Lstat(name) }
func (disk) Rename(from, to string) error             { return os.Rename(from, to) }
func (disk) Remove(name string) error                 { return os.Remove(name) }

func (disk) Create(name string, perm fs.FileMode) (file, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

func (disk) Open(name string) (file, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|nonblocking, 0)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

func (disk) IsCurrent(f file) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(f.Name())
	return err == nil && os.SameFile(opened, named)
}

func (disk) List(dir string, each func(name string)) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	for {
		names, err := d.Readdirnames(1024) // at a time: a directory may be large
		for _, name := range names {
			each(name)
		}
		if err != nil {
			return err
		}
	}
}

// SyncDir leaves it to the system where directories cannot be synced.
func (disk) SyncDir(dir string) error {
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
