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
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for name := range functions(t, file) {
			assert.Truef(t, !ast.IsExported(name) || examples[name], "%s in %s: no example", name, file)
		}
	}
}
