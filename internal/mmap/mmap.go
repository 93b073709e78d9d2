// Package mmap maps files into memory, for reading: the system fetches the pages that are
// read, and takes them back when it needs the memory.
package mmap

import (
	"errors"
	"fmt"
	"os"
)

// Map maps the first size bytes of a file, which begin at a multiple of the size of a
// page. The content must not be changed: neither the bytes, which would fault, nor the
// file as long as it is mapped; a program that reads what was cut off from the file ends
// with SIGBUS. The file may be closed. No slice of data may be used after unmap.
//
// Where the system has no such mapping the error is errors.ErrUnsupported.
func Map(f *os.File, size int) (data []byte, unmap func() error, err error) {
	if size <= 0 {
		return nil, nil, fmt.Errorf("mmap: %s: %d bytes", f.Name(), size)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if int64(size) > info.Size() {
		return nil, nil, fmt.Errorf("mmap: %s: %d bytes of a file of %d", f.Name(), size, info.Size())
	}
	data, unmap, err = mapped(f, size)
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		err = &os.PathError{Op: "mmap", Path: f.Name(), Err: err}
	}
	return data, unmap, err
}
