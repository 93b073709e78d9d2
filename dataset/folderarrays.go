package dataset

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/seed842bec00/argmax/internal/files"
	"github.com/seed842bec00/argmax/kernels"
)

// readAny reads the images or the arrays of a folder on disk. The classes are those of
// train and after them its own, unless train is nil.
func (f *folder) readAny(ctx context.Context, train Examples) (Examples, error) {
	var err error
	if f.arrays, err = f.hasArrays(); err != nil {
		return nil, err
	}
	if f.arrays {
		return f.readArrays(ctx, train)
	}
	images, isSet := train.(*Set)
	if train != nil && !isSet {
		return nil, f.errorf(".", "images, and %s has rows of numbers", train.Name())
	}
	set, err := f.read(ctx, images)
	if err != nil {
		return nil, err
	}
	return set, nil
}

// hasArrays reports whether the folders of the classes have files of arrays and no files
// named as images. What cannot be read is left to whoever reads it.
func (f *folder) hasArrays() (bool, error) {
	classes, err := f.list(".")
	if err != nil {
		return false, err
	}
	for _, class := range classes {
		if !class.isFolder() {
			continue
		}
		entries, err := f.list(class.name)
		if err != nil {
			continue
		}
		if slices.ContainsFunc(entries, func(e entry) bool { return namedImage(e.name) }) {
			return false, nil
		}
		if slices.ContainsFunc(entries, func(e entry) bool { return tableFormat(e.name) == "npy" }) {
			return true, nil
		}
	}
	return false, nil
}

// readArrays reads arrays of one dimension as a row, others as rows.
func (f *folder) readArrays(ctx context.Context, train Examples) (Examples, error) {
	var known []string
	if train != nil {
		known = train.Classes()
	}
	arrays, classes, err := f.pictures(known)
	if err != nil {
		return nil, err
	}
	t := &Table[float32]{}
	if train != nil {
		t.x.Cols = train.Features()
	}
	for _, file := range arrays {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("dataset: %w", err)
		}
		rows, err := f.readArray(file.path, t)
		if err != nil {
			f.damaged.add(err)
			continue
		}
		for range rows {
			t.labels = append(t.labels, file.label)
		}
	}
	if f.damaged.Count > 0 && !f.config.SkipDamaged {
		return nil, &damagedError{f.damaged}
	}
	f.report.Damaged = f.damaged
	if train == nil {
		if missing := withoutImages(classes, t.labels); missing >= 0 {
			return nil, f.errorf(classes[missing], "the class has no arrays")
		}
	} else {
		f.report.beyond(f.root, classes, train.Classes())
	}
	t.classes, t.x.Stride = classes, t.x.Cols
	return t, nil
}

// readArray appends the rows of a file and returns their number.
func (f *folder) readArray(name string, t *Table[float32]) (rows int, err error) {
	file, err := files.Open(filepath.Join(f.root, filepath.FromSlash(name)))
	if err != nil {
		return 0, f.errorf(name, "%w", cause(err))
	}
	defer file.Close()
	all, err := openNPY(file, f.limits)
	if err != nil {
		return 0, err
	}
	a, err := all.open("")
	if err != nil {
		return 0, err
	}
	if len(a.shape) == 1 {
		a.shape = []int{1, a.shape[0]}
	}
	n, features, err := a.rows()
	switch {
	case err != nil:
		return 0, err
	case t.x.Cols != 0 && features != t.x.Cols:
		return 0, f.errorf(name, "rows of %d features, and others have %d", features, t.x.Cols)
	case n > f.limits.Images-t.x.Rows:
		return 0, f.errorf(name, "%w rows: the limit is %d", errTooMany, f.limits.Images)
	}
	if err := a.checkBytes(t.x.Rows+n, 4*uint64(features)); err != nil {
		return 0, err
	}
	data, err := a.floats(n, features, &f.report)
	if err != nil {
		return 0, err
	}
	t.x = kernels.Dense[float32]{Rows: t.x.Rows + n, Cols: features, Data: append(t.x.Data, data...)}
	return n, nil
}
