package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// directory is the file system of a directory on disk. Unlike that of os.DirFS its names
// need not be UTF-8.
type directory string

func (d directory) Open(name string) (fs.File, error) {
	return os.Open(filepath.Join(string(d), filepath.FromSlash(name)))
}

// Stat implements fs.StatFS.
func (d directory) Stat(name string) (fs.FileInfo, error) {
	return os.Stat(filepath.Join(string(d), filepath.FromSlash(name)))
}

// entry is an entry of a directory, or what it links to.
type entry struct {
	name string
	mode fs.FileMode
	info fs.FileInfo // of folders
	err  error       // of an entry that cannot be looked at
}

func (e entry) isFolder() bool { return e.mode.IsDir() }

// errTooMany means that a folder contains more than a limit.
var errTooMany = errors.New("too many")

// list returns the entries of dir that are not hidden, sorted by name. Those in the way
// of being looked at have an error.
func (f *folder) list(dir string) ([]entry, error) {
	var entries []entry
	err := f.entries(dir, func(d fs.DirEntry) error {
		e := entry{name: d.Name(), mode: d.Type()}
		if strings.HasPrefix(e.name, ".") || e.name == "__MACOSX" {
			return nil
		}
		if linked := e.mode&fs.ModeSymlink != 0; linked || e.mode.IsDir() {
			look := d.Info
			if linked {
				look = func() (fs.FileInfo, error) { return fs.Stat(f.fsys, path.Join(dir, e.name)) }
			}
			info, err := look()
			switch {
			case err == nil:
				e.info, e.mode = info, info.Mode()
			case linked && errors.Is(err, fs.ErrNotExist):
				e.err = fmt.Errorf("a link to nothing: %w", fs.ErrNotExist)
			default:
				e.err = cause(err)
			}
		}
		if len(entries) == f.limits.Images+f.limits.Classes {
			return f.errorf(dir, "%w files: the limit is %d", errTooMany, len(entries))
		}
		entries = append(entries, e)
		return nil
	})
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return entries, err
}

// entries calls each with the entries of dir, which are not all in memory at a
// time if the file system can list them in parts.
func (f *folder) entries(dir string, each func(fs.DirEntry) error) error {
	d, err := f.fsys.Open(dir)
	if err != nil {
		return f.errorf(dir, "%w", cause(err))
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
			return f.errorf(dir, "%w", cause(err))
		}
	}
}

// hasFolders reports whether dir is a folder with folders in it.
func (f *folder) hasFolders(dir string) (bool, error) {
	entries, err := f.list(dir)
	return slices.ContainsFunc(entries, entry.isFolder), err
}

// sameFile reports whether two folders are one.
func sameFile(a, b fs.FileInfo) bool { return a != nil && b != nil && os.SameFile(a, b) }

// cause returns what is wrong without the name of the file, which messages have anyway.
func cause(err error) error {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err
	}
	return err
}

// printable is a name as messages show it: quoted, if bytes of it are not UTF-8.
func printable(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	return strconv.Quote(name)
}

// damagedError lists what cannot be read.
type damagedError struct{ Unread }

func (e *damagedError) Error() string {
	if e.Count == 1 {
		return e.Errors[0].Error()
	}
	const most = 20
	var text strings.Builder
	fmt.Fprintf(&text, "dataset: %d files cannot be read:", e.Count)
	for _, err := range e.Errors[:min(most, len(e.Errors))] {
		text.WriteString("\n  " + strings.TrimPrefix(err.Error(), "dataset: "))
	}
	if e.Count > most {
		fmt.Fprintf(&text, "\n  and %d more", e.Count-most)
	}
	return text.String()
}

func (e *damagedError) Unwrap() []error { return e.Errors }

// some names classes in a message, or the first of many.
func some(classes []string) string {
	const most = 20
	if len(classes) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(classes[:most], ", "), len(classes)-most)
	}
	return strings.Join(classes, ", ")
}

// each calls do for lo to hi-1 from several goroutines, until a call returns false or
// ctx ends, whose error it returns.
func each(ctx context.Context, lo, hi int, do func(i int) bool) error {
	var next atomic.Int64
	next.Store(int64(lo))
	var stopped atomic.Bool
	var workers sync.WaitGroup
	for range min(hi-lo, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for !stopped.Load() && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= hi {
					return
				}
				if !do(i) {
					stopped.Store(true)
				}
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("dataset: %w", err)
	}
	return nil
}
