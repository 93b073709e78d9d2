package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// FolderConfig configures [ReadFolder]. The zero value reads colour images that all have
// the same size.
type FolderConfig struct {
	// Shape is that of the set. A zero Height or Width stands for that of the
	// first image; zero Channels stand for 3.
	Shape Shape
	// Resize scales images of another size to Shape. If it is nil, such an image is
	// an error.
	Resize Resize
	// Limits bound the memory that reading may take.
	Limits Limits
}

// ReadFolder reads a folder that contains a folder for each class, which contains
// the images of the class: PNG, JPEG and GIF, of which the first frame is read. The
// names of the folders are the names of the classes; they must be UTF-8. Classes
// are sorted by name, and so are the images of a class.
//
// Names that begin with a dot are skipped; so are files beside the class folders,
// and in a class folder everything but regular files named .png, .jpg, .jpeg or
// .gif, in either case: folders of pictures often contain notes, indices and files
// of file managers. Symbolic links are followed. A file of such a name that is not
// such an image is an error; so is a class without images.
//
// Transparent pixels are blended with white. Then the image is resized. Then, with
// one channel, colour is converted to luma as [image/color.GrayModel] defines it;
// with three, grey becomes three equal planes. The orientation in a JPEG's
// metadata is not applied.
//
// If ctx ends, ReadFolder returns no set and the error of ctx.
func ReadFolder(ctx context.Context, fsys fs.FS, config FolderConfig) (*Set, error) {
	return folder{fsys: fsys}.read(ctx, config, nil)
}

// folder is a folder of class folders; root is its name in messages.
type folder struct {
	fsys fs.FS
	root string
}

// read returns the set. Its classes are the names of the folders if classes is
// nil.
func (f folder) read(ctx context.Context, config FolderConfig, classes []string) (*Set, error) {
	limits := config.Limits.orDefault()
	paths, labels, classes, err := f.images(classes, limits)
	if err != nil {
		return nil, err
	}
	shape, err := f.complete(config.Shape, paths[0], limits)
	if err != nil {
		return nil, err
	}
	if err := limits.checkSet(uint64(len(paths)), shape); err != nil {
		return nil, f.errorf(".", "%w", err)
	}

	d := decoder{limits: limits, shape: shape, resize: config.Resize, budget: newBudget(limits.Pixels)}
	size := shape.Size()
	var pixels []byte
	// Memory is allocated as images arrive, at most for twice as many: the size of
	// the first, which may be a lie, does not decide about that of all.
	for done := 0; done < len(paths); {
		const first = 16 << 20
		next := min(len(paths), max(2*done, first/size, 1))
		pixels = append(make([]byte, 0, next*size), pixels...)[:next*size]
		err := each(ctx, done, next, func(i int) error {
			return f.open(paths[i], func(file imageFile) error {
				file.Reader = cancelled{ctx, file.Reader}
				return d.decode(pixels[i*size:(i+1)*size], file)
			})
		})
		if err != nil {
			return nil, err
		}
		done = next
	}
	return New(shape, classes, pixels, labels)
}

// images lists the images of all classes and their labels. It returns the names
// of the folders if classes is nil.
func (f folder) images(classes []string, limits Limits) (paths []string, labels []int, names []string, err error) {
	folders, err := f.list(".", limits.Classes, isFolder)
	if err != nil {
		return nil, nil, nil, err
	}
	if len(folders) == 0 {
		return nil, nil, nil, f.errorf(".", "no class folders")
	}
	if err := limits.checkNames(folders); err != nil {
		return nil, nil, nil, f.errorf(".", "%w", err)
	}
	if classes == nil {
		classes = folders
	}
	index := make(map[string]int, len(classes))
	for i, class := range classes {
		index[class] = i
	}
	for _, class := range folders {
		label, ok := index[class]
		if !ok {
			return nil, nil, nil, f.errorf(class, "no such class; there are %s", some(classes))
		}
		images, err := f.list(class, limits.Images-len(paths), isImage)
		if err != nil {
			return nil, nil, nil, err
		}
		if len(images) == 0 {
			return nil, nil, nil, f.errorf(class, "the class has no images (.png, .jpg, .jpeg, .gif)")
		}
		for _, image := range images {
			paths = append(paths, path.Join(class, image))
			labels = append(labels, label)
		}
	}
	return paths, labels, classes, nil
}

