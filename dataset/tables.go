package dataset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/internal/files"
	"github.com/seed842bec00/argmax/internal/npy"
)

// tableFormat returns the format of a file of a table by its name, without .gz, or "".
func tableFormat(name string) string {
	switch ext := strings.ToLower(filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz"))); ext {
	case ".npy", ".npz", ".safetensors", ".csv":
		return ext[1:]
	case ".tsv":
		return "csv"
	case ".svm", ".svmlight", ".libsvm":
		return "svmlight"
	}
	return ""
}

// IsTable reports whether the name of a file is that of a table: NumPy arrays, tensors,
// CSV or SVMlight, perhaps compressed.
func IsTable(name string) bool { return tableFormat(name) != "" }

// stem is the name of a file without its extensions.
func stem(name string) string {
	name = strings.TrimSuffix(name, ".gz")
	return strings.TrimSuffix(name, filepath.Ext(name))
}

// tableReader reads the parts of a data set of tables.
type tableReader struct {
	config Config
	limits Limits
	data   *Data
}

// loadTable reads a file of a table.
func loadTable(path string, config Config) (*Data, error) {
	return loadTables(map[string]string{"train": path}, config)
}

// loadTables reads the files of the parts.
func loadTables(parts map[string]string, config Config) (*Data, error) {
	t := &tableReader{config, config.Limits.orDefault(), &Data{}}
	for _, part := range []string{"train", "validation", "test"} {
		path, ok := parts[part]
		if !ok {
			continue
		}
		err := t.read(part, path)
		var unlabelled *unlabelledError
		if errors.As(err, &unlabelled) && part != "train" && len(parts) > 1 {
			t.data.Report.Skipped.add(err)
			continue
		}
		if err != nil {
			t.data.Close()
			return nil, err
		}
	}
	if t.data.Train != nil {
		for part, ex := range map[string]*Examples{"validation": &t.data.Validation, "test": &t.data.Test} {
			if *ex != nil && (*ex).Labels() != nil && t.data.Train.Labels() != nil {
				*ex = like(t.data.Train, *ex)
				t.data.Report.beyond("the "+part+" set", (*ex).Classes(), t.data.Train.Classes())
			}
		}
	}
	return t.data, nil
}

// unlabelledError means that a part has no labels.
type unlabelledError struct{ path, hint string }

func (e *unlabelledError) Error() string {
	return fmt.Sprintf("dataset: %s: no labels: %s", e.path, e.hint)
}

// set sets a part of the data.
func (t *tableReader) set(part string, ex Examples) error {
	at := map[string]*Examples{"train": &t.data.Train, "validation": &t.data.Validation, "test": &t.data.Test}[part]
	if other := t.data.Train; other != nil && other.Features() != ex.Features() {
		return fmt.Errorf("dataset: the %s set has rows of %d features, and the training set of %d", part, ex.Features(), other.Features())
	}
	*at = ex
	return nil
}

// read reads the file of a part.
func (t *tableReader) read(part, path string) error {
	f, err := files.Open(path)
	if err != nil {
		return fmt.Errorf("dataset: %w", err)
	}
	defer f.Close()
	switch tableFormat(path) {
	case "csv":
		table, labels, err := readCSV(path, f, t.config.Table, t.limits, &t.data.Report)
		if err != nil {
			return err
		}
		return t.label(part, path, table, labels, "name the column of labels, or a file of them")
	case "svmlight":
		table, labels, err := readSVMLight(path, f, t.limits)
		if err != nil {
			return err
		}
		return t.label(part, path, table, labels, "")
	}
	all, err := openArrays(f, t.limits)
	if err != nil {
		return err
	}
	return t.readArrays(part, path, all)
}

// openArrays opens a file of arrays, by its content.
func openArrays(f *os.File, limits Limits) (*arrays, error) {
	var magic [6]byte
	if n, err := io.ReadFull(f, magic[:]); err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return nil, fmt.Errorf("dataset: %w", err)
	} else if n == 0 {
		return nil, fmt.Errorf("dataset: %s: %w", f.Name(), errEmpty)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	switch {
	case string(magic[:]) == npy.Magic || string(magic[:2]) == "\x1f\x8b":
		return openNPY(f, limits)
	case string(magic[:4]) == "PK\x03\x04" || string(magic[:4]) == "PK\x05\x06":
		return openNPZ(f, limits)
	}
	if tableFormat(f.Name()) == "safetensors" {
		return openTensors(f, limits)
	}
	return nil, fmt.Errorf("dataset: %s: not a NumPy array: it begins with %q", f.Name(), magic[:])
}

