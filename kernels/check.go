package kernels

import (
	"fmt"
	"strings"

	"github.com/seed842bec00/argmax/internal/alias"
)

// must panics if a matrix is not sound: shape is code.
func must(checks ...error) {
	for _, err := range checks {
		if err != nil {
			panic(err.Error())
		}
	}
}

func mustEqual(function, what string, got, want int) {
	if got != want {
		panicUnequal(function, what, got, want)
	}
}

//go:noinline
func panicUnequal(function, what string, got, want int) {
	panic(fmt.Sprintf("kernels: %s: %s %d, want %d", function, what, got, want))
}

// memory is that of a matrix or a slice, with its name in messages.
type memory struct {
	name string
	alias.Range
}

func vector[T any](name string, x []T) memory { return memory{name, alias.Of(x)} }

func matrix[E Element](name string, m Dense[E]) memory { return vector(name, m.used()) }

// mustNotOverlap panics if a destination shares memory with one of the others, which
// are operands and other destinations. It looks at whole operands: the ranges of rows
// or columns that one call of the assembly covers may be apart although the whole
// are not. TestOverlapsPanic fails if a function does not call it.
func mustNotOverlap(function string, dst memory, others ...memory) {
	for _, x := range others {
		if dst.Overlaps(x.Range) {
			panicOverlap(function, dst.name, x.name)
		}
	}
}

// panicOverlap clones the names: if they escaped, so would the memory they are stored
// with, and callers could not keep it on their stacks.
//
//go:noinline
func panicOverlap(function, dst, other string) {
	panic(fmt.Sprintf("kernels: %s: %s overlaps %s", function, strings.Clone(dst), strings.Clone(other)))
}

// same reports whether two matrices of one shape are the same memory, element by
// element.
func same(x, y Matrix) bool {
	return x.Rows == 0 || x.Cols == 0 || &x.Data[0] == &y.Data[0] && (x.Stride == y.Stride || x.Rows == 1)
}
