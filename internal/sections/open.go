package sections

import (
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"unsafe"

	"github.com/seed842bec00/argmax/internal/files"
)

// Open opens a file, which must be a regular one, and checks all but its sections. Its
// content must not change as long as it is open: replace it as a whole, as package files
// does. An error names the file.
func Open(path string) (*File, error) {
	f, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, unmap, err := content(f)
	if err != nil {
		return nil, err
	}
	file, err := Parse(data)
	if err != nil {
		if unmap != nil {
			unmap(data)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	file.unmap = unmap
	return file, nil
}

// content returns the content of a file, mapped if the system can.
func content(f *os.File) (data []byte, unmap func([]byte) error, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if info.Size() > math.MaxInt {
		return nil, nil, &fs.PathError{Op: "open", Path: f.Name(), Err: fmt.Errorf("%d bytes are too many for this processor", info.Size())}
	}
	size := int(info.Size())
	if size > 0 {
		if data, unmap, err = mapped(f, size); unmap != nil || err != nil {
			return data, unmap, err
		}
	}
	data = aligned(size)
	if n, err := io.ReadFull(f, data); err != nil {
		return nil, nil, fmt.Errorf("%s: offset %d: %w", f.Name(), n, err)
	}
	return data, nil, nil
}

// aligned returns memory that begins at a multiple of 8.
func aligned(size int) []byte {
	words := make([]uint64, (size+7)/8)
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), size)
}
