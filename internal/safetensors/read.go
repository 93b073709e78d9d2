package safetensors

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
)

// ReadFile reads the file at path, as Read does.
func ReadFile(path string) ([]Tensor, map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	tensors, metadata, err := Read(f, info.Size())
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return tensors, metadata, nil
}

// Read reads a file of size bytes. The tensors come in the order of their data;
// without metadata the map is nil.
//
// What the file promises is compared with size before memory is taken for it.
// The tensors must cover the data without holes, overlaps or a rest, and the
// header may name nothing twice. Errors name the tensor or the offset.
func Read(r io.ReaderAt, size int64) ([]Tensor, map[string]string, error) {
	file := io.NewSectionReader(r, 0, size)
	header, err := readHeader(file)
	if err != nil {
		return nil, nil, err
	}
	entries, metadata, err := parseHeader(header)
	if err != nil {
		return nil, nil, err
	}
	data := prefix + int64(len(header))
	if err := checkLayout(entries, size-data); err != nil {
		return nil, nil, err
	}
	tensors := make([]Tensor, len(entries))
	buf := make([]byte, chunk*elementSize)
	for i, e := range entries {
		values := make([]float32, (e.end-e.begin)/elementSize)
		for part := range slices.Chunk(values, chunk) {
			b := buf[:len(part)*elementSize]
			if _, err := io.ReadFull(file, b); err != nil {
				return nil, nil, fmt.Errorf("safetensors: %v of the data: %w", e, err)
			}
			binary.Decode(b, binary.LittleEndian, part) // b has the size of part: no error
		}
		tensors[i] = Tensor{e.name, e.shape, values}
	}
	return tensors, metadata, nil
}

// readHeader reads the length of the header and the header.
func readHeader(file *io.SectionReader) ([]byte, error) {
	var p [prefix]byte
	if _, err := io.ReadFull(file, p[:]); err != nil {
		return nil, fmt.Errorf("safetensors: a file of %d bytes: no length of the header: %w", file.Size(), err)
	}
	n := binary.LittleEndian.Uint64(p[:])
	switch left := uint64(file.Size() - prefix); {
	case n > MaxHeader:
		return nil, fmt.Errorf("safetensors: the header is to take %d bytes, the limit is %d", n, MaxHeader)
	case n > left:
		return nil, fmt.Errorf("safetensors: the header is to take %d bytes, the file has %d after offset %d", n, left, prefix)
	}
	header := make([]byte, n)
	if _, err := io.ReadFull(file, header); err != nil {
		return nil, fmt.Errorf("safetensors: the header: %w", err)
	}
	return header, nil
}

// checkLayout sorts entries by their place and checks that they hold what their
// shapes say and cover size bytes of data exactly.
func checkLayout(entries []entry, size int64) error {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end), cmp.Compare(a.name, b.name))
	})
	var end int
	for _, e := range entries {
		switch n, ok := elements(e.shape); {
		case e.end < e.begin || int64(e.end) > size:
			return fmt.Errorf("safetensors: %v of the data, which has %d bytes", e, size)
		case e.begin != end:
			return fmt.Errorf("safetensors: %v of the data: the tensor before it ends at %d", e, end)
		case !ok:
			return fmt.Errorf("safetensors: %v of the data: the product of its shape overflows", e)
		case n*elementSize != e.end-e.begin:
			return fmt.Errorf("safetensors: %v of the data: its shape takes %d bytes", e, n*elementSize)
		}
		end = e.end
	}
	if int64(end) != size {
		return fmt.Errorf("safetensors: the tensors end at %d of the data, which has %d bytes", end, size)
	}
	return nil
}
