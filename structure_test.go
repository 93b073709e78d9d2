package argmax

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// functions parses a file of this package and returns its functions by name.
func functions(t *testing.T, file string) map[string]*ast.FuncDecl {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	byName := map[string]*ast.FuncDecl{}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
			byName[fn.Name.Name] = fn
		}
	}
	return byName
}

// The golden file has a line for each kernel and definition, and no other.
func TestEveryKernelIsGolden(t *testing.T) {
	have, _ := readGolden(t)
	want, _ := goldens()
	assert.ElementsMatch(t, want, have)
}

// exported returns the names of the exported functions, with their files.
func exported(t *testing.T) map[string]string {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	names := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for name := range functions(t, file) {
			if ast.IsExported(name) {
				names[name] = file
			}
		}
	}
	require.NotEmpty(t, names)
	return names
}

// Exported functions have an example.
func TestEveryFunctionHasAnExample(t *testing.T) {
	examples := map[string]bool{}
	tests, err := filepath.Glob("example*_test.go")
	require.NoError(t, err)
	for _, file := range tests {
		for name := range functions(t, file) {
			examples[strings.TrimPrefix(name, "Example")] = true
		}
	}
	for name, file := range exported(t) {
		assert.Truef(t, examples[name], "%s in %s: no example", name, file)
	}
}

// Exported functions have a benchmark, except those that tell the instruction set.
func TestEveryFunctionHasABenchmark(t *testing.T) {
	called := map[string]bool{"Active": true, "Available": true, "ForceError": true}
	tests, err := filepath.Glob("*_bench_test.go")
	require.NoError(t, err)
	for _, file := range tests {
		for _, fn := range functions(t, file) {
			ast.Inspect(fn, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					if p, ok := s.X.(*ast.Ident); ok && p.Name == "argmax" {
						called[s.Sel.Name] = true
					}
				}
				return true
			})
		}
	}
	for name, file := range exported(t) {
		assert.Truef(t, called[name], "%s in %s: no benchmark", name, file)
	}
}
