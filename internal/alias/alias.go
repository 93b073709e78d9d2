// Package alias finds out whether slices share memory.
package alias

import "unsafe"

// Overlap reports whether x and y have memory in common.
func Overlap[X, Y any](x []X, y []Y) bool {
	sizeX, sizeY := unsafe.Sizeof(*new(X))*uintptr(len(x)), unsafe.Sizeof(*new(Y))*uintptr(len(y))
	ahead := address(y) - address(x) // of x: its negative is the same the other way
	return len(x) > 0 && len(y) > 0 && (ahead < sizeX || -ahead < sizeY)
}

// Partial reports whether x and y, of equal length, overlap without being the
// same.
func Partial[E any](x, y []E) bool { return address(x) != address(y) && Overlap(x, y) }

func address[E any](x []E) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(x))) }
