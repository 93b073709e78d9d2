package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// ReadFolder reads a folder that contains a folder for each class, which contains the
// images of the class, in folders within it or not: PNG, JPEG and GIF, of which the first
// frame is read, and the formats that the program registers with package image. The names
// of the folders are the names of the classes; they must be UTF-8. Classes are sorted by
// name, and so are the images of a class.
//
// Files named as images are (.png, .jpg, .jpeg, .jpe, .jfif, .gif, .bmp, .tif, .tiff,
// .webp, in any case) are read as what they contain, and so are files with names without
// an extension if they contain an image. Everything else is skipped and listed in the
// report: folders of pictures often contain notes, indices and files of file managers.
// Names that begin with a dot and folders __MACOSX are skipped without a word.
//
// Symbolic links are followed, but not to a folder that contains the link. Images and
// folders that cannot be read, links to nothing among them, are an error that lists them
// all, or, with SkipDamaged, part of the report. A class without images is an error.
//
// Transparent pixels are blended with white. Then the image is turned and resized as
// config.Image says. Then, with one channel, colour is converted to luma as
// [image/color.GrayModel] defines it; with three, grey becomes three equal planes.
//
// If ctx ends, ReadFolder returns no set and the error of ctx.
func ReadFolder(ctx context.Context, fsys fs.FS, config Config) (*Set, Report, error) {
	f := newFolder(fsys, "", config)
	set, err := f.read(ctx, nil)
	if err != nil {
		return nil, Report{}, err
	}
	return set, f.report, nil
}

// folder is a folder of class folders; root is its name in messages.
type folder struct {
	fsys   fs.FS
	root   string
	config Config
	limits Limits
	report Report
	// arrays means that the classes have files of arrays, not of images.
	arrays bool
	// damaged are the errors of what cannot be read, which report has if it is to
	// be skipped.
	damaged Unread
}

func newFolder(fsys fs.FS, root string, config Config) *folder {
	return &folder{fsys: fsys, root: root, config: config, limits: config.Limits.orDefault()}
}

// picture is a file that is an image, or may be one.
type picture struct {
	path  string
	label int
	named bool // as images are
}

// read returns the set. Its classes are the names of the folders, after those of train,
// unless that is nil.
func (f *folder) read(ctx context.Context, train *Set) (*Set, error) {
	var classes []string
	if train != nil {
		classes = train.classes
	}
	pictures, classes, err := f.pictures(classes)
	if err != nil {
		return nil, err
	}
	config := f.config.Image
	if train != nil {
		config.Shape = train.shape
	}
	pixels, labels, shape, err := f.decode(ctx, pictures, config)
	if err != nil {
		return nil, err
	}
	if f.damaged.Count > 0 && !f.config.SkipDamaged {
		return nil, &damagedError{f.damaged}
	}
	f.report.Damaged = f.damaged
	if train == nil {
		if missing := withoutImages(classes, labels); missing >= 0 {
			return nil, f.errorf(classes[missing], "the class has no images")
		}
	} else {
		f.report.beyond(f.root, classes, train.classes)
	}
	return New(shape, classes, pixels, labels)
}

// withoutImages returns the first class that no label is, or −1.
func withoutImages(classes []string, labels []int) int {
	seen := make([]bool, len(classes))
	for _, label := range labels {
		seen[label] = true
	}
	return slices.Index(seen, false)
}

