package argmax

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// suffixes of the kernels in assembly, by the end of their files' names. Those of
// extensions (AVX512VNNI, NEONDot) are there where they gain something.
var suffixes = map[string][]string{
	"amd64": {"AVX2", "AVX512"},
	"arm64": {"NEON"},
	"other": nil,
}

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

// called are the names of the functions that fn calls.
func called(fn *ast.FuncDecl) (names []string) {
	ast.Inspect(fn, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if name, ok := call.Fun.(*ast.Ident); ok {
				names = append(names, name.Name)
			}
		}
		return true
	})
	return names
}

// Every operation that is dispatched has a row in the table of kernels, and on
// every ISA a function of its own. (That its Go twin exists, the compiler sees.)
func TestEveryKernelIsComplete(t *testing.T) {
	for arch, isas := range suffixes {
		operations := functions(t, "dispatch_"+arch+".go")
		require.Greater(t, len(operations), 2)
		for op, choice := range operations {
			if strings.HasSuffix(op, "Shape") {
				continue
			}
			assert.Truef(t, slices.ContainsFunc(kernels, func(k kernelTest) bool { return k.name == op }), "%s: no row in the tables of the conformance tests", op)
			for _, isa := range append(isas, "Generic") {
				own := func(function string) bool { return strings.HasSuffix(function, isa) }
				assert.Truef(t, slices.ContainsFunc(called(choice), own), "%s in dispatch_%s.go: no kernel for %s", op, arch, isa)
			}
		}
	}
}

// The golden file has a line for each kernel and definition, and no other.
func TestEveryKernelIsGolden(t *testing.T) {
	file, err := os.ReadFile(goldenFile)
	require.NoError(t, err)
	var want, have []string
	for _, k := range kernels {
		want = append(want, k.name)
	}
	for _, d := range definitions {
		want = append(want, d.name)
	}
	for line := range strings.Lines(string(file)) {
		name, _, _ := strings.Cut(line, " ")
		have = append(have, name)
	}
	assert.Equal(t, want, have)
}

// Exported functions are in the list of alloc_test.go.
func TestEveryFunctionIsCheckedForAllocations(t *testing.T) {
	source, err := os.ReadFile("alloc_test.go")
	require.NoError(t, err)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for name := range functions(t, file) {
			if ast.IsExported(name) && name != "Available" { // returns a new slice
				assert.Truef(t, strings.Contains(string(source), `"`+name+`":`), "%s in %s: not checked", name, file)
			}
		}
	}
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