// arrayNames are usual names of the features and of the labels in a file of arrays, in
// the order in which they are looked for.
var (
	featureNames = []string{"x", "features", "embeddings", "data", "images", "arr_0"}
	labelNames   = []string{"y", "labels", "label", "targets", "target", "classes", "arr_1"}
)

// readArrays reads the arrays of a part, or of all parts if they are called x_train,
// y_train and so on.
func (t *tableReader) readArrays(part, path string, all *arrays) error {
	if t.config.Table.Array == "" {
		found := false
		for _, p := range []struct{ part, suffix string }{{"train", "train"}, {"validation", "val"}, {"validation", "valid"}, {"test", "test"}} {
			x, y := all.named("x_"+p.suffix), all.named("y_"+p.suffix)
			if x == "" {
				continue
			}
			found = true
			if err := t.readArray(p.part, path, all, x, y); err != nil {
				return err
			}
		}
		if found {
			return nil
		}
	}
	x, err := all.features(path, t.config.Table.Array)
	if err != nil {
		return err
	}
	y := t.config.Table.Labels
	if y == "" && len(all.names) > 1 {
		y = all.labels(x)
	} else if !slices.Contains(all.names, y) {
		y = ""
	}
	return t.readArray(part, path, all, x, y)
}

// named returns the array of this name, in any case, or "".
func (a *arrays) named(name string) string {
	for _, n := range a.names {
		if strings.EqualFold(n, name) {
			return n
		}
	}
	return ""
}

// features returns the name of the array of features.
func (a *arrays) features(path, wanted string) (string, error) {
	if wanted != "" {
		if !slices.Contains(a.names, wanted) {
			return "", fmt.Errorf("dataset: %s: no array %q; there are %s", path, wanted, some(a.names))
		}
		return wanted, nil
	}
	for _, name := range featureNames {
		if x := a.named(name); x != "" {
			return x, nil
		}
	}
	var matrices []string
	for i, shape := range a.shapes {
		if len(shape) >= 2 || len(a.shapes) == 1 {
			matrices = append(matrices, a.names[i])
		}
	}
	if len(matrices) != 1 {
		return "", fmt.Errorf("dataset: %s: which of the arrays has the features? there are %s", path, some(a.names))
	}
	return matrices[0], nil
}

// labels returns the name of the array of labels of x, or "".
func (a *arrays) labels(x string) string {
	for _, name := range labelNames {
		if y := a.named(name); y != "" && y != x {
			return y
		}
	}
	return ""
}

// readArray reads features and labels, whose name is empty if they are not in the file.
func (t *tableReader) readArray(part, path string, all *arrays, x, y string) error {
	features, err := all.open(x)
	if err != nil {
		return err
	}
	ex, unmap, err := features.examples(&t.data.Report)
	if unmap != nil {
		t.data.unmap = append(t.data.unmap, unmap)
	}
	if err != nil {
		return err
	}
	var labels *labelling
	if y != "" && !(t.config.Table.Unlabelled && t.config.Table.Labels == "") {
		values, err := all.open(y)
		if err != nil {
			return err
		}
		if labels, err = labelsOf(values); err != nil {
			return err
		}
	}
	return t.label(part, path, ex, labels, "give a file of them")
}

// label sets a part to ex with the labels, which it looks for in other files if they are
// nil.
func (t *tableReader) label(part, path string, ex Examples, labels *labelling, hint string) error {
	config := t.config.Table
	if labels == nil {
		file := config.Labels
		if file == "" && !config.Unlabelled {
			if file = labelsBeside(path); file == "" {
				return &unlabelledError{path, hint}
			}
		}
		if file != "" {
			var err error
			if labels, err = readLabels(file, t.config, t.limits); err != nil {
				return err
			}
		}
	}
	if labels != nil {
		names, err := namesBeside(path, labels.classes, t.limits)
		if err != nil {
			return err
		}
		for i, name := range names {
			names[i] = t.config.normalize(name)
		}
		if err := t.limits.checkNames(names); err != nil {
			return fmt.Errorf("dataset: %s: %w", labels.name, err)
		}
		labels.classes = names
		if ex, err = labels.label(ex, path); err != nil {
			return err
		}
	}
	return t.set(part, ex)
}

