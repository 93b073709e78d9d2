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
	"strconv"
	"strings"
	"unicode"

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
type idxFiles struct {
	train, test idxPair
	mapping     string // of labels to characters, or ""
}

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
	if mapping := filepath.Join(dir, found[0].prefix+"mapping.txt"); found[0].prefix != "" && isFile(mapping) {
		set.mapping = mapping
	}
	if set.train.images == "" && set.test.images == "" {
		return nil, fmt.Errorf("dataset: %s: labels without images", found[0].path)
	}
	return set, nil
}

// loadIDX reads a file of images and its labels, in the same directory.
func loadIDX(path string, limits Limits) (*Data, error) {
	dir, name := filepath.Split(path)
	m := idxName.FindStringSubmatchIndex(name)
	if strings.EqualFold(name[m[6]:m[7]], "label") {
		return nil, fmt.Errorf("dataset: %s: labels; give the images", path)
	}
	files := &idxFiles{train: idxPair{images: path}}
	err := newFolder(directory(cmp.Or(dir, ".")), dir, Config{}).entries(".", func(d fs.DirEntry) error {
		l := idxName.FindStringSubmatch(d.Name())
		if l != nil && strings.EqualFold(l[3], "label") && strings.EqualFold(l[1]+l[2], name[m[2]:m[5]]) && files.train.labels == "" {
			files.train.labels = filepath.Join(dir, d.Name())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if mapping := filepath.Join(dir, name[:m[3]]+"mapping.txt"); m[3] > 0 && isFile(mapping) {
		files.mapping = mapping
	}
	return files.load(dir, limits)
}

// load reads what there is: perhaps the test set alone.
func (f *idxFiles) load(dir string, limits Limits) (*Data, error) {
	classes := idxClasses{least: 10}
	var err error
	if classes.names, err = limits.readNames(filepath.Join(dir, "classes.txt")); errors.Is(err, fs.ErrNotExist) {
		err = nil
		if f.mapping != "" {
			err = limits.readMapping(f.mapping, &classes)
		}
	}
	if err != nil {
		return nil, err
	}
	data := &Data{}
	if f.train.images != "" {
		if data.Train, err = f.train.read(data, limits, classes); err != nil {
			return nil, err
		}
		classes.least = len(data.Train.Classes())
	}
	if f.test.images != "" {
		if data.Test, err = f.test.read(data, limits, classes); err != nil {
			return nil, err
		}
		if data.Train != nil {
			data.Report.beyond(f.test.labels, data.Test.Classes(), data.Train.Classes())
		}
	}
	return data, nil
}

// open opens both files.
func (p idxPair) open() (images, labels *os.File, err error) {
	if images, err = files.Open(p.images); err != nil {
		return nil, nil, fmt.Errorf("dataset: %w", err)
	}
	if labels, err = files.Open(p.labels); err != nil {
		images.Close()
		return nil, nil, fmt.Errorf("dataset: %w", err)
	}
	return images, labels, nil
}

// read reads images, or rows of numbers if the file has other types or dimensions.
func (p idxPair) read(data *Data, limits Limits, classes idxClasses) (Examples, error) {
	name := filepath.Base(p.images)
	if p.labels == "" {
		return nil, fmt.Errorf("dataset: %s: there is no file %s, nor with .gz, in the same directory", p.images, labelsName(name))
	}
	images, labels, err := p.open()
	if err != nil {
		return nil, err
	}
	defer images.Close()
	defer labels.Close()
	in, err := newSource(p.images, images, limits)
	if err != nil {
		return nil, err
	}
	a, err := in.idxHeader(limits)
	if err != nil {
		return nil, err
	}
	if a.isBytes() && len(a.shape) == 3 {
		set, err := limits.decodeIDXImages(a, p.labels, labels, classes)
		if err == nil && strings.HasPrefix(strings.ToLower(name), "emnist") {
			data.Report.notef("%s: the images of EMNIST are stored transposed; they are turned", p.images)
			set = set.transposed()
		}
		if err != nil {
			return nil, err
		}
		return set, nil
	}
	if !in.zipped {
		a.file, a.offset = images, in.header
	}
	ex, unmap, err := a.examples(&data.Report)
	if err != nil {
		return nil, err
	}
	if unmap != nil {
		data.unmap = append(data.unmap, unmap)
	}
	names, classOf, err := limits.readIDXLabels(p.labels, labels, ex.Len(), p.images, "rows", classes)
	if err != nil {
		return nil, err
	}
	return ex.labelled(names, classOf), nil
}

// transposed exchanges the rows and columns of grey images.
func (s *Set) transposed() *Set {
	t := *s
	t.shape.Height, t.shape.Width = s.shape.Width, s.shape.Height
	t.pixels = make([]byte, 0, len(s.pixels))
	for i := range s.Len() {
		image := s.Pixels(i)
		for x := range s.shape.Width {
			for y := range s.shape.Height {
				t.pixels = append(t.pixels, image[y*s.shape.Width+x])
			}
		}
	}
	return &t
}

// readMapping reads the mapping of EMNIST: on each line a label and the characters that
// it stands for, by their numbers.
func (l Limits) readMapping(file string, c *idxClasses) error {
	lines, err := l.readNames(file)
	if err != nil {
		return err
	}
	c.index = make(map[int]int)
	for i, line := range lines {
		var numbers []int
		for _, field := range strings.Fields(line) {
			n, err := strconv.Atoi(field)
			if err != nil || n < 0 || n > unicode.MaxRune {
				return fmt.Errorf("dataset: %s: line %d: %.64q is not the number of a label or character", file, i+1, field)
			}
			numbers = append(numbers, n)
		}
		if len(numbers) < 2 {
			return fmt.Errorf("dataset: %s: line %d: a label without characters", file, i+1)
		}
		var name strings.Builder
		for _, n := range numbers[1:] {
			name.WriteRune(rune(n))
		}
		c.index[numbers[0]] = i
		c.names = append(c.names, name.String())
	}
	if err := l.checkNames(c.names); err != nil {
		return fmt.Errorf("dataset: %s: %w", file, err)
	}
	return nil
}

// labelsName returns the name of the labels of a file of images.
func labelsName(images string) string {
	m := idxName.FindStringSubmatchIndex(images)
	return images[:m[6]] + "labels-idx1-ubyte"
}
