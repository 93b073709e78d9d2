package argmax

import (
	"math"
	"slices"
	"testing"
	"unsafe"
)

// An arena is memory between two pages that fault.
type arena []float32

func newArena(t *testing.T, n int) arena { return guarded(t, n+lanes) }

// atEnd is the offset of what ends where the arena ends.
const atEnd = lanes

// canary surrounds what is placed in an arena: a kernel that reads it turns its
// results to NaN, one that writes over it is found by intact.
var canary = math.Float32frombits(0x7fc0ca9a)

// place copies x into the arena, offset elements from its beginning.
func (a arena) place(x []float32, offset int) []float32 {
	before, p, after := a.split(len(x), offset)
	copy(p, x)
	for i := range before {
		before[i] = canary
	}
	for i := range after {
		after[i] = canary
	}
	return p
}

// intact reports whether nothing was written around the n elements at offset.
func (a arena) intact(n, offset int) bool {
	before, _, after := a.split(n, offset)
	touched := func(v float32) bool { return math.Float32bits(v) != math.Float32bits(canary) }
	return !slices.ContainsFunc(before, touched) && !slices.ContainsFunc(after, touched)
}

// split returns n elements at offset and those around them, as far as a kernel
// might stray.
func (a arena) split(n, offset int) (before, p, after []float32) {
	if offset == atEnd {
		offset = len(a) - n
	}
	const far = 4 * lanes
	end := offset + n
	return a[max(0, offset-far):offset], a[offset:end:end], a[end:min(len(a), end+far)]
}

// offsets are all of them for short vectors, which is where they matter, and
// some for long ones.
func offsets(n int) []int {
	if n > 300 {
		return []int{0, 5, atEnd}
	}
	list := make([]int, atEnd+1)
	for i := range list {
		list[i] = i
	}
	return list
}

// grain is what the length of a row of bytes is a multiple of.
func grain[E Element]() int {
	if unsafe.Sizeof(*new(E)) == 1 {
		return lanes
	}
	return 1
}

// elements makes values of either type.
func elements[E Element](s *source, n int, m mood) []E {
	x := make([]E, n)
	for i := range x {
		if v, ok := any(&x[i]).(*float32); ok {
			*v = s.value(m)
		} else {
			x[i] = E(s.below(256))
		}
	}
	return x
}

// place copies x, floats or bytes, to the beginning or the end of the arena.
func place[E Element](a arena, x []E, end bool) []E {
	all := unsafe.Slice((*E)(unsafe.Pointer(&a[0])), len(a)*4/int(unsafe.Sizeof(*new(E))))
	p := all[:len(x):len(x)]
	if end {
		p = all[len(all)-len(x):]
	}
	copy(p, x)
	return p
}

// where fails the test with the case that a kernel faulted on.
func where(t *testing.T, format string, args ...*int) {
	if fault := recover(); fault != nil {
		values := make([]any, len(args))
		for i, p := range args {
			values[i] = *p
		}
		t.Fatalf(format+": %v", append(values, fault)...)
	}
}
