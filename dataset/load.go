package dataset

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Load reads a data set: a file or a directory. A file is one of
//
//   - NumPy arrays: .npy with rows of features, .npz with arrays x and y, or x_train, y_train,
//     x_test and so on. Arrays of bytes in the shape of images, such as 60000×28×28 or
//     50000×32×32×3, are images; other arrays of more dimensions are rows of all that is
//     behind the first.
//   - Tensors: .safetensors, by the same names.
//   - Tables: .csv and .tsv, with a header or not, and .svm, .svmlight or .libsvm.
//   - IDX: an images file, beside its labels file.
//
// All but .npz and .safetensors may be compressed with gzip. Labels are integers or
// strings: an array of the same file, a column, or a file beside it: .npy or .txt, one a
// line, called labels or y, or as the features with labels or y in place of features,
// embeddings, images, data or x, or with _labels appended. Integers are names of classes
// unless a file classes.txt beside them has a line for each, from 0.
//
// Numbers become float32; the report has a note if that rounds any. Numbers that are
// finite and too large for it are an error. Arrays of float32 and of bytes of at least
// 16 MiB are read where they lie, if the system can map files into memory: the file must
// not change until [Data.Close], and may be larger than the memory.
//
// A directory holds the first of these that is found:
//
//   - IDX: train-images-idx3-ubyte and train-labels-idx1-ubyte for the training set,
//     t10k- or test-images-idx3-ubyte and so on for the test set. Each may end in .gz,
//     have a dot before idx, and be in a folder of its own name. All may have one
//     prefix, as those of EMNIST and QMNIST. The class names are the lines of
//     classes.txt if it exists, otherwise numbers as in [ReadIDX].
//   - CIFAR-10: data_batch_1.bin and the other files of [ReadCIFAR10].
//   - CIFAR-100: train.bin and the other files of [ReadCIFAR100].
//   - Images, split: folders train (or training), val (valid, validation, dev) and test
//     (testing), in any case, that contain a folder for each class, as [ReadFolder]
//     reads it.
//   - Images: a folder for each class.
//   - Arrays, split or not: folders as for images, of .npy files, each with one row or
//     with several.
//   - Tables: files of tables of which at most one is for each part, by a word of its
//     name, such as x_train.npy or test.csv.
//
// The validation and the test set have the classes of the training set, and after those
// the classes that only they have, of which the report has a note; they need not have
// examples of all. Images in folders have the shape of the training set. There may be a
// test set alone. A test set without labels, as in competitions, is skipped. The sets
// are named after the file or directory.
//
// If ctx ends, Load returns its error; it is asked between images.
func Load(ctx context.Context, path string, config Config) (*Data, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	var data *Data
	switch {
	case info.IsDir():
		data, err = loadDirectory(ctx, path, config)
	case idxName.MatchString(filepath.Base(path)):
		data, err = loadIDX(path, config.Limits.orDefault())
	default:
		if tableFormat(path) == "" {
			return nil, fmt.Errorf("dataset: %s: a file of a data set is named .npy, .npz, .safetensors, .csv, .tsv, .svm or as one of MNIST", path)
		}
		data, err = loadTable(path, config)
	}
	if err != nil {
		return nil, err
	}
	name := path
	if absolute, err := filepath.Abs(path); err == nil {
		name = filepath.Base(absolute)
	}
	data.name(name)
	return data, nil
}

func loadDirectory(ctx context.Context, dir string, config Config) (*Data, error) {
	limits := config.Limits.orDefault()
	if pairs, err := findIDX(dir, limits); err != nil || pairs != nil {
		if err != nil {
			return nil, err
		}
		return pairs.load(dir, limits)
	}
	for _, version := range []*cifar{cifar10, cifar100} {
		if version.isIn(dir) {
			return version.load(dir, limits)
		}
	}
	data, err := loadFolders(ctx, dir, config)
	if data == nil && err == nil {
		err = fmt.Errorf("dataset: %s: nothing to read: no IDX files (train-images-idx3-ubyte, also .gz), "+
			"no CIFAR-10 (%s), no CIFAR-100 (%s), no folders of images (train/CLASS/ or CLASS/), no tables (.npy, .csv and others)",
			dir, cifar10.train[0], cifar100.train[0])
	}
	return data, err
}