// some names classes in a message, or the first of many.
func some(classes []string) string {
	const most = 20
	if len(classes) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(classes[:most], ", "), len(classes)-most)
	}
	return strings.Join(classes, ", ")
}

// complete replaces the zeros in shape.
func (f folder) complete(shape Shape, first string, limits Limits) (Shape, error) {
	if shape.Channels == 0 {
		shape.Channels = 3
	}
	if shape.Height == 0 || shape.Width == 0 {
		err := f.open(first, func(file imageFile) error {
			config, err := limits.imageConfig(file)
			if shape.Height == 0 {
				shape.Height = config.Height
			}
			if shape.Width == 0 {
				shape.Width = config.Width
			}
			return err
		})
		if err != nil {
			return shape, err
		}
	}
	if err := limits.checkShape(shape); err != nil {
		return shape, fmt.Errorf("dataset: %w", err)
	}
	return shape, nil
}

// open calls read with the file. It names the file in errors.
func (f folder) open(name string, read func(imageFile) error) error {
	file, err := f.fsys.Open(name)
	if err != nil {
		return f.errorf(name, "%w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return f.errorf(name, "%w", err)
	}
	if err := read(imageFile{file, info.Size()}); err != nil {
		return f.errorf(name, "%w", err)
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

// errTooMany means that a folder contains more than a limit.
var errTooMany = errors.New("too many")

// list returns the sorted names in dir that are not hidden and that keep accepts,
// given the mode of what a symbolic link leads to. More than most are an error.
func (f folder) list(dir string, most int, keep func(name string, mode fs.FileMode) bool) ([]string, error) {
	var names []string
	err := f.entries(dir, func(entry fs.DirEntry) error {
		name, mode := entry.Name(), entry.Type()
		if strings.HasPrefix(name, ".") {
			return nil
		}
		if mode&fs.ModeSymlink != 0 {
			info, err := fs.Stat(f.fsys, path.Join(dir, name))
			if err != nil {
				return f.errorf(path.Join(dir, name), "%w", err)
			}
			mode = info.Mode()
		}
		if !keep(name, mode) {
			return nil
		}
		if len(names) == most {
			return f.errorf(dir, "%w: the limit is %d", errTooMany, most)
		}
		names = append(names, name)
		return nil
	})
	slices.Sort(names)
	return names, err
}

// entries calls each with the entries of dir, which are not all in memory at a
// time if the file system can list them in parts.
func (f folder) entries(dir string, each func(fs.DirEntry) error) error {
	d, err := f.fsys.Open(dir)
	if err != nil {
		return f.errorf(dir, "%w", err)
	}
	defer d.Close()
	parts, ok := d.(fs.ReadDirFile)
	if !ok {
		return f.errorf(dir, "not a directory")
	}
	for {
		entries, err := parts.ReadDir(1024)
		for _, entry := range entries {
			if err := each(entry); err != nil {
				return err
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return f.errorf(dir, "%w", err)
		}
	}
}

func isFolder(_ string, mode fs.FileMode) bool { return mode.IsDir() }

func isImage(name string, mode fs.FileMode) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif":
		return mode.IsRegular()
	}
	return false
}

func (f folder) errorf(name, format string, args ...any) error {
	return fmt.Errorf("dataset: %s: %w", path.Join(f.root, name), fmt.Errorf(format, args...))
}

// each calls do for lo to hi-1 from several goroutines, until a call fails. Of
// several errors it returns that of the lowest i: the calls for all lower ones have
// begun, and calls that have begun are finished.
func each(ctx context.Context, lo, hi int, do func(i int) error) error {
	errs := make([]error, hi-lo)
	var next atomic.Int64
	next.Store(int64(lo))
	var failed atomic.Bool
	var workers sync.WaitGroup
	for range min(hi-lo, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for !failed.Load() && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= hi {
					return
				}
				if errs[i-lo] = do(i); errs[i-lo] != nil {
					failed.Store(true)
				}
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("dataset: %w", err)
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
