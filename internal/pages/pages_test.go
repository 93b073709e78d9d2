// Package pages tests that everything that the Markdown files of this repository name
// exists: links, paths, targets of make, exported names of packages, and functions
// (including tests) with a capital letter inside.
package pages

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	fences  = regexp.MustCompile("(?ms)^```.*?^```$|^(    |\t).*?$")
	links   = regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`)
	codes   = regexp.MustCompile("`([^`\n]+)`")
	paths   = regexp.MustCompile(`^[\w.*-]+(/[\w.*-]+)*/?$`)
	files   = regexp.MustCompile(`[\w*]\.(go|s|md|txt|yml|mod|work|sum)$`)
	targets = regexp.MustCompile("(?m)(?:^ *|`)make ([a-z][a-z0-9-]*)[^.]*?(?:`|$)")
	tags    = regexp.MustCompile(`(^|/)v\d+\.\d+\.\d+$`) // of versions, not paths
	names   = regexp.MustCompile(`^(\w+)\.([A-Z]\w*)(?:\.(\w+))?(?:\(.*\))?$`)
	inner   = regexp.MustCompile("\\bTest[A-Z]\\w*|`[a-z]+[A-Z]\\w*`")
)

// tree holds the names that exist: the files of the repository by their paths from its
// top, the targets of its Makefile, and the declarations of its packages.
type tree struct {
	files    []string
	targets  []string
	packages map[string][]string // by name: identifiers, and members as Type.Member
	tests    []string            // what files of tests declare
}

func (r tree) declares(name string) bool {
	for _, names := range r.packages {
		if slices.Contains(names, name) {
			return true
		}
	}
	return slices.Contains(r.tests, name)
}

func TestPages(t *testing.T) {
	top := filepath.Join("..", "..")
	repository, err := read(top)
	require.NoError(t, err)
	pages := 0
	for _, name := range repository.files {
		if path.Ext(name) != ".md" {
			continue
		}
		pages++
		text, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(name)))
		require.NoError(t, err)
		for _, problem := range repository.check(name, string(text)) {
			t.Error(problem)
		}
	}
	require.Greater(t, pages, 5, "is %s the top of the repository?", top)
}

// check returns what the text of a page names that does not exist, one line each.
func (r tree) check(page, text string) (problems []string) {
	problem := func(format string, args ...any) {
		problems = append(problems, page+": "+fmt.Sprintf(format, args...))
	}
	for _, m := range targets.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(r.targets, m[1]) {
			problem("make %s: no such target", m[1])
		}
	}
	text = fences.ReplaceAllString(text, "")
	for _, m := range links.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(m[1], ":") && !r.has(path.Join(path.Dir(page), m[1])) {
			problem("link to %s: no such file", m[1])
		}
	}
	for _, name := range inner.FindAllString(text, -1) {
		if name = strings.Trim(name, "`"); !r.declares(name) {
			problem("%s: no such name", name)
		}
	}
	for _, m := range codes.FindAllStringSubmatch(text, -1) {
		code := m[1]
		if q := names.FindStringSubmatch(code); q != nil {
			if exported, ok := r.packages[q[1]]; ok {
				name := q[2]
				if q[3] != "" {
					name += "." + q[3]
				}
				if !slices.Contains(exported, name) {
					problem("%s: no such name", code)
				}
				continue
			}
		}
		first, _, _ := strings.Cut(code, "/")
		local := files.MatchString(code) || strings.Contains(code, "/") && r.has(first)
		if paths.MatchString(code) && !tags.MatchString(code) && local && !r.has(code) && !r.has(path.Join(path.Dir(page), code)) {
			problem("%s: no such file", code)
		}
	}
	return problems
}

// has reports whether a file or a directory has the name, in which * matches any part. A
// name without a directory may be in any directory.
func (r tree) has(name string) bool {
	name = strings.TrimSuffix(name, "/")
	return name == "." || slices.ContainsFunc(r.files, func(file string) bool {
		for dir := file; dir != "."; dir = path.Dir(dir) {
			if ok, _ := path.Match(name, dir); ok {
				return true
			}
		}
		ok, _ := path.Match(name, path.Base(file))
		return ok
	})
}