// pictures lists what may be images of all classes, and the classes after those given.
func (f *folder) pictures(classes []string) ([]picture, []string, error) {
	top, err := f.list(".")
	if err != nil {
		return nil, nil, err
	}
	known := slices.Clone(classes)
	index := make(map[string]int)
	for i, class := range classes {
		index[class] = i
	}
	folders := make(map[string]string) // of this name, which was normalized
	var found []entry
	for _, e := range top {
		switch {
		case e.err != nil:
			f.damaged.add(f.errorf(e.name, "%w", e.err))
			continue
		case !e.isFolder():
			f.skip(e.name, "beside the folders of the classes")
			continue
		}
		class := f.config.normalize(e.name)
		if _, ok := index[class]; !ok {
			if len(known) == f.limits.Classes {
				return nil, nil, f.errorf(".", "%w classes: the limit is %d", errTooMany, f.limits.Classes)
			}
			index[class] = len(known)
			known = append(known, class)
		}
		if before, ok := folders[class]; ok {
			f.report.notef("the folders %+q and %+q are one class: normalized, their names are the same", path.Join(f.root, before), path.Join(f.root, e.name))
		}
		folders[class] = e.name
		found = append(found, e)
	}
	if len(folders) == 0 {
		if f.damaged.Count > 0 {
			return nil, nil, &damagedError{f.damaged}
		}
		return nil, nil, f.errorf(".", "no class folders")
	}
	if err := checkNames(known); err != nil {
		return nil, nil, f.errorf(".", "%w", err)
	}
	root, err := fs.Stat(f.fsys, ".")
	if err != nil {
		return nil, nil, f.errorf(".", "%w", cause(err))
	}
	var pictures []picture
	for _, e := range found {
		from := len(pictures)
		if pictures, err = f.enter(pictures, ".", e, index[f.config.normalize(e.name)], []fs.FileInfo{root}); err != nil {
			return nil, nil, err
		}
		slices.SortFunc(pictures[from:], func(a, b picture) int { return strings.Compare(a.path, b.path) })
	}
	return pictures, known, nil
}

// deepest is the number of folders within each other that are read.
const deepest = 64

// enter appends what may be images in the folder e of dir, unless it is one of those
// above, among them dir.
func (f *folder) enter(pictures []picture, dir string, e entry, label int, above []fs.FileInfo) ([]picture, error) {
	name := path.Join(dir, e.name)
	if slices.ContainsFunc(above, func(i fs.FileInfo) bool { return sameFile(i, e.info) }) {
		f.skip(name, "a link to a folder that contains it")
		return pictures, nil
	}
	if len(above) > deepest {
		return nil, f.errorf(name, "more than %d folders within each other", deepest)
	}
	return f.walk(pictures, name, label, append(slices.Clip(above), e.info))
}

// walk appends what may be images in dir, the last of the folders above.
func (f *folder) walk(pictures []picture, dir string, label int, above []fs.FileInfo) ([]picture, error) {
	entries, err := f.list(dir)
	if err != nil {
		f.damaged.add(err)
		return pictures, nil
	}
	for _, e := range entries {
		name := path.Join(dir, e.name)
		named := f.isNamed(e.name)
		switch {
		case e.err != nil && !named && path.Ext(e.name) != "":
			f.skip(name, "%s, and %w", f.noName(), e.err)
		case e.err != nil:
			f.damaged.add(f.errorf(name, "%w", e.err))
		case e.isFolder():
			if pictures, err = f.enter(pictures, dir, e, label, above); err != nil {
				return nil, err
			}
		case !e.mode.IsRegular():
			f.skip(name, "not a regular file")
		case !named && (f.arrays || path.Ext(e.name) != ""):
			f.skip(name, "%s", f.noName())
		case len(pictures) == f.limits.Images:
			return nil, f.errorf(name, "%w images: the limit is %d", errTooMany, f.limits.Images)
		default:
			pictures = append(pictures, picture{name, label, named})
		}
	}
	return pictures, nil
}

// isNamed reports whether a file has a name as those have that are read.
func (f *folder) isNamed(name string) bool {
	if f.arrays {
		return tableFormat(name) == "npy"
	}
	return namedImage(name)
}

func (f *folder) noName() string {
	if f.arrays {
		return "no name of an array (.npy)"
	}
	return "no name of an image"
}

// namedImage reports whether a file has a name as images have.
func namedImage(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".tif", ".tiff", ".webp":
		return true
	}
	return false
}

