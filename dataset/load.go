package dataset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Load reads the data set in a directory, the first of these that it finds:
//
//   - IDX: train-images-idx3-ubyte and train-labels-idx1-ubyte, and for the test
//     set t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each also with .gz
//     or with a dot before idx. The class names are the lines of classes.txt if it
//     exists, otherwise numbers as in [ReadIDX].
//   - CIFAR-10: data_batch_1.bin and the other files of [ReadCIFAR10].
//   - CIFAR-100: train.bin and the other files of [ReadCIFAR100].
//   - Images, split: a folder train that contains a folder for each class, as
//     [ReadFolder] reads it, and for the test set a folder test. The test set has
//     the shape and the classes of the training set; it need not have images of
//     all classes.
//   - Images: a folder for each class.
//
// If there is no test set, test is nil. The shape and the resizing of config are
// for folders of images only, its limits for all. The sets are named after the
// directory.
func Load(ctx context.Context, dir string, config FolderConfig) (train, test *Set, err error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: %w", err)
	}
	if !info.IsDir() {
		return nil, nil, fmt.Errorf("dataset: %s: not a directory", dir)
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	switch {
	case idxFile(dir, "train-images", 3) != "":
		train, test, err = loadIDX(dir, config.Limits)
	case exists(in(cifar10.train[0])):
		train, test, err = config.Limits.ReadCIFAR10(dir)
	case exists(in(cifar100.train[0])):
		train, test, err = config.Limits.ReadCIFAR100(dir)
	case hasFolders(in("train")):
		train, test, err = loadFolders(ctx, in("train"), in("test"), config)
	case hasFolders(dir):
		train, err = openFolder(dir).read(ctx, config, nil)
	default:
		err = fmt.Errorf("dataset: %s: nothing to read: no IDX files (train-images-idx3-ubyte, also .gz), "+
			"no CIFAR-10 (%s), no CIFAR-100 (%s), no folders of images (train/CLASS/ or CLASS/)",
			dir, cifar10.train[0], cifar100.train[0])
	}
	if err != nil {
		return nil, nil, err
	}
	name := dir
	if absolute, err := filepath.Abs(dir); err == nil {
		name = filepath.Base(absolute)
	}
	if test == nil {
		return train.Named(name), nil, nil
	}
	return train.Named(name + " train"), test.Named(name + " test"), nil
}

func loadIDX(dir string, limits Limits) (train, test *Set, err error) {
	classes, err := limits.orDefault().readNames(filepath.Join(dir, "classes.txt"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	if train, err = loadIDXPair(dir, "train", classes, limits); err != nil {
		return nil, nil, err
	}
	if idxFile(dir, "t10k-images", 3) == "" {
		return train, nil, nil
	}
	if test, err = loadIDXPair(dir, "t10k", train.classes, limits); err != nil {
		return nil, nil, err
	}
	return train, test, nil
}

func loadIDXPair(dir, part string, classes []string, limits Limits) (*Set, error) {
	images, labels := idxFile(dir, part+"-images", 3), idxFile(dir, part+"-labels", 1)
	if labels == "" {
		return nil, fmt.Errorf("dataset: %s: there is no file %s-labels-idx1-ubyte, nor with .gz, in the same directory", images, part)
	}
	return limits.ReadIDX(images, labels, classes)
}

// idxFile returns the path of the IDX file with this name and number of
// dimensions, or "".
func idxFile(dir, name string, dims int) string {
	for _, pattern := range []string{"%s-idx%d-ubyte", "%s-idx%d-ubyte.gz", "%s.idx%d-ubyte", "%s.idx%d-ubyte.gz"} {
		if file := filepath.Join(dir, fmt.Sprintf(pattern, name, dims)); exists(file) {
			return file
		}
	}
	return ""
}

func loadFolders(ctx context.Context, trainDir, testDir string, config FolderConfig) (train, test *Set, err error) {
	if train, err = openFolder(trainDir).read(ctx, config, nil); err != nil {
		return nil, nil, err
	}
	if !exists(testDir) {
		return train, nil, nil
	}
	config.Shape = train.shape
	if test, err = openFolder(testDir).read(ctx, config, train.classes); err != nil {
		return nil, nil, err
	}
	return train, test, nil
}

func openFolder(dir string) folder { return folder{fsys: os.DirFS(dir), root: dir} }

// hasFolders reports whether dir is a folder with folders in it.
func hasFolders(dir string) bool {
	_, err := openFolder(dir).list(".", 0, isFolder)
	return errors.Is(err, errTooMany)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