// namesBeside returns the lines of classes.txt beside a file, if there is one and the
// classes are numbers of its lines, and otherwise the classes.
func namesBeside(path string, classes []string, limits Limits) ([]string, error) {
	file := filepath.Join(filepath.Dir(path), "classes.txt")
	names, err := limits.readNames(file)
	if errors.Is(err, fs.ErrNotExist) {
		return slices.Clone(classes), nil
	}
	if err != nil {
		return nil, err
	}
	named := make([]string, len(classes))
	for i, class := range classes {
		if slices.Contains(names, class) {
			named[i] = class
			continue
		}
		var n int
		if _, err := fmt.Sscanf(class, "%d", &n); err != nil || n < 0 || n >= len(names) {
			return nil, fmt.Errorf("dataset: %s: %d names, and none for the label %.64q", file, len(names), class)
		}
		named[i] = names[n]
	}
	return named, nil
}

// readLabels reads a file of labels: an array, or text with one a line, or the column of
// a CSV file.
func readLabels(path string, config Config, limits Limits) (*labelling, error) {
	f, err := files.Open(path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer f.Close()
	switch tableFormat(path) {
	case "npy":
		all, err := openNPY(f, limits)
		if err != nil {
			return nil, err
		}
		a, err := all.open("")
		if err != nil {
			return nil, err
		}
		return labelsOf(a)
	case "":
		return readLabelLines(path, f, limits)
	}
	return nil, fmt.Errorf("dataset: %s: labels are an array (.npy) or text, one a line", path)
}

// labelsBeside returns the file of labels beside a file of features, or "".
func labelsBeside(path string) string {
	dir, name := filepath.Split(path)
	name = stem(name)
	candidates := []string{name + "_labels", name + "-labels", name + ".labels", name + "_y"}
	for _, words := range [][2]string{{"features", "labels"}, {"embeddings", "labels"}, {"images", "labels"}, {"data", "labels"}, {"x", "y"}, {"X", "y"}, {"X", "Y"}} {
		if strings.Contains(name, words[0]) {
			candidates = append(candidates, strings.Replace(name, words[0], words[1], 1))
		}
	}
	if tablePart(name) == "" {
		candidates = append(candidates, "labels", "y")
	}
	for _, candidate := range candidates {
		for _, ext := range []string{".npy", ".txt", ".npy.gz", ".txt.gz"} {
			if file := dir + candidate + ext; candidate != name && isFile(file) {
				return file
			}
		}
	}
	return ""
}

// words splits the stem of a name into its words.
func words(stem string) []string {
	return strings.FieldsFunc(strings.ToLower(stem), func(c rune) bool { return strings.ContainsRune("_-. ", c) })
}

// tablePart returns the part that a file of a table holds by the words of its name, or
// "".
func tablePart(stem string) string {
	for _, word := range words(stem) {
		if p := part(word); p != "" {
			return p
		}
	}
	return ""
}

// isLabels reports whether a file holds labels by the words of its name.
func isLabels(stem string) bool {
	return slices.ContainsFunc(words(stem), func(word string) bool {
		return word == "y" || word == "labels" || word == "label" || word == "targets"
	})
}

// findTables returns the files of the parts of tables in dir, which may be none.
func findTables(dir string, entries []entry) (map[string]string, error) {
	parts := map[string]string{}
	for _, e := range entries {
		name := stem(e.name)
		if tableFormat(e.name) == "" || e.isFolder() || isLabels(name) {
			continue
		}
		p := tablePart(name)
		if p == "" {
			p = "train"
		}
		if other, ok := parts[p]; ok {
			return nil, fmt.Errorf("dataset: %s: two tables for the %s set: %s and %s", dir, p, filepath.Base(other), e.name)
		}
		parts[p] = filepath.Join(dir, e.name)
	}
	return parts, nil
}
