// Package alias reports whether slices share memory.
package alias

import "unsafe"

// Range is a range of memory.
type Range struct {
	first unsafe.Pointer
	bytes uintptr
}

// Of returns the memory of the elements of x.
func Of[E any](x []E) Range {
	return Range{unsafe.Pointer(unsafe.SliceData(x)), unsafe.Sizeof(*new(E)) * uintptr(len(x))}
}

// Overlaps reports whether r and s have memory in common.
func (r Range) Overlaps(s Range) bool {
	ahead := uintptr(s.first) - uintptr(r.first) // how far s starts after r; −ahead is the reverse
	return r.bytes > 0 && s.bytes > 0 && (ahead < r.bytes || -ahead < s.bytes)
}

// Overlap reports whether x and y have memory in common.
func Overlap[X, Y any](x []X, y []Y) bool { return Of(x).Overlaps(Of(y)) }

// Partial reports whether x and y, which have equal lengths, overlap without being the
// same slice.
func Partial[E any](x, y []E) bool {
	bytes := unsafe.Sizeof(*new(E)) * uintptr(len(x))
	ahead := uintptr(unsafe.Pointer(unsafe.SliceData(y))) - uintptr(unsafe.Pointer(unsafe.SliceData(x)))
	return ahead != 0 && (ahead < bytes || -ahead < bytes)
}

// Within reports whether *p and x have memory in common.
func Within[P, E any](p *P, x []E) bool {
	size := unsafe.Sizeof(*p)
	ahead := uintptr(unsafe.Pointer(p)) - uintptr(unsafe.Pointer(unsafe.SliceData(x)))
	return len(x) > 0 && ahead+size-1 < unsafe.Sizeof(*new(E))*uintptr(len(x))+size-1
}
