package kernels

import (
	"fmt"
	"strings"
	"unsafe"
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

// memory is what a matrix or a slice takes up, by its name in messages.
type memory struct {
	name  string
	first unsafe.Pointer
	bytes uintptr
}

func vector[T any](name string, x []T) memory {
	return memory{name, unsafe.Pointer(unsafe.SliceData(x)), uintptr(len(x)) * unsafe.Sizeof(*new(T))}
}

func matrix[E Element](name string, m Dense[E]) memory { return vector(name, m.used()) }

func (m memory) overlaps(x memory) bool {
	ahead := uintptr(x.first) - uintptr(m.first) // its negative is how far m is ahead of x
	return m.bytes > 0 && x.bytes > 0 && (ahead < m.bytes || -ahead < x.bytes)
}

// mustNotOverlap panics if a destination shares memory with one of the others, which
// are operands and other destinations. It looks at whole operands: the ranges of rows
// or columns that one call of the assembly covers may be apart although the whole
// are not. TestOverlapsPanic fails if a function does not call it.
func mustNotOverlap(function string, dst memory, others ...memory) {
	for _, x := range others {
		if dst.overlaps(x) {
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