// loadFolders reads folders of images, or tables. It returns nil if dir has neither.
func loadFolders(ctx context.Context, dir string, config Config) (*Data, error) {
	f := newFolder(directory(dir), dir, config)
	entries, err := f.list(".")
	if err != nil {
		return nil, err
	}
	parts, split, err := f.parts(entries)
	if err != nil {
		return nil, err
	}
	if split {
		return loadParts(ctx, dir, parts, config)
	}
	if !slices.ContainsFunc(entries, func(e entry) bool { return e.isFolder() || e.err != nil && path.Ext(e.name) == "" }) {
		tables, err := findTables(dir, entries)
		if err != nil || len(tables) == 0 {
			return nil, err
		}
		return loadTables(tables, config)
	}
	set, err := f.readAny(ctx, nil)
	if err != nil {
		return nil, err
	}
	return &Data{Train: set, Report: f.report}, nil
}

// parts returns the folders of the parts of a split set, and whether it is one: whether
// train contains folders, or the parts are all there is.
func (f *folder) parts(entries []entry) (parts map[string]string, split bool, err error) {
	parts = make(map[string]string)
	others, nested := false, false
	for _, e := range entries {
		p := part(e.name)
		switch {
		case p == "" || !e.isFolder() && e.err == nil:
			others = others || e.isFolder()
			continue
		case e.err != nil:
			return nil, false, f.errorf(e.name, "%w", e.err)
		case parts[p] != "":
			return nil, false, f.errorf(".", "two folders for the %s set: %s and %s", p, parts[p], e.name)
		}
		parts[p] = e.name
		has, err := f.hasFolders(e.name)
		if err != nil {
			return nil, false, err
		}
		nested = nested || has && p == "train"
	}
	return parts, len(parts) > 0 && (nested || !others), nil
}

// loadParts reads the folders of the parts.
func loadParts(ctx context.Context, dir string, parts map[string]string, config Config) (*Data, error) {
	data := &Data{}
	var train Examples
	for _, p := range []struct {
		name string
		ex   *Examples
	}{{"train", &data.Train}, {"validation", &data.Validation}, {"test", &data.Test}} {
		name, ok := parts[p.name]
		if !ok {
			continue
		}
		f := newFolder(directory(filepath.Join(dir, name)), filepath.Join(dir, name), config)
		if p.name != "train" && len(parts) > 1 {
			if has, err := f.hasFolders("."); err != nil {
				return nil, err
			} else if !has {
				f.skip(".", "no class folders: its images have no labels")
				data.Report.add(f.report)
				continue
			}
		}
		set, err := f.readAny(ctx, train)
		if err != nil {
			return nil, err
		}
		data.Report.add(f.report)
		if *p.ex = set; train == nil {
			train = set
		}
	}
	return data, nil
}

// isFile reports whether name stands for something other than a directory. What cannot
// be looked at is a file: opening it says why.
func isFile(name string) bool {
	info, err := os.Stat(name)
	if err != nil {
		_, err := os.Lstat(name)
		return err == nil
	}
	return !info.IsDir()
}

// part returns which part of a data set a folder or a file of this name holds, or "".
func part(name string) string {
	switch strings.ToLower(name) {
	case "train", "training":
		return "train"
	case "val", "valid", "validation", "dev":
		return "validation"
	case "test", "testing":
		return "test"
	}
	return ""
}

// beyond adds to a note the classes of a part that the training set does not have.
func (r *Report) beyond(part string, classes, train []string) {
	if more := classes[len(train):]; len(more) > 0 {
		r.notef("%s: the training set has no examples of %s", part, some(more))
	}
}
