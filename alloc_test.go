package argmax

import (
	"go/ast"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
)

// withoutOperands lists the exported functions that are not in calls.
var withoutOperands = map[string]func(){
	"TileShape":      func() { TileShape() },
	"ScoreTileShape": func() { ScoreTileShape() },
	"ScoreStateSize": func() { ScoreStateSize[float32](16, 10, 100) },
	"NewAdamStep":    func() { NewAdamStep(1, 1, 0, 0, 1, 0) },
	"ToFloat16":      func() { ToFloat16(1) },
	"ToBFloat16":     func() { ToBFloat16(1) },
	"Active":         func() { Active() },
	"ForceError":     func() { _ = ForceError() },
}

// allocate gives each operand of a call memory of its own.
func (c call) allocate(s *source) {
	for _, o := range c.operands {
		words := make([]uint64, o.size/8+1)
		o.place(unsafe.Pointer(&words[0]))
		o.fill(s, integers)
	}
}

// No call in the table allocates, whether it takes one piece or several, on any ISA. It
// is made anew for each, as tiles have other shapes.
func TestNothingAllocates(t *testing.T) {
	for _, isa := range cpu.Available() {
		restore := cpu.Use(isa)
		check := func(name string, f func()) {
			assert.Zero(t, testing.AllocsPerRun(3, f), "%s on %v", name, isa)
		}
		for name, f := range withoutOperands {
			check(name, f)
		}
		s := newSource(90)
		for name, make := range calls {
			taken := false
			for _, shape := range []shape{{2, 10, 3, 1}, {1, 1, 1, 0}, {2, 48, 16, 2}, {1, maxVector + 100, 1, 0}, {maxRowsTogether + 1, 10, 1, 0}} {
				if c, ok := make(shape); ok {
					c.allocate(s)
					check(name, c.do)
					taken = true
				}
			}
			assert.True(t, taken, "%s takes none of the shapes on %v", name, isa)
		}
		restore()
	}
}

// Every exported function is checked.
func TestEveryFunctionIsCheckedForAllocations(t *testing.T) {
	checked := map[string]bool{"Available": true} // returns a new slice
	for name := range withoutOperands {
		checked[name] = true
	}
	for name := range calls {
		name, _, _ = strings.Cut(name, "/")
		checked[name] = true
	}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for name := range functions(t, file) {
			assert.True(t, !ast.IsExported(name) || checked[name], "%s in %s: not checked", name, file)
		}
	}
}
