package dataset

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed842bec00/argmax/internal/files"
)

// readNames reads a file of class names, one a line. Blank lines, which the
// original files end with, and a byte order mark are skipped.
func (l Limits) readNames(file string) ([]string, error) {
	f, err := files.Open(file)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, int64(l.Names)+1))
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	if len(text) > l.Names {
		return nil, fmt.Errorf("dataset: %s: more than %d bytes of class names", file, l.Names)
	}
	var names []string
	for line := range strings.Lines(strings.TrimPrefix(string(text), "\ufeff")) {
		if name := strings.TrimSpace(line); name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("dataset: %s: no class names", file)
	}
	if err := l.checkNames(names); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", file, err)
	}
	return names, nil
}

// checkNames is the function checkNames and the limit.
func (l Limits) checkNames(names []string) error {
	if len(names) > l.Classes {
		return fmt.Errorf("%d classes, the limit is %d", len(names), l.Classes)
	}
	return checkNames(names)
}

// checkNames returns an error unless every class has a name of its own, in UTF-8:
// files of models cannot hold others.
func checkNames(names []string) error {
	seen := make(map[string]bool, len(names))
	for i, name := range names {
		switch {
		case name == "":
			return fmt.Errorf("class %d has no name", i)
		case !utf8.ValidString(name):
			return fmt.Errorf("the name of class %d, %.64q, is not UTF-8", i, name)
		case seen[name]:
			return fmt.Errorf("two classes have the name %.64q", name)
		}
		seen[name] = true
	}
	return nil
}

// numbers returns n class names: "0", "1", …
func numbers(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}
