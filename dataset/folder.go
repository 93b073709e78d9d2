package dataset

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// FolderConfig says what [ReadFolder] makes of images. The zero value reads
// colour images that all have the same size.
type FolderConfig struct {
	// Shape is that of the set. A zero Height or Width is the one of the first
	// image; zero Channels are 3.
	Shape Shape
	// Resize brings images of another size to Shape. Without it, such an image is
	// an error.
	Resize Resize
}

// ReadFolder reads a folder that has one folder for each class, with its images
// in it: PNG, JPEG and GIF, of which the first frame counts. The names of the
// folders are the names of the classes. Classes are sorted by name, and so are
// the images of a class.
//
// Skipped are names that begin with a dot, files beside the class folders, and
// in a class folder everything that is no regular file named .png, .jpg, .jpeg
// or .gif, in either case: a folder of pictures often holds notes, indices and
// what a file manager leaves. Symbolic links are followed. A file of such a name
// that is no such image is an error; so is a class without images.
//
// Transparent pixels are laid over white; then the image is resized; then, with
// one channel, colour becomes luma as [image/color.GrayModel] defines it, and
// with three, grey becomes three equal planes. The orientation that a JPEG may
// note is not applied.
//
// When ctx ends, there is no set, and the error is that of ctx.
func ReadFolder(ctx context.Context, fsys fs.FS, config FolderConfig) (*Set, error) {
	return folder{fsys: fsys}.read(ctx, config, nil)
}

// folder is a folder of class folders; root is its name in messages.
type folder struct {
	fsys fs.FS
	root string
}

// read returns the set; classes are the names of the folders if nil.
func (f folder) read(ctx context.Context, config FolderConfig, classes []string) (*Set, error) {
	names, err := f.list(".", isFolder)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, f.errorf(".", "no class folders")
	}
	if classes == nil {
		classes = names
	}
	var files []string
	var labels []int
	for _, class := range names {
		label := slices.Index(classes, class)
		if label < 0 {
			return nil, f.errorf(class, "no such class; there are %s", strings.Join(classes, ", "))
		}
		images, err := f.list(class, isImage)
		if err != nil {
			return nil, err
		}
		if len(images) == 0 {
			return nil, f.errorf(class, "the class has no images (.png, .jpg, .jpeg, .gif)")
		}
		for _, image := range images {
			files = append(files, path.Join(class, image))
			labels = append(labels, label)
		}
	}

	shape, err := f.complete(config.Shape, files[0])
	if err != nil {
		return nil, err
	}
	size := shape.Size()
	if len(files) > maxBytes/size {
		return nil, f.errorf(".", "%d images of %v: a set has at most %d bytes", len(files), shape, maxBytes)
	}
	pixels := make([]byte, len(files)*size)
	err = each(ctx, len(files), func(i int) error {
		return f.open(files[i], func(r fs.File) error {
			return decodeImage(pixels[i*size:(i+1)*size], r, shape, config.Resize)
		})
	})
	if err != nil {
		return nil, err
	}
	return New(shape, classes, pixels, labels)
}

// complete replaces what is zero in shape.
func (f folder) complete(shape Shape, first string) (Shape, error) {
	if shape.Channels == 0 {
		shape.Channels = 3
	}
	if shape.Height == 0 || shape.Width == 0 {
		err := f.open(first, func(r fs.File) error {
			config, err := imageConfig(r)
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
	if err := shape.check(); err != nil {
		return shape, fmt.Errorf("dataset: %w", err)
	}
	return shape, nil
}

// open calls read with the file and names it in errors.
func (f folder) open(name string, read func(fs.File) error) error {
	file, err := f.fsys.Open(name)
	if err != nil {
		return f.errorf(name, "%w", err)
	}
	defer file.Close()
	if err := read(file); err != nil {
		return f.errorf(name, "%w", err)
	}
	return nil
}

// list returns the sorted names in dir that are not hidden and that keep
// accepts, given what a symbolic link leads to.
func (f folder) list(dir string, keep func(name string, mode fs.FileMode) bool) ([]string, error) {
	entries, err := fs.ReadDir(f.fsys, dir)
	if err != nil {
		return nil, f.errorf(dir, "%w", err)
	}
	var names []string
	for _, entry := range entries {
		name, mode := entry.Name(), entry.Type()
		if strings.HasPrefix(name, ".") {
			continue
		}
		if mode&fs.ModeSymlink != 0 {
			info, err := fs.Stat(f.fsys, path.Join(dir, name))
			if err != nil {
				return nil, f.errorf(path.Join(dir, name), "%w", err)
			}
			mode = info.Mode()
		}
		if keep(name, mode) {
			names = append(names, name)
		}
	}
	return names, nil
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

// each calls do for 0 to n-1, several at a time, until one fails. Of several
// errors it returns that of the lowest i: every lower one has been started, and
// what is started is finished.
func each(ctx context.Context, n int, do func(i int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var failed atomic.Bool
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for !failed.Load() && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if errs[i] = do(i); errs[i] != nil {
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