// read reads the tree at top.
func read(top string) (tree, error) {
	r := tree{packages: map[string][]string{}}
	err := filepath.WalkDir(top, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, file)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel == ".git" {
				return fs.SkipDir
			}
			return nil
		}
		r.files = append(r.files, filepath.ToSlash(rel))
		if filepath.Ext(file) == ".go" {
			return r.add(file)
		}
		return nil
	})
	if err != nil {
		return tree{}, err
	}
	makefile, err := os.ReadFile(filepath.Join(top, "Makefile"))
	for _, m := range regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):`).FindAllSubmatch(makefile, -1) {
		r.targets = append(r.targets, string(m[1]))
	}
	return r, err
}

// add adds the declarations of a Go file.
func (r *tree) add(file string) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	pkg := parsed.Name.Name
	add := func(name string) {
		if strings.HasSuffix(file, "_test.go") {
			r.tests = append(r.tests, name)
		} else {
			r.packages[pkg] = append(r.packages[pkg], name)
		}
	}
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil {
				add(receiver(d.Recv.List[0].Type) + "." + d.Name.Name)
			} else {
				add(d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						add(name.Name)
					}
				case *ast.TypeSpec:
					add(spec.Name.Name)
					for _, member := range members(spec.Type) {
						add(spec.Name.Name + "." + member)
					}
				}
			}
		}
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

// members returns the fields of a struct, or the methods of an interface.
func members(t ast.Expr) (found []string) {
	var list *ast.FieldList
	switch t := t.(type) {
	case *ast.StructType:
		list = t.Fields
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return nil
	}
	for _, field := range list.List {
		for _, name := range field.Names {
			found = append(found, name.Name)
		}
	}
	return found
}

// The check itself: it would pass on anything if it could not fail.
func TestCheckNamesWhatIsMissing(t *testing.T) {
	r := tree{
		files:    []string{"README.md", "vector.go", "doc/one.md", "kernels/gemm.go", ".ci/run"},
		targets:  []string{"test"},
		packages: map[string][]string{"kernels": {"Gemm", "Pool", "Pool.Split", "dotGeneric"}},
		tests:    []string{"TestGemm"},
	}
	for _, c := range []struct{ page, text, problem string }{
		{"README.md", "[one](doc/one.md), [it](kernels), [web](https://example.org/x)", ""},
		{"README.md", "[two](doc/two.md)", "README.md: link to doc/two.md: no such file"},
		{"doc/one.md", "[top](../vector.go#L3)", ""},
		{"doc/one.md", "[top](vector.go)", "doc/one.md: link to vector.go: no such file"},
		{"README.md", "`kernels/gemm.go`, `vector.go`, `*.go`, `kernels/*.go`, `.ci/run`, `a/b`, `kernels/v1.2.3`", ""},
		{"README.md", "`kernels/gemv.go`", "README.md: kernels/gemv.go: no such file"},
		{"README.md", "`matrix.go`", "README.md: matrix.go: no such file"},
		{"README.md", "`kernels.Gemm`, `kernels.Pool.Split`, `fmt.Println()`", ""},
		{"README.md", "`kernels.Gemv(y, a, x)`", "README.md: kernels.Gemv(y, a, x): no such name"},
		{"README.md", "`kernels.Pool.Merge`", "README.md: kernels.Pool.Merge: no such name"},
		{"README.md", "`dotGeneric`, TestGemm", ""},
		{"README.md", "`dotSpecific`, TestGemv", "README.md: dotSpecific: no such name\nREADME.md: TestGemv: no such name"},
		{"README.md", "`make test` and make believe", ""},
		{"README.md", "`make believe`", "README.md: make believe: no such target"},
		{"README.md", "```\nmake tests\n```", "README.md: make tests: no such target"},
	} {
		assert.Equal(t, c.problem, strings.Join(r.check(c.page, c.text), "\n"), c.text)
	}
}