// decode returns the pixels and labels of the pictures that are images, in a shape that
// it chooses as far as the configuration does not.
func (f *folder) decode(ctx context.Context, pictures []picture, config ImageConfig) ([]byte, []int, Shape, error) {
	if len(pictures) == 0 {
		if f.damaged.Count > 0 {
			return nil, nil, config.Shape, &damagedError{f.damaged}
		}
		return nil, nil, config.Shape, f.errorf(".", "no images")
	}
	choice, err := f.choose(ctx, pictures, config)
	if err != nil {
		return nil, nil, config.Shape, err
	}
	for asked := config; ; {
		config.Shape = choice.shape()
		if err := f.limits.checkShape(config.Shape); err != nil {
			return nil, nil, config.Shape, fmt.Errorf("dataset: %w", err)
		}
		pixels, labels, bad, ok, err := f.decodeAll(ctx, pictures, config, choice)
		if err != nil {
			return nil, nil, config.Shape, err
		}
		if !ok {
			if choice.hasty {
				if choice, err = f.look(ctx, pictures, asked); err != nil {
					return nil, nil, config.Shape, err
				}
			}
			continue
		}
		for _, p := range bad {
			f.file(p)
		}
		choice.describe(&f.report)
		return pixels, labels, config.Shape, nil
	}
}

// decodeAll returns the pixels and the labels of the pictures that are images, and
// the errors of the others. It stops, with ok false, at an image that is unlike what was chosen.
func (f *folder) decodeAll(ctx context.Context, pictures []picture, config ImageConfig, c *choice) (pixels []byte, labels []int, bad []failed, ok bool, err error) {
	size := config.Shape.Size()
	if err := f.limits.checkSet(uint64(len(pictures)), config.Shape); err != nil {
		return nil, nil, nil, false, f.errorf(".", "%w", err)
	}
	d := decoder{ImageConfig: config, limits: f.limits, budget: newBudget(f.limits.Pixels), unlike: c.unlike}
	for len(pictures) > 0 {
		// Memory is allocated as images arrive, at most for twice as many: a shape that
		// comes from an image that lies does not decide about that of all.
		const first = 16 << 20
		have := len(labels)
		now := pictures[:min(len(pictures), max(have, first/size, 1))]
		pictures = pictures[len(now):]
		pixels = grown(pixels[:have*size], (have+len(now))*size)
		errs := make([]error, len(now))
		err := each(ctx, 0, len(now), func(i int) bool {
			at := (have + i) * size
			errs[i] = f.open(ctx, now[i].path, func(file *imageFile) error {
				return d.decode(pixels[at:at+size], file)
			})
			return !c.revise(errs[i])
		})
		if err != nil {
			return nil, nil, nil, false, err
		}
		if c.revised() {
			return nil, nil, nil, false, nil
		}
		for i, err := range errs {
			if err != nil {
				bad = append(bad, failed{err, now[i].named})
				continue
			}
			n := len(labels)
			copy(pixels[n*size:(n+1)*size], pixels[(have+i)*size:])
			labels = append(labels, now[i].label)
		}
	}
	return pixels[:len(labels)*size], labels, bad, true, nil
}

// grown returns b with length n, in new memory only if it has not enough.
func grown(b []byte, n int) []byte {
	if n <= cap(b) {
		return b[:n]
	}
	return append(make([]byte, 0, n), b...)[:n]
}

// failed is a picture that is not in the set.
type failed struct {
	err   error
	named bool
}

// file says in which list of the report a picture belongs.
func (f *folder) file(p failed) {
	if !p.named && (errors.Is(p.err, errNoImage) || errors.Is(p.err, errEmpty)) {
		f.report.Skipped.add(p.err)
	} else {
		f.damaged.add(p.err)
	}
}

// open calls read with the file. It names the file in errors.
func (f *folder) open(ctx context.Context, name string, read func(*imageFile) error) error {
	file, err := f.fsys.Open(name)
	if err != nil {
		return f.errorf(name, "%w", cause(err))
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return f.errorf(name, "%w", cause(err))
	}
	opened := openImage(cancelled{ctx, file}, info.Size(), f.config.Image.Unoriented)
	defer opened.close()
	if err := read(opened); err != nil {
		return f.errorf(name, "%w", cause(err))
	}
	return nil
}

// cancelled is a reader that fails when ctx ends: decoding a large image takes
// seconds, and a hostile one minutes.
type cancelled struct {
	ctx context.Context
	r   io.Reader
}

func (c cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// skip reports a file that is not read.
func (f *folder) skip(name, format string, args ...any) {
	f.report.Skipped.add(f.errorf(name, format, args...))
}

func (f *folder) errorf(name, format string, args ...any) error {
	return fmt.Errorf("dataset: %s: %w", printable(path.Join(f.root, name)), fmt.Errorf(format, args...))
}
