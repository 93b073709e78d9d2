package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/index"
)

// modelFile is where a model will be written, "-" for the standard output.
type modelFile struct {
	name  string
	force bool // overwrites what is not a model
}

// check returns an error if the model could not be written: before hours of training,
// not after them.
func (m modelFile) check() error {
	switch {
	case m.name == "":
		return usage("--out: the model file to write is missing")
	case m.name == stdin:
		return nil
	}
	info, err := os.Lstat(m.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a directory: give the name of a file", m.name)
	case info.Mode()&fs.ModeSymlink != 0 && !resolves(m.name):
		return fmt.Errorf("%s is a dangling link", m.name)
	case info.Mode().IsRegular() && info.Size() > 0 && !m.force && !isModel(m.name):
		return fmt.Errorf("%s exists and is not a model: --force overwrites it", m.name)
	}
	dir := filepath.Dir(m.name)
	if target, err := filepath.EvalSymlinks(m.name); err == nil {
		dir = filepath.Dir(target)
	}
	probe, err := os.CreateTemp(dir, ".argmax-*.tmp")
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", m.name, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func resolves(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// readModel reads a linear model.
func readModel(name string) (*classifier.Linear, error) {
	m, err := classifier.ReadLinearFile(name)
	switch {
	case errors.Is(err, classifier.ErrForeign):
		return nil, fmt.Errorf("%s is a model of another program: argmax import makes one of argmax of it", name)
	case err != nil:
		if _, failed := index.ReadInfo(name); failed == nil {
			return nil, fmt.Errorf("%s is an index: see argmax index --help", name)
		}
	}
	return m, err
}

// isModel reports whether a file looks like a model of argmax, whole or damaged.
func isModel(name string) bool {
	_, err := classifier.ReadLinearFile(name)
	return err == nil
}

// partial returns where to write an unfinished model: beside the finished one.
func (m modelFile) partial() modelFile {
	if m.name == stdin {
		return m
	}
	extension := filepath.Ext(m.name)
	return modelFile{m.name[:len(m.name)-len(extension)] + ".partial" + extension, true}
}

func (m modelFile) write(model *classifier.Linear, out io.Writer) error {
	if m.name == stdin {
		_, err := model.WriteTo(out)
		return err
	}
	return model.WriteFile(m.name)
}

// number returns x in the fewest digits that say which number it is.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
