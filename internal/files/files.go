// Package files opens and replaces regular files.
//
// [Replace] is atomic: whatever happens, a name stands either for the old file or
// for the whole new one. The new content goes to a temporary file in the same
// directory, which takes the name once its bytes are on the disk. The known
// library for this is github.com/google/renameio; the module depends on
// golang.org/x/sys alone, and renameio does not remove what a killed process
// leaves behind.
//
// # Temporary files
//
// A process that is killed while it writes leaves its temporary file, named
// .argmax-<16 hexadecimal digits>.tmp. Each Replace first removes the ones in its
// directory that belong to the same user and that no process writes any more. A
// writer holds a lock (flock) on its temporary file until the file has its final
// name, and the system releases the lock when the process ends, however it ends:
// a file whose lock can be taken has no writer. Where the file system has no
// locks the file gets a name that is never cleaned up, and where the operating
// system has none (Windows, js/wasm, plan9, Solaris) nothing is ever removed. If
// locks are not shared by all hosts that write to a directory, as on NFS mounted
// with local_lock, one host may remove the temporary file of another; the other's
// Replace then fails at its rename, and the old file stays.
package files

import (
	"errors"
	"io/fs"
	"os"
)

// Open opens a file for reading. Anything but a regular file, or a symbolic link
// to one, is an error: a named pipe would block until somebody writes to it, and
// a device may never end.
func Open(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|nonblocking, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = notRegular("open", name, info)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func notRegular(op, name string, info fs.FileInfo) error {
	err := errors.New("not a regular file")
	if info.IsDir() {
		err = errors.New("a directory, not a regular file")
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}
