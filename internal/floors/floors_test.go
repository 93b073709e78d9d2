// Package floors has one test: argmax keeps to its floors and its dependencies.
package floors

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/seed842bec00/argmax"

// floors lists the packages of the library and the other packages of the library that
// each may import, all on floors below it. Sub-packages are on the floor of their
// package; only those of the root, "", are listed.
var floors = map[string][]string{
	"internal/alias":       {},
	"internal/workload":    {"internal/cpu"}, // for benchmarks
	"internal/blocks":      {"internal/cpu"},
	"internal/cpu":         {},
	"internal/files":       {},
	"internal/npy":         {""},
	"internal/mmap":        {},
	"internal/safetensors": {"internal/files", ""},
	"internal/wide":        {"internal/cpu", ""},
	"internal/sections":    {"internal/files"},
	"":                     {"internal/alias", "internal/cpu"},
	"kernels":              {"internal/alias", "internal/blocks", "internal/cpu", ""},
	"index":                {"internal/blocks", "internal/cpu", "internal/files", "internal/sections", "internal/wide", "", "kernels"},
	"internal/cholesky":    {"", "kernels"},
	"classifier":           {"internal/cholesky", "internal/cpu", "internal/files", "internal/npy", "internal/safetensors", "", "index", "kernels"},
	"dataset":              {"internal/files", "internal/mmap", "internal/npy", "internal/safetensors", "", "kernels"},
	"internal/race":        {},                // for tests
	"internal/peak":        {"internal/race"}, // for tests
	"internal/tidy":        {},                // a tool of this repository
}

// assembly lists the packages that may have .s files: the root and internal/wide, which have
// their stubs, and the one that detects features of the processor.
var assembly = []string{"", "internal/cpu", "internal/wide"}

// The modules that the library may require, and those that its tests may.
var (
	dependencies     = []string{"golang.org/x/sys"}
	testDependencies = []string{"github.com/stretchr/testify"}
)

// file is a file of the module other than a test.
type file struct {
	name    string // from the top of the module, with slashes
	imports []string
}

func TestFloors(t *testing.T) {
	top := filepath.Join("..", "..")
	files, err := library(top)
	require.NoError(t, err)
	require.Greater(t, len(files), 10, "files of the library: is %s the top of the module?", top)
	requires, err := requirements(top)
	require.NoError(t, err)
	for _, problem := range append(check(files), checkRequirements(requires)...) {
		t.Error(problem)
	}
}

// check returns the problems of files, one line each.
func check(files []file) (problems []string) {
	for _, f := range files {
		problem := func(format string, args ...any) {
			problems = append(problems, f.name+": "+fmt.Sprintf(format, args...))
		}
		own, ok := floor(directory(f.name))
		if !ok {
			problem("this package is on no floor; give it one in internal/floors")
			continue
		}
		if path.Ext(f.name) == ".s" && !slices.Contains(assembly, own) {
			problem("assembly belongs in the root package")
		}
		for _, imported := range f.imports {
			dir, inModule := inside(module, imported)
			other, known := floor(dir)
			switch {
			case imported == "C":
				problem("uses cgo")
			case inModule && !known:
				problem("imports %s, which is not part of the library", imported)
			case inModule && other != own && !slices.Contains(floors[own], other):
				problem("imports %s, which is not on a floor below", imported)
			case !inModule && !standard(imported) && !slices.ContainsFunc(dependencies, func(m string) bool { _, ok := inside(m, imported); return ok }):
				problem("imports %s: the library depends on %s alone", imported, strings.Join(dependencies, ", "))
			}
		}
	}
	return problems
}

// checkRequirements returns the problems of the modules that go.mod requires.
func checkRequirements(requires []string) (problems []string) {
	for _, m := range requires {
		if !slices.Contains(dependencies, m) && !slices.Contains(testDependencies, m) {
			problems = append(problems, fmt.Sprintf("go.mod: requires %s: the library depends on %s, and %s in tests",
				m, strings.Join(dependencies, ", "), strings.Join(testDependencies, ", ")))
		}
	}
	return problems
}

