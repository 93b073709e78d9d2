package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// stdin is the name of the standard input among files.
const stdin = "-"

// files returns the files that the arguments of a command mean, in order: files, all
// regular files in folders and their folders, in lexical order, files that match a
// pattern where the shell has left one, and those that are named in list, a line each.
// What cannot be read is an error in its place, and the rest follows.
func files(arguments []string, list io.Reader) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, argument := range arguments {
			if !expand(argument, yield) {
				return
			}
		}
		if list == nil {
			return
		}
		lines := bufio.NewScanner(list)
		for lines.Scan() {
			if name := strings.TrimSuffix(lines.Text(), "\r"); name != "" && !expand(name, yield) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield("", fmt.Errorf("reading the list of files: %w", err))
		}
	}
}

// expand yields the files of one argument, and reports whether to go on.
func expand(argument string, yield func(string, error) bool) bool {
	if argument == stdin {
		return yield(stdin, nil)
	}
	info, err := os.Stat(argument)
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(argument, "*?["):
		matches, err := filepath.Glob(argument)
		if err == nil && matches == nil {
			err = errors.New("no file matches")
		}
		if err != nil {
			return yield(argument, fmt.Errorf("%s: %w", argument, err))
		}
		for _, m := range matches {
			if !expand(m, yield) {
				return false
			}
		}
		return true
	case err == nil && info.IsDir():
		return walk(argument, yield)
	}
	return yield(argument, nil) // whoever opens it says what is wrong with it
}

func walk(dir string, yield func(string, error) bool) bool {
	goOn := true
	_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error { // yields its errors
		switch {
		case err != nil:
			goOn = yield(path, err)
		case strings.HasPrefix(entry.Name(), ".") && path != dir: // of the system
			if entry.IsDir() {
				return fs.SkipDir
			}
		case !entry.IsDir():
			goOn = yield(path, nil)
		}
		if !goOn {
			return fs.SkipAll
		}
		if err != nil && entry != nil && entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	return goOn
}
