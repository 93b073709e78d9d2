package floors

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// library returns the Go and assembly files of the module at top, for all architectures
// and without those of nested modules.
func library(top string) (files []file, err error) {
	err = filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		base, ext := filepath.Base(name), filepath.Ext(name)
		switch {
		case rel == ".":
		case d.IsDir():
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			if nested := err == nil; nested || base == "testdata" || base[0] == '.' || base[0] == '_' {
				return fs.SkipDir
			}
		case ext == ".s":
			files = append(files, file{name: filepath.ToSlash(rel)})
		case ext == ".go" && !strings.HasSuffix(base, "_test.go"):
			imports, err := importsOf(name)
			if err != nil {
				return err
			}
			files = append(files, file{filepath.ToSlash(rel), imports})
		}
		return nil
	})
	return files, err
}

func importsOf(name string) ([]string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, spec := range parsed.Imports {
		pkg, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		imports = append(imports, pkg)
	}
	return imports, nil
}

// requirements returns the modules that the go.mod in top requires directly.
func requirements(top string) ([]string, error) {
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = top
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%v: %w", cmd, err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		return nil, err
	}
	var direct []string
	for _, m := range mod.Require {
		if !m.Indirect {
			direct = append(direct, m.Path)
		}
	}
	return direct, nil
}
