package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/seed842bec00/argmax/internal/files"
)

// idxName matches the name of a file of the MNIST family: a prefix, the part, what it
// holds, the number of dimensions, the type of the elements.
var idxName = regexp.MustCompile(`(?i)^(.*?)(train|t10k|test)[-_.]?(image|label)s?[-_.]idx([1-4])[-_.](u?byte|short|int|float|double)(\.gz)?$`)

// idxFile is a file with such a name.
type idxFile struct {
	path                string
	prefix, part, holds string // as the name says
	rank                int    // of several for the same, the lowest is read
}

// idxPair are the files of a part.
type idxPair struct{ images, labels string }

// idxFiles are the files of a data set.
type idxFiles struct{ train, test idxPair }

// findIDX finds the files of the MNIST family in dir. It returns nil if there are none.
func findIDX(dir string, limits Limits) (*idxFiles, error) {
	var found []idxFile
	folder := newFolder(directory(dir), dir, Config{Limits: limits})
	err := folder.entries(".", func(d fs.DirEntry) error {
		m := idxName.FindStringSubmatch(d.Name())
		if m == nil {
			return nil
		}
		f := idxFile{path: filepath.Join(dir, d.Name()), prefix: strings.ToLower(m[1]), part: "train", holds: strings.ToLower(m[3])}
		if !strings.EqualFold(m[2], "train") {
			f.part = "test"
		}
		if m[6] != "" {
			f.rank++
		}
		if strings.Contains(d.Name(), ".idx") {
			f.rank += 2
		}
		if info, err := os.Stat(f.path); err == nil && info.IsDir() {
			// Some archives have a folder for each file, which has its name.
			f.rank += 4
			if inside := filepath.Join(f.path, d.Name()); isFile(inside) {
				f.path = inside
			} else {
				f.rank += 4 // opening it says what is wrong
			}
		}
		if found = append(found, f); len(found) > limits.Classes {
			return folder.errorf(".", "%w files: the limit is %d", errTooMany, limits.Classes)
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	slices.SortFunc(found, func(a, b idxFile) int {
		return cmp.Or(cmp.Compare(a.prefix, b.prefix), cmp.Compare(a.rank, b.rank), cmp.Compare(a.path, b.path))
	})
	var prefixes []string
	for _, f := range found {
		prefixes = append(prefixes, fmt.Sprintf("%q", f.prefix))
	}
	if prefixes = slices.Compact(prefixes); len(prefixes) > 1 && found[0].prefix != "" {
		return nil, fmt.Errorf("dataset: %s: several data sets, whose files begin with %s", dir, strings.Join(prefixes, " and "))
	}
	set := &idxFiles{}
	for _, f := range found {
		pair := &set.train
		if f.part == "test" {
			pair = &set.test
		}
		at := &pair.images
		if f.holds == "label" {
			at = &pair.labels
		}
		if *at == "" && f.prefix == found[0].prefix {
			*at = f.path
		}
	}
	if set.train.images == "" && set.test.images == "" {
		return nil, fmt.Errorf("dataset: %s: labels without images", found[0].path)
	}
	return set, nil
}

// load reads what there is: perhaps the test set alone.
func (f *idxFiles) load(dir string, limits Limits) (*Data, error) {
	classes, err := limits.readNames(filepath.Join(dir, "classes.txt"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	data, least := &Data{}, 10
	if f.train.images != "" {
		train, err := f.train.read(limits, classes, least)
		if err != nil {
			return nil, err
		}
		data.Train, least = train, len(train.classes)
	}
	if f.test.images != "" {
		test, err := f.test.read(limits, classes, least)
		if err != nil {
			return nil, err
		}
		if data.Test = test; data.Train != nil {
			data.Report.beyond(f.test.labels, test.classes, data.Train.Classes())
		}
	}
	return data, nil
}

// read reads the set. There are at least so many classes if classes is nil.
func (p idxPair) read(limits Limits, classes []string, least int) (*Set, error) {
	if p.labels == "" {
		name := filepath.Base(p.images)
		return nil, fmt.Errorf("dataset: %s: there is no file %s, nor with .gz, in the same directory", p.images, labelsName(name))
	}
	images, err := files.Open(p.images)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer images.Close()
	labels, err := files.Open(p.labels)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer labels.Close()
	set, err := limits.decodeIDX(p.images, images, p.labels, labels, classes, least)
	if err != nil {
		return nil, err
	}
	return set.Named(p.images), nil
}

// labelsName returns the name of the labels of a file of images.
func labelsName(images string) string {
	m := idxName.FindStringSubmatchIndex(images)
	name := images[:m[6]] + "labels-idx1-ubyte"
	return name
}
