package convert

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/internal/files"
	"github.com/seed842bec00/argmax/internal/npy"
)

// ReadFile reads a model of any format that this package reads; the first bytes of the file
// tell which. A file of NPY is weights without a bias; [ReadNPY] takes one. It must be a regular file. Errors name
// it.
func ReadFile(path string, o Options) (*classifier.Linear, error) {
	f, err := files.Open(path)
	if err != nil {
		return nil, fmt.Errorf("convert: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("convert: %w", err)
	}
	var start [64]byte
	n, err := f.ReadAt(start[:], 0)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("convert: %w", err)
	}
	m, err := read(f, info.Size(), start[:n], o)
	if err != nil {
		return nil, fmt.Errorf("convert: %s: %w", path, err)
	}
	return m, nil
}

// file is what ReadFile reads.
type file interface {
	io.Reader
	io.ReaderAt
}

func read(f file, size int64, start []byte, o Options) (*classifier.Linear, error) {
	text := bytes.TrimLeft(start, " \t\r\n")
	switch {
	case len(start) == 0:
		return nil, errors.New("the file is empty")
	case isSafetensors(start):
		return readSafetensors(f, size, o)
	case bytes.HasPrefix(start, []byte(npy.Magic)):
		return readNPY(f, nil, nil, o)
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return readNPZ(f, size, o)
	case bytes.HasPrefix(text, []byte("{")):
		return readJSON(f, o)
	case bytes.HasPrefix(text, []byte("solver_type")):
		return readLIBLINEAR(f, o)
	case start[0] == 0x80:
		return nil, errors.New("a pickle of Python, which can run any code: save the model as safetensors, NPZ or JSON")
	}
	return nil, errors.New("no model: want safetensors, NPY, NPZ, JSON or LIBLINEAR")
}

// writers are those of the formats that a single file holds, by the ends of their names.
var writers = map[string]func(io.Writer, *classifier.Linear) error{
	".onnx": WriteONNX, ".safetensors": WriteSafetensors, ".npy": writeNPYFile, ".npz": WriteNPZ, ".json": WriteJSON,
	".liblinear": WriteLIBLINEAR, ".model": WriteLIBLINEAR,
}

// WriteFile writes a model in the format that the name of the file ends with: .onnx,
// .safetensors, .npy, .npz, .json, and .liblinear or .model for LIBLINEAR. NPY has no room
// for a bias other than zero, which is an error. The file appears whole or not at all.
func WriteFile(path string, m *classifier.Linear) error {
	write, ok := writers[strings.ToLower(filepath.Ext(path))]
	if !ok {
		return fmt.Errorf("convert: %s: want a name that ends with .onnx, .safetensors, .npy, .npz, .json, .liblinear or .model", path)
	}
	return files.Replace(path, func(w io.Writer) error { return write(w, m) })
}

func writeNPYFile(w io.Writer, m *classifier.Linear) error {
	if _, bias := folded(m); !allZero(bias) {
		return errors.New("convert: the model has a bias, for which a single NPY file has no room: use NPZ")
	}
	return writeNPYWeights(w, m)
}

// named returns an error of a format as this package returns it. Those of safetensors name
// it themselves.
func named(m *classifier.Linear, err error, format string) (*classifier.Linear, error) {
	switch {
	case err == nil:
		return m, nil
	case format == "":
		return nil, fmt.Errorf("convert: %w", err)
	}
	return nil, fmt.Errorf("convert: %s: %w", format, err)
}