// floor returns the entry of floors that the package in dir belongs to.
func floor(dir string) (string, bool) {
	for {
		if _, ok := floors[dir]; ok {
			return dir, true
		}
		if dir = directory(dir); dir == "" {
			return "", false
		}
	}
}

// directory returns the directory of name, which is "" at the top.
func directory(name string) string { return strings.TrimPrefix(path.Dir(name), ".") }

// inside returns the path of pkg relative to parent, and whether pkg is inside parent.
func inside(parent, pkg string) (string, bool) {
	rest, ok := strings.CutPrefix(pkg+"/", parent+"/")
	return strings.TrimSuffix(rest, "/"), ok
}

// standard reports whether pkg is part of the standard library: its first element is not
// a domain.
func standard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return !strings.Contains(first, ".")
}

// The check itself: it would pass on anything if it could not fail.
func TestCheckNamesTheOffender(t *testing.T) {
	at := func(dir string) string { return module + "/" + dir }
	for _, c := range []struct {
		file    string
		imports string
		problem string
	}{
		{"vector.go", at("internal/cpu"), ""},
		{"vector.go", "golang.org/x/sys/cpu", ""},
		{"vector.go", "unsafe", ""},
		{"vector.go", "C", "vector.go: uses cgo"},
		{"vector.go", at("kernels"), "vector.go: imports " + at("kernels") + ", which is not on a floor below"},
		{"internal/cpu/cpu.go", module, "internal/cpu/cpu.go: imports " + module + ", which is not on a floor below"},
		{"kernels/gemm.go", module, ""},
		{"kernels/block/sizes.go", at("kernels"), ""},
		{"kernels/gemm.go", at("classifier/train"), "kernels/gemm.go: imports " + at("classifier/train") + ", which is not on a floor below"},
		{"classifier/knn.go", at("kernels"), ""},
		{"classifier/linear.go", at("dataset"), "classifier/linear.go: imports " + at("dataset") + ", which is not on a floor below"},
		{"dataset/idx/idx.go", at("dataset"), ""},
		{"dataset/idx.go", at("classifier"), "dataset/idx.go: imports " + at("classifier") + ", which is not on a floor below"},
		{"internal/safetensors/read.go", at("kernels"), "internal/safetensors/read.go: imports " + at("kernels") + ", which is not on a floor below"},
		{"kernels/gemm.go", at("asm/vec"), "kernels/gemm.go: imports " + at("asm/vec") + ", which is not part of the library"},
		{"kernels/gemm.go", at("bench"), "kernels/gemm.go: imports " + at("bench") + ", which is not part of the library"},
		{"kernels/gemm.go", at("cmd/argmax"), "kernels/gemm.go: imports " + at("cmd/argmax") + ", which is not part of the library"},
		{"kernels/gemm.go", "gonum.org/v1/gonum/blas", "kernels/gemm.go: imports gonum.org/v1/gonum/blas: the library depends on golang.org/x/sys alone"},
		{"kernels/gemm.go", "golang.org/x/system", "kernels/gemm.go: imports golang.org/x/system: the library depends on golang.org/x/sys alone"},
		{"kernels/gemm.go", module + "2", "kernels/gemm.go: imports " + module + "2: the library depends on golang.org/x/sys alone"},
		{"models/tree.go", "math", "models/tree.go: this package is on no floor; give it one in internal/floors"},
		{"internal/fast/fast.go", "math", "internal/fast/fast.go: this package is on no floor; give it one in internal/floors"},
		{"kernels_amd64.s", "", ""},
		{"kernels/gemm_amd64.s", "", "kernels/gemm_amd64.s: assembly belongs in the root package"},
	} {
		f := file{name: c.file}
		if c.imports != "" {
			f.imports = []string{c.imports}
		}
		assert.Equal(t, c.problem, strings.Join(check([]file{f}), "\n"), "%s imports %q", c.file, c.imports)
	}

	assert.Empty(t, checkRequirements([]string{"golang.org/x/sys", "github.com/stretchr/testify"}))
	assert.Equal(t,
		[]string{"go.mod: requires gonum.org/v1/gonum: the library depends on golang.org/x/sys, and github.com/stretchr/testify in tests"},
		checkRequirements([]string{"gonum.org/v1/gonum"}))
}
