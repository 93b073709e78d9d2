//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package sections

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapped maps a file into memory, shared with all processes that do.
func mapped(f *os.File, size int) (data []byte, unmap func([]byte) error, err error) {
	data, err = unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, &os.PathError{Op: "mmap", Path: f.Name(), Err: err}
	}
	return data, unix.Munmap, nil
}
