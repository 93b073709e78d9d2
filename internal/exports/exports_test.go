// Package exports tests that every exported name of the library has a user: other code
// of this repository, or an example that shows how to use it.
package exports

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/seed842bec00/argmax"

// library lists the directories of the packages that users import.
var library = []string{"", "kernels", "classifier", "classifier/convert", "classifier/loss", "classifier/metrics", "classifier/pca", "classifier/selection", "dataset", "dataset/fashion", "index"}

// unused lists exported names without a user here, and why they are exported.
var unused = map[string]string{
	"classifier.ErrNoProbabilities": "callers of Probabilities compare their error with it",
}

// A file is a parsed Go file of the repository.
type file struct {
	dir    string // from the top of the repository, with slashes; "" at the top
	test   bool
	syntax *ast.File
}

func TestExportedNamesAreUsed(t *testing.T) {
	files, err := read(filepath.Join("..", ".."))
	require.NoError(t, err)
	names := declared(files)
	require.Greater(t, len(names), 100, "is this the library?")
	var excused []string
	for _, name := range unusedNames(files) {
		if _, ok := unused[name]; ok {
			excused = append(excused, name)
			continue
		}
		t.Errorf("%s is used by no other package and by no example: unexport it, show it in an example, or say in this test why it is exported", name)
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(unused)), excused, "the list of unused names")
}

// unusedNames returns the exported names of the library that have no user.
func unusedNames(files []file) []string {
	used, selected := uses(files)
	return slices.DeleteFunc(declared(files), func(name string) bool {
		dir, rest, _ := strings.Cut(name, ".")
		_, method, ok := strings.Cut(rest, ".")
		if !ok {
			return used[name]
		}
		for u := range selected { // a method of this name, of any type
			if u.name == method && u.dir != dir {
				return true
			}
		}
		return false
	})
}

// The test itself: it would pass on anything if it could not fail.
func TestUnusedNamesAreFound(t *testing.T) {
	parse := func(dir, name, source string) file {
		syntax, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		require.NoError(t, err)
		return file{dir, strings.HasSuffix(name, "_test.go"), syntax}
	}
	files := []file{
		parse("kernels", "x.go", `package kernels
			type Named struct{}
			type Shown struct{}
			type Lost struct{}
			func Called(n Named) {}
			func Forgotten() { Called(Named{}) }
			func (s Shown) Method() {}
			func (s Shown) Other() {}
			func (s Shown) String() string { return "" }
			const Value = 1
			func internal() {}`),
		parse("kernels", "x_test.go", `package kernels_test
			import "github.com/seed842bec00/argmax/kernels"
			func ExampleShown() { kernels.Shown{}.Method() }
			func TestOther() { kernels.Shown{}.Other(); kernels.Forgotten() }`),
		parse("cmd/argmax", "main.go", `package main
			import k "github.com/seed842bec00/argmax/kernels"
			func main() { k.Called(nil) }`),
	}
	assert.Equal(t, []string{"kernels.Forgotten", "kernels.Lost", "kernels.Shown.Other"}, unusedNames(files))
}

// read parses the Go files below top.
func read(top string) (files []file, err error) {
	err = filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := filepath.Base(name); base == "testdata" || base == ".git" {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(top, filepath.Dir(name))
		if err != nil {
			return err
		}
		files = append(files, file{strings.TrimPrefix(filepath.ToSlash(dir), "."), strings.HasSuffix(name, "_test.go"), syntax})
		return nil
	})
	return files, err
}

// declared returns the exported names of the library: "kernels.Gemm" for a declaration,
// "kernels.TopK.Push" for a method. It omits constants, which are values of a type, and
// fields and the methods of interfaces, which are parts of one.
func declared(files []file) (names []string) {
	for _, f := range files {
		if f.test || !slices.Contains(library, f.dir) {
			continue
		}
		add := func(elements ...string) {
			if ast.IsExported(elements[0]) && ast.IsExported(elements[len(elements)-1]) {
				names = append(names, f.dir+"."+strings.Join(elements, "."))
			}
		}
		for _, d := range f.syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				switch {
				case d.Recv == nil:
					add(d.Name.Name)
				case !implements(d.Name.Name):
					add(receiver(d.Recv.List[0].Type), d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.ValueSpec:
						if d.Tok == token.CONST {
							continue
						}
						for _, name := range spec.Names {
							add(name.Name)
						}
					case *ast.TypeSpec:
						add(spec.Name.Name)
					}
				}
			}
		}
	}
	slices.Sort(names)
	return names
}

// implements reports whether methods of this name implement an interface of the standard
// library, which calls them.
func implements(method string) bool {
	return slices.Contains([]string{"String", "Error", "Unwrap", "MarshalJSON", "MarshalText", "UnmarshalText"}, method)
}

// members returns the fields of a struct type, or the methods of an interface type.
func members(t ast.Expr) []*ast.Field {
	switch t := t.(type) {
	case *ast.StructType:
		return t.Fields.List
	case *ast.InterfaceType:
		return t.Methods.List
	}
	return nil
}

// receiver returns the name of the type of a receiver.
func receiver(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}

// A use is a name after a dot, and the directory of the file that uses it: "example" in
// an example, of whatever package.
type use struct{ dir, name string }

// uses returns the names of packages that are used: by files of other packages, by
// examples and, for types, by other exported declarations, whose callers need the name.
// Beside them it returns all names after a dot, some of which are methods.
func uses(files []file) (names map[string]bool, selected map[use]bool) {
	names, selected = map[string]bool{}, map[use]bool{}
	for _, f := range files {
		packages := map[string]string{} // directories of imported packages of this repository, by name
		for _, i := range f.syntax.Imports {
			imported, _ := strconv.Unquote(i.Path.Value)
			rest, ok := strings.CutPrefix(imported, module)
			if !ok {
				continue
			}
			name := path.Base(imported)
			if i.Name != nil {
				name = i.Name.Name
			}
			packages[name] = strings.TrimPrefix(rest, "/")
		}
		for _, d := range f.syntax.Decls {
			from := f.dir
			if fn, ok := d.(*ast.FuncDecl); ok && f.test && strings.HasPrefix(fn.Name.Name, "Example") {
				from = "example"
			}
			ast.Inspect(d, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				selected[use{from, s.Sel.Name}] = true
				if x, ok := s.X.(*ast.Ident); ok {
					if dir, ok := packages[x.Name]; ok && dir != from {
						names[dir+"."+s.Sel.Name] = true
					}
				}
				return true
			})
			if !f.test {
				signature(d, f.dir, names)
			}
		}
	}
	return names, selected
}

// signature adds the types of package dir in the signature of an exported declaration.
func signature(d ast.Decl, dir string, used map[string]bool) {
	add := func(node ast.Node) {
		ast.Inspect(node, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.IsExported() {
				used[dir+"."+id.Name] = true
			}
			return true
		})
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() {
			add(d.Type)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if spec, ok := spec.(*ast.TypeSpec); ok && spec.Name.IsExported() {
				for _, field := range members(spec.Type) {
					add(field.Type)
				}
			}
		}
	}
}
