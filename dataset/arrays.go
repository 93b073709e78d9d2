package dataset

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/internal/npy"
	"github.com/seed842bec00/argmax/internal/safetensors"
)

// arrays are the arrays of a file, by name. The name of the only array of an NPY file is
// empty.
type arrays struct {
	file  *os.File
	names []string
	// shapes are those of the arrays named names.
	shapes [][]int
	open   func(name string) (*array, error)
}

// openNPY returns the array of an NPY file, which may be compressed.
func openNPY(f *os.File, limits Limits) (*arrays, error) {
	in, err := newSource(f.Name(), f, limits)
	if err != nil {
		return nil, err
	}
	a, err := readNPYHeader(in, limits)
	if err != nil {
		return nil, err
	}
	if a.last = true; !in.zipped {
		a.file, a.offset = f, in.offset
	}
	return &arrays{f, []string{""}, [][]int{a.shape}, func(string) (*array, error) { return a, nil }}, nil
}

func readNPYHeader(in *source, limits Limits) (*array, error) {
	h, err := npy.ReadHeader(in)
	if err != nil {
		return nil, in.errorf("%w", err)
	}
	return &array{in: in, dtype: h.DType, shape: h.Shape, fortran: h.Fortran, limits: limits}, nil
}

// openNPZ returns the arrays of a zip archive of NPY files.
func openNPZ(f *os.File, limits Limits) (*arrays, error) {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("dataset: %s: %w", f.Name(), fmt.Errorf(format, args...))
	}
	info, err := f.Stat()
	if err != nil {
		return nil, wrong("%w", err)
	}
	if err := checkZip(f, info.Size()); err != nil {
		return nil, wrong("%w", err)
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return nil, wrong("%w", err)
	}
	all := &arrays{file: f}
	members := map[string]*zip.File{}
	all.open = func(name string) (*array, error) {
		m := members[name]
		r, err := m.Open()
		if err != nil {
			return nil, wrong("%.64q: %w", name, err)
		}
		in := &source{name: f.Name() + ":" + printable(name), r: r, zipped: m.Method != zip.Store, packing: "zip",
			packed: counted{n: int64(min(m.CompressedSize64, uint64(info.Size())))}, expansion: int64(limits.Expansion)}
		a, err := readNPYHeader(in, limits)
		if err != nil {
			return nil, err
		}
		a.last = true
		return a, nil
	}
	for _, m := range z.File {
		name, ok := strings.CutSuffix(m.Name, ".npy")
		if !ok {
			continue
		}
		if members[name] != nil {
			return nil, wrong("two arrays are called %.64q", name)
		}
		members[name] = m
		a, err := all.open(name)
		if err != nil {
			return nil, err
		}
		all.names, all.shapes = append(all.names, name), append(all.shapes, a.shape)
	}
	if len(all.names) == 0 {
		return nil, wrong("an archive without arrays (.npy)")
	}
	return all, nil
}

// checkZip returns an error if the directory of an archive, which is read as a whole, is
// longer than arrays need. The directory is described at the end of the file.
func checkZip(r io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, 22+1<<16)) // with a comment
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return err
	}
	// Of several places that look like the description any may be taken for it.
	for i := range max(0, len(tail)-21) {
		if string(tail[i:i+4]) != "PK\x05\x06" {
			continue
		}
		const longest = 4 << 20
		if directory := binary.LittleEndian.Uint32(tail[i+12:]); directory > longest {
			return fmt.Errorf("an archive whose directory has %d bytes, the limit is %d", directory, longest)
		}
	}
	return nil
}

// openTensors returns the tensors of a safetensors file.
func openTensors(f *os.File, limits Limits) (*arrays, error) {
	wrong := func(err error) error { return fmt.Errorf("dataset: %s: %w", f.Name(), err) }
	info, err := f.Stat()
	if err != nil {
		return nil, wrong(err)
	}
	h, err := safetensors.ReadHeader(f, info.Size(), safetensors.Limits{})
	if err != nil {
		return nil, wrong(err)
	}
	all := &arrays{file: f}
	for _, e := range h.Tensors {
		all.names, all.shapes = append(all.names, e.Name), append(all.shapes, e.Shape)
	}
	all.open = func(name string) (*array, error) {
		e := h.Tensors[slices.Index(all.names, name)]
		dtype, ok := tensorTypes[e.DType]
		if !ok {
			return nil, wrong(fmt.Errorf("tensor %.64q: dtype %.64q are no numbers that can be read", name, string(e.DType)))
		}
		in := &source{name: f.Name() + ":" + printable(name), offset: h.Offset + e.Begin,
			r: io.NewSectionReader(f, h.Offset+e.Begin, e.End-e.Begin), size: h.Offset + e.End}
		return &array{in: in, dtype: dtype, shape: e.Shape, limits: limits, file: f, offset: h.Offset + e.Begin}, nil
	}
	if len(all.names) == 0 {
		return nil, wrong(errors.New("no tensors"))
	}
	return all, nil
}

var tensorTypes = map[safetensors.DType]npy.DType{
	safetensors.F64: {Kind: 'f', Size: 8}, safetensors.F32: {Kind: 'f', Size: 4}, safetensors.F16: {Kind: 'f', Size: 2},
	safetensors.BF16: {Kind: bfloat, Size: 2},
	safetensors.I64:  {Kind: 'i', Size: 8}, safetensors.I32: {Kind: 'i', Size: 4},
	safetensors.I16: {Kind: 'i', Size: 2}, safetensors.I8: {Kind: 'i', Size: 1},
	safetensors.U64: {Kind: 'u', Size: 8}, safetensors.U32: {Kind: 'u', Size: 4},
	safetensors.U16: {Kind: 'u', Size: 2}, safetensors.U8: {Kind: 'u', Size: 1}, safetensors.Bool: {Kind: 'b', Size: 1},
}
