package argmax

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// suffixes of the kernels in assembly, by the end of their files' names.
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

// Every function of kernels_generic.go whose name ends in Generic is a kernel. It
// needs a stub for each ISA, a function of its name in each dispatch file that
// calls them, and a row in the table of kernels.
func TestEveryKernelIsComplete(t *testing.T) {
	var ops []string
	for name := range functions(t, "kernels_generic.go") {
		if op, ok := strings.CutSuffix(name, "Generic"); ok {
			ops = append(ops, op)
		}
	}
	require.NotEmpty(t, ops)
	slices.Sort(ops)

	for _, op := range ops {
		tested := false
		for _, k := range kernels {
			tested = tested || k.name == op
		}
		assert.Truef(t, tested, "%s: no row in the table of conformance_test.go", op)
	}
	for arch, isas := range suffixes {
		dispatch := functions(t, "dispatch_"+arch+".go")
		stubs := map[string]*ast.FuncDecl{}
		if len(isas) > 0 {
			stubs = functions(t, "kernels_"+arch+".go")
		}
		for _, op := range ops {
			choice := dispatch[op]
			if !assert.NotNilf(t, choice, "%s: not in dispatch_%s.go", op, arch) {
				continue
			}
			calls := called(choice)
			assert.Containsf(t, calls, op+"Generic", "%s in dispatch_%s.go", op, arch)
			for _, isa := range isas {
				stub := stubFor(stubs, op, isa)
				if assert.NotEmptyf(t, stub, "%s: no stub for %s in kernels_%s.go", op, isa, arch) {
					assert.Containsf(t, calls, stub, "%s in dispatch_%s.go", op, arch)
				}
			}
		}
	}
}

// stubFor is the name of op's kernel for an ISA. That of a tile has the tile's
// shape in it.
func stubFor(stubs map[string]*ast.FuncDecl, op, isa string) string {
	pattern := regexp.MustCompile("^" + op + `(\d+x\d+)?` + isa + "$")
	for name := range stubs {
		if pattern.MatchString(name) {
			return name
		}
	}
	return ""
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
				assert.Containsf(t, string(source), `"`+name+`":`, "%s in %s", name, file)
			}
		}
	}
}
